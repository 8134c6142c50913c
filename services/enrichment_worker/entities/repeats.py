"""What mentions tell of others: surnames, "the Ministry", names in one list."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from enrichment_worker.entities.candidates import Candidate, Rank, surname
from enrichment_worker.entities.short_forms import references
from enrichment_worker.handles import glued_spans
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, Spans, Token

MANY = 50
"""Glued handles and names for them that are looked at: beyond, it is no release."""


def repeats(
    prose: Prose, shapes: Shapes, mentions: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield later mentions of what has been named: surnames, "the Ministry"."""
    organisations = [one for one in mentions if one.type == "organisation"]
    yield from references(prose, shapes, organisations)
    persons: dict[str, Candidate] = {}
    for one in mentions:
        if one.type == "person" and " " in one.name:
            persons.setdefault(one.name, one)
    surnames: dict[str, set[str]] = {}
    for name in persons:
        surnames.setdefault(surname(name), set()).add(name)
    before: Token | None = None
    for token, following in zip_longest(prose.tokens, prose.tokens[1:]):
        names = surnames.get(token.text)
        if names is None:
            before = token
            continue
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


def persons_in_lists(
    prose: Prose,
    lists: Iterable[tuple[tuple[int, int], ...]],
    mentions: Sequence[Candidate],
) -> Iterator[Candidate]:
    """Yield the names of two words or more that are listed with a person's."""
    types = {
        (one.start, one.end): one
        for one in mentions
        if one.source != "model" or one.type == "person"
    }
    taken = Spans(types)
    for spans in lists:
        known = [types.get(span) for span in spans]
        if not all(one is None or one.type == "person" for one in known):
            continue
        if not any(one is not None and " " in one.name for one in known):
            continue
        for start, end in spans:
            name = prose.text[start:end]
            if " " in name and not taken.touch(start, end):
                yield Candidate(
                    start=start,
                    end=end,
                    type="person",
                    source="list",
                    rank=Rank.MODEL_PERSON,
                    confidence=0.6,
                    name=" ".join(name.split()),
                )
