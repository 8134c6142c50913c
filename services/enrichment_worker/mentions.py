"""Text to entity mentions: every source is heard, and where they overlap one wins."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from enrichment_worker.candidates import Candidate, Rank, Surroundings, surname
from enrichment_worker.context import gather, written_so
from enrichment_worker.gazetteer import Hit, longest
from enrichment_worker.handles import glued_spans
from enrichment_worker.knowledge import (
    TREATY,
    Country,
    ModelSpan,
    Name,
    Organisation,
    Region,
    Vocabulary,
)
from enrichment_worker.model_mentions import Sieve
from enrichment_worker.organisations import BuiltNames, Stops
from enrichment_worker.short_forms import definitions, references, short_forms
from enrichment_worker.text import Ground, Prose, Spans, Token
from enrichment_worker.titles import TitledPersons

MANY = 50
"""Glued handles and names for them that are looked at: beyond, it is no release."""
ENOUGH = 500
"""Places of a name behind the head of a text: an entity keeps no more anyway."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that is an entity, who says so, and how far to believe it."""

    candidate: Candidate
    sources: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Mentions:
    """All mentions by their start, and the countries that only adjectives name."""

    mentions: tuple[Mention, ...]
    adjectives: tuple[tuple[int, int, str], ...]
    """Spans and ISO codes: "Indian", and names of countries inside other names."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the rules find in a text before a model has read of it, and its sieve."""

    chosen: tuple[tuple[Hit[Name], Name], ...]
    candidates: tuple[Candidate, ...]
    sieve: Sieve


def draft(
    prose: Prose,
    vocabulary: Vocabulary,
    *,
    language: str | None,
    issuers: Iterable[str],
) -> Draft:
    """
    Return what the rules find in a text in `language`.

    `issuers` are the ISO codes of who issues it, which decide between homonyms. Names
    of the gazetteer are found in all of the text, others in its head.
    """
    head = prose.head
    hits = longest(_written_so(vocabulary.names.hits(prose), prose, language))
    context = gather(hits, prose, issuers)
    chosen = [
        (hit, name) for hit in hits if (name := context.choose(hit, head)) is not None
    ]
    listed = [
        _listed(hit, name)
        for hit, name in chosen
        if not name.demonym and not _is_treaty(name)
    ]
    sure = {(hit.start, hit.end) for hit, _ in chosen}
    doubted = Spans(
        (hit.start, hit.end) for hit in hits if (hit.start, hit.end) not in sure
    )
    known = Spans(sure)

    def is_known(token: Token) -> bool:
        return known.touch(token.start, token.end)

    around = Surroundings(is_known, context.names_country)
    return Draft(
        tuple(chosen),
        (*listed, *_by_rule(head, vocabulary, chosen, listed, around)),
        Sieve(
            head,
            vocabulary.titles,
            vocabulary.shapes,
            vocabulary.towns,
            context,
            is_known,
            doubted,
        ),
    )


def _written_so(
    hits: Iterable[Hit[Name]], prose: Prose, language: str | None
) -> Iterator[Hit[Name]]:
    """
    Yield the hits with those names alone that the text writes as names.

    Behind the head of the text nothing can support a weak name any more, and what was
    found hundreds of times there is not looked for again.
    """
    reach = len(prose.head.text)
    found: Counter[str] = Counter()
    for hit in hits:
        read = hit.end <= reach
        if not read:
            form = prose.folded[hit.start : hit.end]
            found[form] += 1
            if found[form] > ENOUGH:
                continue
        if (
            prose.not_prose.touch(hit.start, hit.end)
            or prose.text[hit.start - 1 : hit.start] == "@"
        ):
            continue
        names = [
            name
            for name in hit.values
            if (read or not name.weak) and written_so(name, hit, prose, language)
        ]
        if names:
            yield Hit(hit.start, hit.end, tuple(names))


def find(
    draft: Draft, prose: Prose, vocabulary: Vocabulary, model: Sequence[ModelSpan]
) -> Mentions:
    """
    Return the mentions in a text, of which `draft` is what the rules found.

    `model` is what the statistical model saw, empty where it is off.
    """
    found = [*draft.candidates, *draft.sieve.candidates(model)]
    mentions = _merge(found)
    mentions = _merge(found, again=list(_again(prose.head, vocabulary, mentions)))
    persons = Spans(
        (one.candidate.start, one.candidate.end)
        for one in mentions
        if one.candidate.type == "person"
    )
    return Mentions(
        mentions,
        tuple(
            (hit.start, hit.end, name.target.code)
            for hit, name in draft.chosen
            if isinstance(name.target, Country)
            and not persons.touch(hit.start, hit.end)
        ),
    )


