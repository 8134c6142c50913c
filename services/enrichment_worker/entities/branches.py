"""Bodies called by their country: British Red Cross, Oxfam Kenya, Health Canada."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.organisation_words import (
    AND,
    ARTICLES,
    OF,
    Stops,
    linked,
)
from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import COMPANY, Country, Name, Organisation, Region
from enrichment_worker.text import Prose, joined

_BRANCHED = {"humanitarian", "civil", COMPANY}
"""Kinds of organisations that are another one in each country."""
_OF = {" ", " of ", " de ", " du ", " de la ", " del ", " d'", " d’"}
_CALLED_SO = {"CA", "NZ", "AU", "IE", "GB", "MT", "SG"}
"""Countries whose departments and agencies are called "SUBJECT COUNTRY"."""
_LONGEST_SUBJECT = 6
_MISSION = re.compile(
    r" (?:Embassy|High Commission|Consulate(?: General)?)\b(?! [A-Z])"
)
_NATIONS = {"place:england", "place:scotland", "place:wales", "place:northern-ireland"}
_WHICH_PART = {
    "north", "south", "east", "west", "northern", "southern", "eastern", "western",
    "central", "middle", "near", "global", "republic", "commonwealth", "federal",
    "national", "united", "former", "prime",
}  # fmt: skip
"""Words that say which of it is meant: "Northern Ireland", "Western Australia"."""


def branches(
    prose: Prose, chosen: Sequence[tuple[Hit[Name], Name]]
) -> Iterator[Candidate]:
    """Yield each such organisation that stands beside the name of a country."""
    for index, (hit, name) in enumerate(chosen):
        body = name.target
        if not isinstance(body, Organisation) or body.kind not in _BRANCHED:
            continue
        if body.country is not None:
            continue
        start, end = hit.start, hit.end
        if index:
            before, of = chosen[index - 1]
            gap = prose.text[before.end : hit.start]
            society = body.kind != COMPANY  # "German Siemens" is Siemens
            if isinstance(of.target, Country) and gap == " " and society:
                start = before.start
        for behind, of in chosen[index + 1 : index + 2]:
            gap = prose.text[hit.end : behind.start]
            country = isinstance(of.target, Country) and (gap in _OF)
            if start == hit.start and country and (gap == " " or _is_society(body)):
                end = behind.end
        if (start, end) != (hit.start, hit.end):
            yield Candidate(
                start=start,
                end=end,
                type="organisation",
                source="pattern",
                rank=Rank.ORGANISATION,
                confidence=0.85,
                name=" ".join(prose.text[start:end].split()),
            )


def in_countries(
    prose: Prose,
    bodies: Iterable[Candidate],
    chosen: Sequence[tuple[Hit[Name], Name]],
    everywhere: frozenset[str],
) -> Iterator[Candidate]:
    """Yield each of `bodies` that has a country behind, or at its end: Oxfam Kenya."""
    behind = {
        hit.start: hit.end
        for hit, name in chosen
        if isinstance(name.target, Country) and not name.demonym
    }
    ends = {end: start for start, end in behind.items()}
    for one in bodies:
        if one.start < ends.get(one.end, 0) and _is_branch(one, prose):
            yield replace(one, rank=Rank.ORGANISATION)
        end = behind.get(one.end + 1)
        if end is None or prose.text[one.end] != " " or prose.capital_behind(end):
            continue
        words = one.name.casefold().split()
        if one.alias or words[0] in everywhere or words[-1] in everywhere:
            continue
        name = " ".join(prose.text[one.start : end].split())
        yield replace(one, end=end, name=name, target=None)


def _is_branch(one: Candidate, prose: Prose) -> bool:
    """Return whether all of a name has capitals, none of them for its place."""
    first = prose.tokens[prose.token_at(one.start)]
    words = one.name.split()
    return not first.opens and all(word[0].isupper() for word in words)


def missions(
    prose: Prose, chosen: Sequence[tuple[Hit[Name], Name]]
) -> Iterator[Candidate]:
    """Yield what a country has in another one: "the Ghana Embassy in Egypt"."""
    for hit, name in chosen:
        seat = _MISSION.match(prose.text, hit.end)
        if seat is None or not isinstance(name.target, Country):
            continue
        yield Candidate(
            start=hit.start,
            end=seat.end(),
            type="organisation",
            source="pattern",
            rank=Rank.ORGANISATION,
            confidence=0.8,
            name=" ".join(prose.text[hit.start : seat.end()].split()),
        )


def departments(
    prose: Prose,
    chosen: Sequence[tuple[Hit[Name], Name]],
    stops: Stops,
) -> Iterator[Candidate]:
    """Yield subjects of government before a country: "Fisheries New Zealand"."""
    tokens = prose.tokens
    for hit, name in chosen:
        if _country(name) not in _CALLED_SO or prose.in_headline(hit.start):
            continue
        index = start = prose.token_at(hit.start)
        while start and index - start < _LONGEST_SUBJECT and linked(tokens[start].gap):
            word = tokens[start - 1]
            small = word.folded in AND and start < index
            subject = word.capital and not word.shouted and stops.subject(word)
            if not (small or subject) or stops.place(word) or stops.person_title(word):
                break
            start -= 1
        while start < index and tokens[start].folded in AND:
            start += 1
        before = tokens[start - 1] if start else None
        last = tokens[index - 1]
        if start == index or not last.capital or last.folded in _WHICH_PART:
            continue
        of = before is not None and (
            before.capital or before.folded in (OF - {"for"}) | ARTICLES
        )
        if of and joined(tokens[start].gap):
            continue  # "the Minister of Foreign Affairs Canada"
        if tokens[start].opens and not stops.portfolio(tokens[start].folded):
            continue  # "Across Canada"
        first = tokens[start].start
        yield Candidate(
            start=first,
            end=hit.end,
            type="organisation",
            source="pattern",
            rank=Rank.ORGANISATION,
            confidence=0.7,
            name=" ".join(prose.text[first : hit.end].split()),
        )


def _country(name: Name) -> str | None:
    """Return the code of a country, or of the one whose nation a region is: Wales."""
    target = name.target
    if isinstance(target, Country):
        return None if name.demonym else target.code
    if isinstance(target, Region) and target.id in _NATIONS:
        return target.country
    return None


def _is_society(body: Organisation) -> bool:
    return body.name.startswith("Red C")
