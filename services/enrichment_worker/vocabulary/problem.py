"""What `communique vocabulary check` tells, and what is no name anywhere; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from enrichment_worker.text import fold


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with an entry of a file, in words."""

    file: str
    entry: str
    message: str


def word_problems(
    file: str, entry: str, field: str, words: object
) -> Iterator[Problem]:
    """Yield what is wrong with a list of names or phrases."""
    if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        yield Problem(file, entry, f"{field} must be a list of words")
        return
    if not words:
        yield Problem(file, entry, f"{field} is empty; leave it out")
    for word, count in Counter(words).items():
        if never_matches(word):
            yield Problem(file, entry, f"{field}: {word!r} can never match")
        if count > 1:
            yield Problem(file, entry, f"{field}: {word!r} stands there twice")


def never_matches(form: str) -> bool:
    """
    Return whether no text can say `form` as it is looked for.

    It is empty, has no letter or digit, a space too many, or a line break.
    """
    return (
        not any(map(str.isalnum, fold(form)))
        or "  " in form
        or form != form.strip()
        or any(not character.isprintable() for character in form)
    )


def unknown_fields(
    file: str, entry: str, given: Iterable[str], known: Iterable[str]
) -> Iterator[Problem]:
    """Yield the fields that nothing reads."""
    for field in sorted({*given} - {*known}):
        yield Problem(file, entry, f"there is no field {field!r}")
