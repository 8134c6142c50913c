"""The person whom "the Minister" stands for, behind "Health Minister Jane Hopkins"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from enrichment_worker.entities.candidates import Candidate, Rank, surname
from enrichment_worker.entities.offices import LONGEST_PHRASE
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, fold, joined

MANY = 50
"""Roles of one kind that are looked at: beyond, it is no release."""

_ARTICLES = {"the", "le", "la", "el"}
_OF = {"of", "for", "de", "des", "du", "del"}
_RANKS = {"prime", "first", "chief", "deputy", "vice"}
"""Portfolios of a kind of their own: a Prime Minister is not "the Minister"."""


@dataclass(slots=True)
class _Office:
    """What a text says of an office: who holds it, and in which words."""

    holders: dict[str, Candidate] = field(default_factory=dict)
    roles: dict[str, set[str]] = field(default_factory=dict)
    """Who holds it by each role that says more than its kind; folded."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """Where the text says its kind alone: "the Minister"."""
    safe: bool = True

    def known(self, prose: Prose, start: int) -> set[str]:
        """Return the holders whose role the text has at an offset."""
        return {
            name
            for role, names in self.roles.items()
            if prose.folded.startswith(role, start)
            for name in names
        }


def office_holders(
    prose: Prose, titles: Titles, mentions: Sequence[Candidate]
) -> Iterator[Candidate]:
    """
    Yield each "the Minister" as a mention of the one person who is that.

    None where the text names two who are, or an office of the kind that is not known to
    be this person's: "the French Minister", "the Minister of Trade". "The Foreign
    Secretary" is whose role it is, whatever other secretaries there are. `mentions` are
    those that win, in order.
    """
    offices = _offices(titles, mentions)
    for kind, first, last in _said(prose, titles):
        office = offices.get(kind)
        if office is None:
            continue
        before, behind = prose.tokens[first - 1 : first], prose.tokens[last : last + 1]
        start, end = prose.tokens[first].start, prose.tokens[last - 1].end
        goes_on = bool(behind) and joined(behind[0].gap)
        about = goes_on and behind[0].folded in _OF
        named = goes_on and behind[0].capital
        alone = prose.folded[start:end] == kind
        known = office.known(prose, start)
        led = bool(before) and before[0].folded in _ARTICLES and not about and not named
        if led and len(known) == 1:
            yield from _mention(office.holders[known.pop()], start, end)
        elif led and alone:
            office.places.append((start, end))
        elif not (known or (named and not about)):
            office.safe = False
    for office in offices.values():
        if office.safe and len(office.holders) == 1:
            (holder,) = office.holders.values()
            for start, end in office.places:
                yield from _mention(holder, start, end)


def _mention(holder: Candidate, start: int, end: int) -> Iterator[Candidate]:
    """Yield the mention of a person who has been named before."""
    if start > holder.start:
        yield Candidate(
            start=start,
            end=end,
            type="person",
            source="reference",
            rank=Rank.SHORT_FORM,
            confidence=0.7,
            name=holder.name,
        )


def _offices(titles: Titles, mentions: Sequence[Candidate]) -> Mapping[str, _Office]:
    """Return by its kind each office that a person of the text holds."""
    persons = [one for one in mentions if one.type == "person"]
    full: dict[str, set[str]] = {}
    for one in persons:
        if " " in one.name:
            full.setdefault(surname(one.name), set()).add(one.name)
    offices: dict[str, _Office] = {}
    for one in persons:
        names = full.get(surname(one.name), set()) if " " not in one.name else set()
        name = next(iter(names)) if len(names) == 1 else one.name
        for role in map(fold, one.roles):
            for kind in _kinds(titles, role):
                office = offices.setdefault(kind, _Office())
                office.holders.setdefault(name, one)
                if len(role) > len(kind) and len(office.roles) < MANY:
                    office.roles.setdefault(role, set()).add(name)
    return offices


def _kinds(titles: Titles, role: str) -> Iterator[str]:
    prose = Prose(role)
    return (kind for kind, _, _ in _said(prose, titles))


def _said(prose: Prose, titles: Titles) -> Iterator[tuple[str, int, int]]:
    """
    Yield each office with its first token and the one behind it.

    Its kind is what is left without its portfolio: "minister" of "Health Minister".
    """
    tokens = prose.tokens
    at = 0
    while at < len(tokens):
        length = _length(prose, titles, at)
        if not length:
            at += 1
            continue
        first, last = at, at + length
        words = [token.folded for token in tokens[first:last]]
        while len(words) > 1 and words[0] in titles.portfolios - _RANKS:
            words.pop(0)
        while (
            first
            and at - first < LONGEST_PHRASE
            and joined(tokens[first].gap)
            and tokens[first - 1].folded in titles.portfolios
        ):
            first -= 1
        yield " ".join(words), first, last
        at = last


def _length(prose: Prose, titles: Titles, at: int) -> int:
    """Return how many words make the longest office at a token."""
    tokens = prose.tokens[at : at + LONGEST_PHRASE]
    if tokens[0].folded not in titles.openers:
        return 0
    words: list[str] = []
    found = 0
    for token in tokens:
        if words and not joined(token.gap):
            break
        words.append(token.folded)
        phrase = " ".join(words)
        if phrase in titles.offices and phrase not in titles.portfolios:
            found = len(words)
    return found
