"""Words that tell what a sentence does: says, signs, visits. Found in one pass."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from communique.tags import Evidence
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.languages import Spoken
from enrichment_worker.text import Prose

FALLBACK = "en"
"""The language as which a text is read whose own is not known."""

_EXCLUSIVE = {"document_type"}
"""Families whose names exclude one another: no text is two kinds by one phrase."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of `data/cues/<family>.toml`: what it tells of, and how surely."""

    family: str
    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Told:
    """A cue where a text has it."""

    start: int
    end: int
    name: str
    weight: int

    def evidence(self, text: str) -> Evidence:
        """Return the place as an event has it."""
        return Evidence(
            text=text[self.start : self.end], start=self.start, end=self.end
        )


class Cues:
    """The cues of one text by family, each in order and without overlaps."""

    def __init__(self, families: Mapping[str, list[Told]]) -> None:
        self._families = families

    def of(self, family: str, *names: str) -> list[Told]:
        """Return the cues of a family, or those of its `names`, by their start."""
        told = self._families.get(family, [])
        return [one for one in told if not names or one.name in names]


def between(told: Sequence[Told], start: int, end: int) -> Sequence[Told]:
    """Return those of `told`, which are in order, that begin in [start, end)."""
    low = bisect_left(told, start, key=lambda one: one.start)
    high = bisect_left(told, end, key=lambda one: one.start)
    return told[low:high]


def find_cues(prose: Prose, spoken: Spoken, cues: Mapping[str, Gazetteer[Cue]]) -> Cues:
    """
    Return the cues in a text, of each part those of its language, if that has any.

    Of overlapping cues of one name the longer counts; of the document type, of all.
    """
    groups: dict[tuple[str, str], list[tuple[int, int, Cue]]] = {}
    for language in spoken.languages:
        gazetteer = cues.get(language or FALLBACK)
        for hit in gazetteer.hits(prose) if gazetteer is not None else ():
            if spoken.at(hit.start) != language:
                continue
            for cue in hit.values:
                name = "" if cue.family in _EXCLUSIVE else cue.name
                group = groups.setdefault((cue.family, name), [])
                group.append((hit.start, hit.end, cue))
    families: dict[str, list[Told]] = {}
    for (family, _), found in groups.items():
        families.setdefault(family, []).extend(_apart(found))
    for told in families.values():
        told.sort(key=lambda one: (one.start, one.end))
    return Cues(families)


def _apart(found: Iterable[tuple[int, int, Cue]]) -> Iterator[Told]:
    """Yield what does not overlap: of two the longer, and all that it stands for."""
    last, kept = 0, (0, 0)
    for start, end, cue in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= last or (start, end) == kept:
            yield Told(start, end, cue.name, cue.weight)
            last, kept = end, (start, end)
