"""Text to entity mentions: every source is heard, and where they overlap one wins."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from enrichment_worker.entities.bearers import without_bearers, without_founders
from enrichment_worker.entities.branches import (
    branches,
    departments,
    in_countries,
    missions,
)
from enrichment_worker.entities.candidates import Candidate, Surroundings
from enrichment_worker.entities.context import gather
from enrichment_worker.entities.listed import (
    as_candidate,
    is_treaty,
    linked_by_end,
    linked_by_start,
)
from enrichment_worker.entities.longer_names import LongerNames
from enrichment_worker.entities.mailboxes import mailbox_owners
from enrichment_worker.entities.merging import Mention, merge, winners
from enrichment_worker.entities.model_mentions import Sieve
from enrichment_worker.entities.namesakes import without_namesakes
from enrichment_worker.entities.office_holders import office_holders
from enrichment_worker.entities.organisation_starts import COMPANIES
from enrichment_worker.entities.organisation_stops import stops_of
from enrichment_worker.entities.organisations import BuiltNames
from enrichment_worker.entities.organs import organs
from enrichment_worker.entities.place_shapes import PlaceShapes
from enrichment_worker.entities.places import PlaceEvidence
from enrichment_worker.entities.repeats import persons_in_lists, repeats
from enrichment_worker.entities.short_forms import (
    definitions,
    other_things,
    short_forms,
)
from enrichment_worker.entities.surnames import surnames
from enrichment_worker.entities.title_names import as_in_text
from enrichment_worker.entities.titles import TitledPersons
from enrichment_worker.entities.towns import Towns
from enrichment_worker.entities.whereabouts import whereabouts
from enrichment_worker.entities.written import written
from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import (
    Country,
    ModelSpan,
    Name,
    Organisation,
    Region,
    Vocabulary,
)
from enrichment_worker.languages import Spoken
from enrichment_worker.text import Prose, Spans, Token

_COMPANIES = COMPANIES | {"company", "corporation", "group", "holdings"}


@dataclass(frozen=True, slots=True)
class Mentions:
    """All mentions by their start, and the countries that only adjectives name."""

    mentions: tuple[Mention, ...]
    adjectives: tuple[tuple[int, int, str], ...]
    """Spans and ISO codes: "Indian", and names of countries inside other names."""
    heard: tuple[Candidate, ...] = ()
    """Every candidate, also those that lost."""

    def in_text(self, behind: int) -> list[tuple[int, int, str]]:
        """Return the adjectives of the text that begins at `behind`, by its offsets."""
        return [
            (start - behind, end - behind, code)
            for start, end, code in self.adjectives
            if start >= behind
        ]


@dataclass(frozen=True, slots=True)
class Draft:
    """What the rules find in a text before a model has read of it, and its sieve."""

    chosen: tuple[tuple[Hit[Name], Name], ...]
    candidates: tuple[Candidate, ...]
    sieve: Sieve
    evidence: PlaceEvidence
    lists: tuple[tuple[tuple[int, int], ...], ...]
    """The spans of each list of names: an unknown one among places is one too."""
    behind: int
    """Where the text begins; before it stands the title."""


def draft(
    prose: Prose,
    vocabulary: Vocabulary,
    *,
    spoken: Spoken,
    issuers: Iterable[str],
    behind: int = 0,
) -> Draft:
    """
    Return what the rules find in a text, each part read in its own language.

    `issuers` are the ISO codes of who issues it, which decide between homonyms. Names
    of the gazetteer are found in all of the text, others in its head. The title stands
    before `behind`.
    """
    head = prose.head
    hits = without_namesakes(
        written(vocabulary.names, prose, spoken), head, vocabulary.titles
    )
    namelike = _namelike(vocabulary, hits)
    hit_by = Spans((hit.start, hit.end) for hit in hits)
    shapes = PlaceShapes(
        head,
        vocabulary.places,
        namelike,
        lambda token: hit_by.touch(token.start, token.end),
    )
    wholes = [
        (hit.start, hit.end)
        for hit in hits
        if not any(isinstance(name.target, Organisation) for name in hit.values)
    ]
    begins = {end: start for start, end in wholes}
    spots = [
        spot
        for spot in shapes.find()
        if not _is_inside(spot.start, spot.end, wholes)
        # "Zed South Island" is none where the island is called so
        and not spot.start < begins.get(spot.last, spot.start) < spot.end < spot.last
    ]
    called = {(spot.start, spot.end): spot.kind for spot in spots}
    context = gather(hits, prose, issuers, called, namelike, vocabulary.towns)
    chosen = [
        (hit, name) for hit in hits if (name := context.choose(hit, head)) is not None
    ]
    known = Spans((hit.start, hit.end) for hit, _ in chosen)

    def is_known(token: Token) -> bool:
        return known.touch(token.start, token.end)

    towns = Towns(head, vocabulary.towns, context, vocabulary.places)
    parts = {
        name.target.id
        for hit, name in chosen
        if isinstance(name.target, Region)
        and (
            called.get((hit.start, hit.end)) == "part"
            or name.target.id in context.paired
        )
    }
    evidence = PlaceEvidence(head, vocabulary.places, towns, frozenset(parts))
    things = other_things(head, vocabulary.shapes)
    listed = [
        one
        for hit, name in chosen
        if not name.demonym and not is_treaty(name)
        if not evidence.made_there(
            one := evidence.as_town(as_candidate(hit, name, prose))
        )
        if one.alias not in things
    ]
    given = vocabulary.titles.given_names

    def lone(token: Token) -> bool:
        return namelike(token) and token.folded not in given and len(token.text) > 3

    sure = {(hit.start, hit.end) for hit, _ in chosen}
    doubted = Spans(
        (hit.start, hit.end)
        for hit in hits
        if (hit.start, hit.end) not in sure
        and not any(isinstance(name.target, Region) for name in hit.values)
    )
    candidates = (
        *map(evidence.whole, listed),
        *evidence.called(spots, listed),
        *towns.behind_prepositions(namelike, is_known),
        *towns.in_datelines(is_known),
        *towns.before_parts(),
        *towns.alone(lone, is_known),
        *_by_rule(head, vocabulary, chosen, listed, towns, is_known),
    )
    sieve = Sieve(
        head, vocabulary.titles, vocabulary.shapes, towns, is_known, doubted, things
    )
    return Draft(
        tuple(chosen), candidates, sieve, evidence, tuple(shapes.lists()), behind
    )


def _is_inside(start: int, end: int, wholes: Sequence[tuple[int, int]]) -> bool:
    """Return whether a name begins before a place and holds it: Port of Spain."""
    index = bisect_left(wholes, (start,)) - 1
    return index >= 0 and end <= wholes[index][1]


def find(
    draft: Draft, prose: Prose, vocabulary: Vocabulary, model: Sequence[ModelSpan]
) -> Mentions:
    """
    Return the mentions in a text, of which `draft` is what the rules found.

    `model` is what the statistical model saw, empty where it is off.
    """
    context = draft.evidence.towns.context
    seen = map(draft.evidence.whole, draft.sieve.candidates(model))
    found = [*draft.candidates, *seen]
    found += in_countries(
        prose.head,
        [one for one in found if one.source == "model" and one.type == "organisation"],
        draft.chosen,
        vocabulary.shapes.everywhere,
    )
    found = without_founders(found, draft.candidates, _COMPANIES)
    found = without_bearers(found, prose.head, draft.behind, vocabulary.titles)
    found = as_in_text(
        found,
        winners(found),
        prose.head,
        draft.behind,
        vocabulary.titles.given_names,
    )
    longer = LongerNames(
        prose.head,
        vocabulary.titles,
        vocabulary.places,
        vocabulary.shapes.not_organisations,
        context.namelike,
        Spans((hit.start, hit.end) for hit, name in draft.chosen if name.demonym),
    )
    found, kept = longer.without(found)
    if in_lists := [
        *persons_in_lists(prose.head, draft.lists, kept),
        *draft.evidence.in_lists(draft.lists, kept),
    ]:
        found, kept = longer.without([*found, *in_lists])
    if named := list(surnames(prose.head, vocabulary.titles, kept)):
        found += named
        kept = winners(found)
    again = [
        *repeats(prose.head, vocabulary.shapes, kept),
        *office_holders(prose.head, vocabulary.titles, kept),
    ]
    countries = {
        name.target.code for _, name in draft.chosen if isinstance(name.target, Country)
    }
    mentions = whereabouts(
        merge(found, again=again),
        prose.head,
        countries,
        context.issuers,
        vocabulary.towns,
    )
    # Aden Duale is no Aden, and where KSA is the Kenya Space Agency it is no country.
    others = Spans(
        (one.candidate.start, one.candidate.end)
        for one in mentions
        if one.candidate.type == "person" or one.candidate.alias
    )
    return Mentions(
        mentions,
        tuple(
            (hit.start, hit.end, name.target.code)
            for hit, name in draft.chosen
            if isinstance(name.target, Country) and not others.touch(hit.start, hit.end)
        ),
        (*found, *again),
    )


def _namelike(
    vocabulary: Vocabulary, hits: Sequence[Hit[Name]]
) -> Callable[[Token], bool]:
    """Return what tells a word that a place may be called by from one with a use."""
    common = vocabulary.common
    adjectives = Spans(
        (hit.start, hit.end) for hit in hits if any(name.demonym for name in hit.values)
    )

    def namelike(token: Token) -> bool:
        if token.folded in common or adjectives.touch(token.start, token.end):
            return False
        return not all(word in common for word in token.folded.split())

    return namelike


def _by_rule(
    prose: Prose,
    vocabulary: Vocabulary,
    chosen: Sequence[tuple[Hit[Name], Name]],
    listed: Sequence[Candidate],
    towns: Towns,
    is_known: Callable[[Token], bool],
) -> Iterator[Candidate]:
    titles = vocabulary.titles
    stops = stops_of(vocabulary, chosen, listed, towns.context.namelike)
    built = list(BuiltNames(prose, vocabulary.shapes, stops).find())
    everywhere = vocabulary.shapes.everywhere
    built += list(in_countries(prose, built, chosen, everywhere))
    whole = {(one.start, one.end) for one in listed if one.type == "place"}
    built = [
        linked_by_end(linked_by_start(one, listed, prose), listed, prose)
        for one in [
            *built,
            *branches(prose, chosen),
            *missions(prose, chosen),
            *departments(prose, chosen, stops),
        ]
        if (one.start, one.end) not in whole
    ]
    yield from built
    by_end = {one.end: one for one in sorted([*built, *listed], key=_length)}
    defined = list(definitions(prose, vocabulary.shapes, by_end))
    yield from defined
    named = [one for one in [*listed, *built, *defined] if one.type == "organisation"]
    yield from short_forms(prose, defined, [one for one in named if not one.alias])
    yield from organs(prose, named)
    begun = {hit.start: hit.end for hit, name in chosen if not name.demonym}
    inside = Spans((one.start, one.end) for one in built)
    around = Surroundings(
        is_known,
        towns.context.names_country,
        lambda token: begun.get(token.start, 0) > token.end,
        lambda token: inside.touch(token.start, token.end),
        _one_word_places(chosen),
    )
    search = TitledPersons(prose, titles, around, vocabulary.shapes.subjects)
    yield from search.find()
    yield from _officials(prose, search, named)
    yield from mailbox_owners(prose, titles, vocabulary.shapes.subjects)


def _one_word_places(
    chosen: Sequence[tuple[Hit[Name], Name]],
) -> Callable[[Token], Literal["country", "part"] | None]:
    """Return what tells the kind of place that one word alone may be."""
    kinds: dict[tuple[int, int], Literal["country", "part"]] = {
        (hit.start, hit.end): "country" if isinstance(name.target, Country) else "part"
        for hit, name in chosen
        if not isinstance(name.target, Organisation) and not name.demonym
    }
    return lambda token: kinds.get((token.start, token.end))


def _officials(
    prose: Prose, search: TitledPersons, named: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield the persons of "Ministry of Health (Research) NAME": a desk as a title."""
    for one in named:
        if one.alias or prose.text[one.end : one.end + 2] != " (":
            continue
        close = prose.text.find(") ", one.end, one.end + 40)
        desk = prose.text[one.end + 2 : close]
        if close < 0 or desk.isupper() or not desk[:1].isupper():
            continue
        person = search.name_after(close + 2, prose.text[one.start : close + 1])
        if person is not None:
            yield person


def _length(one: Candidate) -> int:
    return one.end - one.start
