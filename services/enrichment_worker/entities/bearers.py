"""What bears a person's name, who is not spoken of: "Jomo Kenyatta Airport"."""

from collections.abc import Iterator, Sequence, Set

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, Token, joined

_REACH = 4
"""Words behind a name among which the one lies that says what bears it."""
_MANY = 50
"""Places of one name that are looked at: beyond, it is no release."""
_POSSESSIVE = {"'s ", "’s "}
_EVENTS = {
    "operation", "exercise", "hurricane", "cyclone", "typhoon", "storm", "project",
    "operacion", "ejercicio", "huracan", "ouragan", "cyclones", "mission",
}  # fmt: skip
_SMALL = {"government", "administration", "airport", "stadium", "bridge", "hospital"}
"""What needs no capital behind the name: the Albanese government."""
_OWNED = {"town", "island", "bay", "cathedral", "church", "college", "hospital"}
"""What bears the name of whose it is: King William's Town."""


def names_a_thing(tokens: Sequence[Token], end: int, titles: Titles) -> bool:
    """
    Return whether the words from `end` on say that a thing bears the name before.

    The word that says so may be some words away: "Eric Zzolga Bird Sanctuary".
    """
    for token in tokens[end : end + _REACH]:
        if token.gap in _POSSESSIVE:
            return token.capital and token.folded in _OWNED
        if not joined(token.gap):
            return False
        if token.folded in (titles.bearers if token.capital else _SMALL):
            return True
        if not token.capital or _ends(token, titles):
            return False
    return False


def is_an_event(tokens: Sequence[Token], start: int) -> bool:
    """Return whether what is done or happens has a name: "Operation Hadin Kai"."""
    return (
        start > 0
        and tokens[start - 1].capital
        and tokens[start - 1].folded in _EVENTS
        and joined(tokens[start].gap)
    )


def without_founders(
    candidates: Sequence[Candidate], mentions: Sequence[Candidate], companies: Set[str]
) -> list[Candidate]:
    """
    Return `candidates` less persons without a title who are a company of the text.

    "Churchill Downs" is the beginning of the Churchill Downs Racing Company, which is
    among `mentions`; a company has one of `companies` for its last word.
    """
    begun = {
        " ".join(words[:length])
        for one in mentions
        if one.type == "organisation"
        for words in [one.name.split()]
        if words[-1].rstrip(".").lower() in companies
        for length in range(2, min(len(words), _REACH))
    }
    if not begun:
        return list(candidates)
    titled = {one.name for one in candidates if one.roles}
    return [
        one
        for one in candidates
        if one.type != "person" or one.name not in begun or one.name in titled
    ]


def without_bearers(
    candidates: Sequence[Candidate], both: Prose, behind: int, titles: Titles
) -> list[Candidate]:
    """
    Return `candidates` less the persons of the title whose names the text gives things.

    The title ends at `behind`. A person who is named alone too, or has a title, stays.
    """
    return [
        one
        for one in candidates
        if one.type != "person"
        or one.start >= behind
        or one.source == "title"
        or not _only_things(list(_places(one, both, behind)), both, titles)
    ]


def _places(one: Candidate, both: Prose, behind: int) -> Iterator[int]:
    """Yield the offset behind each place where the text has a name of the title."""
    name = both.text[one.start : one.end]
    at = both.text.find(name, behind)
    for _ in range(_MANY):
        if at < 0:
            return
        yield at + len(name)
        at = both.text.find(name, at + len(name))


def _only_things(ends: Sequence[int], both: Prose, titles: Titles) -> bool:
    return bool(ends) and all(
        names_a_thing(both.tokens, both.token_at(end - 1) + 1, titles) for end in ends
    )


def _ends(token: Token, titles: Titles) -> bool:
    """Return whether a word with a capital is no part of a thing's name."""
    word = token.folded
    return word in titles.never_names or word in titles.offices