def _by_rule(
    prose: Prose,
    vocabulary: Vocabulary,
    chosen: Sequence[tuple[Hit[Name], Name]],
    listed: Sequence[Candidate],
    around: Surroundings,
) -> Iterator[Candidate]:
    places = Spans(
        (hit.start, hit.end)
        for hit, name in chosen
        if not isinstance(name.target, Organisation)
    )
    titles = vocabulary.titles

    def is_title(token: Token) -> bool:
        office = token.folded in titles.offices
        return (office and token.folded not in titles.portfolios) or (
            token.folded in titles.honorifics
        )

    stops = Stops(
        person_title=is_title,
        place=lambda token: places.touch(token.start, token.end),
        portfolio=lambda word: word in titles.portfolios,
        given_name=lambda word: word in titles.given_names,
    )
    built = list(BuiltNames(prose, vocabulary.shapes, stops).find())
    built = [_linked_by_start(one, listed, prose) for one in built]
    yield from built
    by_end = {one.end: one for one in sorted([*listed, *built], key=_length)}
    defined = list(definitions(prose, vocabulary.shapes, by_end))
    yield from defined
    named = [one for one in [*listed, *built, *defined] if one.type == "organisation"]
    yield from short_forms(prose, defined, [one for one in named if not one.alias])
    search = TitledPersons(prose, titles, around)
    yield from search.find()
    yield from _officials(prose, search, named)


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


def _is_treaty(name: Name) -> bool:
    """Return whether a name is that of a text: known, and no organisation itself."""
    return isinstance(name.target, Organisation) and name.target.kind == TREATY


def _listed(hit: Hit[Name], name: Name) -> Candidate:
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
    return Candidate(
        start=hit.start,
        end=hit.end,
        type="organisation" if isinstance(target, Organisation) else "place",
        source="gazetteer",
        rank=rank,
        confidence=certain - 0.1 * name.weak,
        name=target.name,
        target=target,
        alias=name.form if name.exact and isinstance(target, Organisation) else None,
    )


def _linked_by_start(
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


def _again(
    prose: Prose, vocabulary: Vocabulary, mentions: Sequence[Mention]
) -> Iterator[Candidate]:
    """Yield later mentions of what has been named: surnames, "the Ministry"."""
    organisations = [
        one.candidate for one in mentions if one.candidate.type == "organisation"
    ]
    yield from references(prose, vocabulary.shapes, organisations)
    persons: dict[str, Candidate] = {}
    for one in mentions:
        if one.candidate.type == "person" and " " in one.candidate.name:
            persons.setdefault(one.candidate.name, one.candidate)
    surnames: dict[str, set[str]] = {}
    for name in persons:
        surnames.setdefault(surname(name), set()).add(name)
    before: Token | None = None
    for token, following in zip_longest(prose.tokens, prose.tokens[1:]):
        names = surnames.get(token.text, set())
        alone = not (following and following.gap == " " and following.capital)
        led = before and token.gap == " " and before.capital and not before.opens
        if len(names) == 1 and alone and not led:
            yield _repeat(persons[next(iter(names))], token.start, token.end)
        before = token
    for start, end in glued_spans(prose.text)[:MANY]:
        for name in list(persons)[:MANY]:
            at = prose.text.find(name, start, end + len(name))
            if at > start:
                yield _repeat(persons[name], at, at + len(name))


def _repeat(person: Candidate, start: int, end: int) -> Candidate:
    return Candidate(start, end, "person", "repeat", Rank.SHORT_FORM, 0.8, person.name)


def _merge(
    candidates: Sequence[Candidate], *, again: Sequence[Candidate] = ()
) -> tuple[Mention, ...]:
    """
    Return candidates that do not overlap: of two, the higher rank, then the longer.

    What the winner overlaps and agrees with in type is added to its sources, and makes
    it more certain. `again` gets what the others leave.
    """
    ordered = [*sorted(candidates, key=_precedence), *sorted(again, key=_precedence)]
    ground = Ground(max((one.end for one in ordered), default=0))
    kept = [
        one
        for one in ordered
        if one.end > one.start and ground.take(one.start, one.end)
    ]
    kept.sort(key=lambda one: one.start)
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
            one if tuple(given) == one.roles else replace(one, roles=tuple(given)),
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


def _length(one: Candidate) -> int:
    return one.end - one.start
