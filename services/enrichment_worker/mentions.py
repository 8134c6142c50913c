"""Text to entity mentions: every source is heard, and where they overlap one wins."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from enrichment_worker.candidates import Candidate, Rank, Surroundings, surname
from enrichment_worker.context import Context, gather, written_so
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
from enrichment_worker.text import Prose, Spans, Token
from enrichment_worker.titles import TitledPersons

MANY = 50
"""Glued handles and names for them that are looked at: beyond, it is no release."""


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


def find(
    prose: Prose,
    vocabulary: Vocabulary,
    *,
    language: str | None,
    issuers: Iterable[str],
    model: Sequence[ModelSpan],
    heard: list[Candidate] | None = None,
) -> Mentions:
    """
    Return the mentions in a text in `language`.

    `issuers` are the ISO codes of who issues it, which decide between homonyms; `model`
    is what the statistical model saw, empty where it is off. `heard` is filled with
    every candidate, also those that lose.
    """
    hits = longest(
        hit
        for hit in vocabulary.names.hits(prose)
        if not prose.not_prose.touch(hit.start, hit.end)
        and prose.text[hit.start - 1 : hit.start] != "@"
        and any(written_so(name, hit, prose, language) for name in hit.values)
    )
    context = gather(hits, prose, language, issuers)
    chosen = [
        (hit, name) for hit in hits if (name := context.choose(hit, prose)) is not None
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
    found = [
        *listed,
        *_by_rule(prose, vocabulary, chosen, listed, context, model, doubted),
    ]
    mentions = _merge(found)
    again = list(_again(prose, vocabulary, mentions))
    mentions = _merge(found, again=again)
    if heard is not None:
        heard += [*found, *again]
    persons = Spans(
        (one.candidate.start, one.candidate.end)
        for one in mentions
        if one.candidate.type == "person"
    )
    return Mentions(
        mentions,
        tuple(
            (hit.start, hit.end, name.target.code)
            for hit, name in chosen
            if isinstance(name.target, Country)
            and not persons.touch(hit.start, hit.end)
        ),
    )


def _by_rule(
    prose: Prose,
    vocabulary: Vocabulary,
    chosen: Sequence[tuple[Hit[Name], Name]],
    listed: Sequence[Candidate],
    context: Context,
    model: Sequence[ModelSpan],
    doubted: Spans,
) -> Iterator[Candidate]:
    known = Spans((hit.start, hit.end) for hit, _ in chosen)
    places = Spans(
        (hit.start, hit.end)
        for hit, name in chosen
        if not isinstance(name.target, Organisation)
    )
    titles = vocabulary.titles

    def is_known(token: Token) -> bool:
        return known.touch(token.start, token.end)

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
    search = TitledPersons(prose, titles, Surroundings(is_known, context.names_country))
    yield from search.find()
    yield from _officials(prose, search, named)
    sieve = Sieve(
        prose,
        titles,
        vocabulary.shapes,
        vocabulary.towns,
        context,
        is_known,
        doubted,
    )
    yield from sieve.candidates(model)


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
    taken = Spans()
    kept: list[Candidate] = []
    ordered = sorted(candidates, key=_precedence)
    for one in [*ordered, *sorted(again, key=_precedence)]:
        if one.end > one.start and not taken.touch(one.start, one.end):
            taken.add(one.start, one.end)
            kept.append(one)
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
            replace(one, roles=tuple(given)),
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
