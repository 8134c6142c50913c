"""What the gazetteer says of a text, as candidates."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import (
    TREATY,
    Country,
    Known,
    Name,
    Organisation,
    Region,
)
from enrichment_worker.text import Prose


def is_treaty(name: Name) -> bool:
    """Return whether a name is that of a text: known, and no organisation itself."""
    return isinstance(name.target, Organisation) and name.target.kind == TREATY


def as_candidate(hit: Hit[Name], name: Name, prose: Prose) -> Candidate:
    """Return what the gazetteer calls `name` at `hit`, as a candidate."""
    target = name.target
    many = " " in name.form.strip() or "-" in name.form
    if isinstance(target, Organisation):
        rank, certain = Rank.ORGANISATION, 0.95
    elif isinstance(target, Country):
        rank, certain = (Rank.REGION if many else Rank.COUNTRY), 0.95
    elif isinstance(target, Region):
        rank, certain = (Rank.REGION if many else Rank.CITY), 0.85
    else:
        rank, certain = Rank.CITY, 0.9 if target.capital else 0.8
    called = " ".join(prose.text[hit.start : hit.end].split())
    return Candidate(
        start=hit.start,
        end=hit.end,
        type="organisation" if isinstance(target, Organisation) else "place",
        source="gazetteer",
        rank=rank,
        confidence=certain - 0.1 * name.weak,
        name=called if _is_part(hit, target) and not name.exact else target.name,
        target=target,
        alias=name.form if name.exact and isinstance(target, Organisation) else None,
    )


def _is_part(hit: Hit[Name], target: Known) -> bool:
    """Return whether a place is a part of a country, with a name of its own."""
    return (
        isinstance(target, Region)
        and target.id_source == "iso-3166-2"
        and not any(isinstance(name.target, Country) for name in hit.values)
    )


def linked_by_start(
    one: Candidate, listed: Sequence[Candidate], prose: Prose
) -> Candidate:
    """Return "Ministry of X of Y" as the listed Ministry of X, if that one is of Y."""
    index = bisect_right(listed, one.start, key=lambda known: known.start) - 1
    base = listed[index] if index >= 0 else None
    if base is None or base.start != one.start or base.end >= one.end:
        return one
    target = base.target
    if not isinstance(target, Organisation) or target.country is None:
        return one
    rest = listed[index + 1 : index + 2]
    of_its_country = (
        rest
        and isinstance(rest[0].target, Country)
        and rest[0].target.code == target.country
        and rest[0].end == one.end
        and rest[0].start - base.end <= len(" of the ")
    )
    return replace(one, target=target, name=target.name) if of_its_country else one


def linked_by_end(
    one: Candidate, listed: Sequence[Candidate], prose: Prose
) -> Candidate:
    """Return "U.S. X Administration" as the listed X Administration, if that is so."""
    index = bisect_right(listed, one.end, key=lambda known: known.end) - 1
    base = listed[index] if index > 0 else None
    if base is None or base.end != one.end or base.start <= one.start:
        return one
    before, target = listed[index - 1], base.target
    of_its_country = (
        isinstance(target, Organisation)
        and isinstance(before.target, Country)
        and before.target.code == target.country
        and before.start == one.start
        and prose.text[before.end : base.start].isspace()
    )
    return replace(one, target=target, name=base.name) if of_its_country else one
