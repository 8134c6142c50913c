"""Candidates that overlap to mentions that do not: one wins, all are heard."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.text import Ground


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that is an entity, who says so, and how far to believe it."""

    candidate: Candidate
    sources: tuple[str, ...]
    confidence: float


def winners(
    candidates: Sequence[Candidate], *, again: Sequence[Candidate] = ()
) -> list[Candidate]:
    """
    Return, in order, candidates that do not overlap: the higher rank, then the longer.

    `again` gets what the others leave.
    """
    ordered = [*sorted(candidates, key=_precedence), *sorted(again, key=_precedence)]
    ground = Ground(max((one.end for one in ordered), default=0))
    kept = [
        one
        for one in ordered
        if one.end > one.start and ground.take(one.start, one.end)
    ]
    return sorted(kept, key=lambda one: one.start)


def merge(
    candidates: Sequence[Candidate], *, again: Sequence[Candidate] = ()
) -> tuple[Mention, ...]:
    """
    Return the mentions that the winners are.

    What the winner overlaps and agrees with in type is added to its sources, and makes
    it more certain.
    """
    kept = winners(candidates, again=again)
    sources: list[dict[str, float]] = [{one.source: one.confidence} for one in kept]
    roles: list[dict[str, None]] = [dict.fromkeys(one.roles) for one in kept]
    for one in candidates:
        index = bisect_right(kept, one.start, key=lambda other: other.end)
        overlaps = index < len(kept) and kept[index].start < one.end
        if overlaps and kept[index].type == one.type:
            sources[index].setdefault(one.source, one.confidence)
            roles[index].update(dict.fromkeys(one.roles))
    return tuple(
        Mention(
            one if len(given) == len(one.roles) else replace(one, roles=tuple(given)),
            tuple(heard),
            _together(heard.values()),
        )
        for one, heard, given in zip(kept, sources, roles, strict=True)
    )


def _together(confidences: Iterable[float]) -> float:
    doubt = 1.0
    for confidence in confidences:
        doubt *= 1.0 - confidence
    return round(min(1.0 - doubt, 0.99), 2)


def _precedence(one: Candidate) -> tuple[int, int, int, str]:
    return (-one.rank, -(one.end - one.start), one.start, one.source)
