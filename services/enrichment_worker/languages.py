"""The languages of a text: what the detector sees, weighed with what is expected."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

COUNTRIES_ALONE = (
    "pt", "de", "it", "nl", "pl", "sv", "da", "nb", "nn", "no", "ro", "ru", "uk", "id",
)  # fmt: skip
"""Languages of which only the names of countries are known, by CLDR: with capitals."""
NAMED_IN = frozenset({"en", "fr", "es", *COUNTRIES_ALONE})
"""Languages that names are known in; a text in any other is read as English is."""

SAMPLE = 4_000
"""Characters that the detector reads; more of them change nothing."""

MIXED_READS = 100_000
"""Characters in which paragraphs of another language are looked for."""
_PARAGRAPH = 60
"""Letters from which on a line says what language it is in."""
_PASSAGE = 200
"""Letters that a passage in another language has at least: not a quote or a list."""
_LINE_SAMPLE = 150
"""Characters of a line that the detector reads: this is what the lines cost."""

Detect = Callable[[str], Sequence[tuple[str, float]]]
"""A text to languages with probabilities, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text that is in one language; without one it could not be told."""

    start: int
    end: int
    language: str | None


@dataclass(frozen=True)
class Spoken:
    """The main language of a text, and its segments: all of it, in order."""

    main: str | None
    segments: tuple[Segment, ...]

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """Return the languages that occur, in the order in which they do."""
        return tuple(dict.fromkeys(one.language for one in self.segments))

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.segments]

    def behind(self, length: int) -> "Spoken":
        """Return the same of a text with `length` code points in `main` before it."""
        moved = (
            Segment(one.start + length, one.end + length, one.language)
            for one in self.segments
        )
        return Spoken(self.main, (Segment(0, length, self.main), *moved))

    def at(self, offset: int) -> str | None:
        """Return the language of the text at an offset."""
        return self.segments[bisect_right(self._starts, offset) - 1].language


def in_one(language: str | None, text: str) -> Spoken:
    """Return that all of a text is in `language`."""
    return Spoken(language, (Segment(0, len(text), language),))


def spoken(text: str, main: str | None, detect: Detect) -> Spoken:
    """
    Return which part of a text, mostly in `main`, is in which language.

    Lines are looked at one by one. A short one goes with the line before it, and what
    is too short for a passage is in `main`: a quote, a list of names, an address.
    """
    if main is None:
        return in_one(main, text)
    passages = [
        (language, list(lines))
        for language, lines in groupby(
            _lines(text[:MIXED_READS], main, detect), key=lambda line: line[0]
        )
    ]
    segments = [Segment(0, len(text), main)]
    for language, lines in passages:
        start = lines[0][1]
        other = sum(letters for _, _, letters in lines) >= _PASSAGE
        now = language if other else main
        if now == segments[-1].language:
            continue
        before = segments.pop()
        if start > before.start:
            segments.append(Segment(before.start, start, before.language))
        segments.append(Segment(start, len(text), now))
    return Spoken(main, tuple(segments))


def _lines(text: str, main: str, detect: Detect) -> Iterator[tuple[str, int, int]]:
    """Yield the language, start and letters of each line."""
    language, start = main, 0
    for line in text.splitlines(keepends=True):
        sample = line[:_LINE_SAMPLE]
        letters = sum(map(str.isalpha, sample))
        if letters >= _PARAGRAPH:
            language = decide(detect(sample), main, letters) or main
        yield language, start, sum(map(str.isalpha, line))
        start += len(line)


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
