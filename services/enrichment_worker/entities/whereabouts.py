"""In which country a place lies that no list has, as far as the text says so. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.entities.merging import Mention
from enrichment_worker.knowledge import City, Country, Region
from enrichment_worker.text import Prose

_LIES_IN = {
    ", ", " in ", ", in ", ", also in ", " (", " near ", ", near ", " of ", " outside ",
    " in the ", ", in the ", " on ", " of the ",
}  # fmt: skip
"""What stands between a place and the greater one that it lies in."""


def whereabouts(
    mentions: Sequence[Mention],
    prose: Prose,
    named: Collection[str],
    issuers: Collection[str],
    towns: Mapping[str, Sequence[City]],
) -> tuple[Mention, ...]:
    """
    Return `mentions`, of which the places without a link have their country.

    It is the one of the place that follows: "Nyikara River in Honiara". Else, where
    nobody but the country that issues the release is spoken of, they lie there; of
    `named`, the countries that the text names, there must be no other. What is a town
    elsewhere alone (`towns` by folded name) stays open.
    """
    spoken = {*named, *issuers} | {
        code
        for one in mentions
        if one.candidate.type == "place"
        and (code := _country(one.candidate)) is not None
    }
    home = next(iter(spoken)) if len(spoken) == 1 else None
    return tuple(_placed(mentions, prose, home, towns))


def _placed(
    mentions: Sequence[Mention],
    prose: Prose,
    home: str | None,
    towns: Mapping[str, Sequence[City]],
) -> Iterator[Mention]:
    for one, behind in zip_longest(mentions, mentions[1:]):
        place = one.candidate
        if place.type != "place" or place.target is not None:
            yield one
            continue
        around = _around(place, behind.candidate, prose) if behind else None
        known = towns.get(prose.folded[place.start : place.end], ())
        elsewhere = bool(known) and all(town.country != home for town in known)
        country = around or (None if elsewhere else home)
        yield replace(one, candidate=replace(place, country=country))


def _around(place: Candidate, behind: Candidate, prose: Prose) -> str | None:
    """Return the country of what is named behind a place, if the place lies in it."""
    lies_in = prose.text[place.end : behind.start] in _LIES_IN
    return _country(behind) if lies_in and behind.type == "place" else None


def _country(one: Candidate) -> str | None:
    """Return the country that a linked place is or lies in."""
    if isinstance(one.target, Country):
        return one.target.code
    return one.target.country if isinstance(one.target, City | Region) else None
