"""
What people say about tags, applied to an enriched release: pure.

Corrections are applied in their order, to what the ones before have left. A correction
of what a release has not changes nothing there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from communique.corrections import AppliedCorrection
from communique.events import EnrichedRelease
from enrichment_worker.corrections import entities as entity_corrections
from enrichment_worker.corrections import themes as theme_corrections


@dataclass(slots=True)
class Corrections:
    """All corrections that were read, each by the release it is about."""

    _everywhere: list[AppliedCorrection] = field(default_factory=list)
    _by_release: dict[str, list[AppliedCorrection]] = field(default_factory=dict)

    def add(self, correction: AppliedCorrection) -> None:
        """Take the next one in; numbers only grow."""
        if correction.release_id is None:
            self._everywhere.append(correction)
        else:
            self._by_release.setdefault(correction.release_id, []).append(correction)

    def of(self, release_id: str) -> list[AppliedCorrection]:
        """Return those about a release, in order, also those that were undone."""
        own = self._by_release.get(release_id, [])
        if not own:
            return self._everywhere
        return sorted([*self._everywhere, *own], key=lambda one: one.number)


def in_force(corrections: Iterable[AppliedCorrection]) -> list[AppliedCorrection]:
    """Return those that hold, in order: what an undoing that holds names does not."""
    undone: set[int | None] = set()
    holding: list[AppliedCorrection] = []
    for one in sorted(corrections, key=lambda one: one.number, reverse=True):
        if one.number not in undone:
            undone.add(one.undoes)
            holding.append(one)
    return holding[::-1]


def apply(
    release: EnrichedRelease, corrections: Sequence[AppliedCorrection]
) -> EnrichedRelease:
    """
    Return `release` with its tags as `corrections` want them; it names those it needed.

    Themes are not scored again for entities that come or go. A country of places goes
    with the last of them, and comes with the first.
    """
    applied: list[AppliedCorrection] = []
    given = release
    for one in in_force(corrections):
        changed = _corrected(release, one)
        if changed is not release:
            release = changed
            applied.append(one)
    if not applied:
        return release
    return release.model_copy(
        update={
            "corrections": (*given.corrections, *applied),
            "countries": _countries(given, release),
        }
    )


def _corrected(release: EnrichedRelease, one: AppliedCorrection) -> EnrichedRelease:
    if one.tag is None:
        return release
    if one.tag.type in {"theme", "subtheme"}:
        return theme_corrections.corrected(release, one, one.tag)
    return entity_corrections.corrected(release, one, one.tag)


def _countries(before: EnrichedRelease, after: EnrichedRelease) -> tuple[str, ...]:
    old, new = list(_of_places(before)), list(_of_places(after))
    kept = [code for code in before.countries if code in new or code not in old]
    return tuple(dict.fromkeys([*kept, *(code for code in new if code not in old)]))


def _of_places(release: EnrichedRelease) -> Iterator[str]:
    for entity in release.entities:
        if entity.type == "place" and entity.country is not None:
            yield entity.country
