"""Later mentions of what a text has named: surnames, "the Ministry"."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from enrichment_worker.candidates import Candidate, Rank, surname
from enrichment_worker.handles import glued_spans
from enrichment_worker.knowledge import Shapes
from enrichment_worker.merging import Mention
from enrichment_worker.short_forms import references
from enrichment_worker.text import Prose, Token

MANY = 50
"""Glued handles and names for them that are looked at: beyond, it is no release."""


def repeats(
    prose: Prose, shapes: Shapes, mentions: Sequence[Mention]
) -> Iterator[Candidate]:
    """Yield later mentions of what has been named: surnames, "the Ministry"."""
    organisations = [
        one.candidate for one in mentions if one.candidate.type == "organisation"
    ]
    yield from references(prose, shapes, organisations)
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
