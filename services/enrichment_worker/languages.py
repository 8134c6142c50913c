"""The language of a text: what the detector sees, weighed with what is declared."""

from collections.abc import Sequence

SAMPLE = 4_000
"""Characters that the detector reads; more of them change nothing."""


def primary(language: str | None) -> str | None:
    """Return the first subtag of a BCP 47 tag in lower case: `en` of `en-IN`."""
    if not language:
        return None
    subtag = language.replace("_", "-").partition("-")[0].strip().lower()
    return subtag if 2 <= len(subtag) <= 3 and subtag.isalpha() else None


def decide(
    ranked: Sequence[tuple[str, float]], declared: str | None, letters: int
) -> str | None:
    """
    Return the language of a text of so many `letters`, as a primary subtag.

    The shorter the text, the more the declared language weighs: feeds declare the
    language of the ministry's site, and a headline of names looks like any language.
    Without letters, it is what was declared.
    """
    expected = primary(declared)
    if letters == 0 or not ranked:
        return expected
    odds = 200.0 if letters < 60 else 20.0 if letters < 300 else 2.0
    weighed = [
        (chance * (odds if language == expected else 1.0), language)
        for language, chance in ranked
    ]
    return max(weighed, key=lambda pair: pair[0])[1]
