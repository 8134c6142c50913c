"""Bodies of which a state has one, called by their kind alone: Cabinet, the Senate."""

from collections.abc import Iterator, Sequence

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.organisation_words import ARTICLES
from enrichment_worker.text import Prose, Token, fold, joined

_BARE = {"cabinet", "parliament"}
"""What needs no article: "Cabinet has agreed"."""
_ORGANS = {
    "cabinet", "parliament", "senate", "national assembly", "house of representatives",
    "house of assembly", "legislative council", "legislative assembly",
    "defence forces", "defense forces", "supreme court", "constitutional court",
}  # fmt: skip
_OPENERS = {phrase.split()[0] for phrase in _ORGANS}
_LONGEST = 3
_OPENING = {"in", "by", "to", "before", "from", "when", "if", "as", "since", "and"}
"""Words that have a capital for their place alone."""
_OF = {"of", "for", "de", "du", "des", "del"}
_WHO = {"member", "members", "act", "acts", "houses", "house", "clerk", "seat", "mp"}
"""What a word before "of" makes of it: a Member of Parliament."""


def organs(prose: Prose, named: Sequence[Candidate]) -> Iterator[Candidate]:
    """
    Yield each such body that no longer name holds.

    It is the one of `named` that ends or begins so, if the text has one alone.
    """
    for index, token in enumerate(prose.tokens):
        if token.folded not in _OPENERS or not token.capital:
            continue
        length = _length(prose.tokens, index)
        if not length or not _stands_alone(prose, index, index + length):
            continue
        start, end = token.start, prose.tokens[index + length - 1].end
        kind = prose.folded[start:end]
        whole = _the_one(kind, named)
        yield Candidate(
            start=start,
            end=end,
            type="organisation",
            source="pattern",
            rank=Rank.SHORT_FORM,
            confidence=0.6,
            name=whole.name if whole else " ".join(prose.text[start:end].split()),
            target=whole.target if whole else None,
        )


def _length(tokens: Sequence[Token], index: int) -> int:
    """Return how many words from `index` on call such a body."""
    for length in range(_LONGEST, 0, -1):
        words = tokens[index : index + length]
        whole = len(words) == length and all(joined(word.gap) for word in words[1:])
        if whole and " ".join(word.folded for word in words) in _ORGANS:
            return length if words[-1].capital else 0
    return 0


def _stands_alone(prose: Prose, first: int, behind: int) -> bool:
    tokens = prose.tokens
    token, following = tokens[first], tokens[behind : behind + 2]
    if following and joined(following[0].gap):
        of = following[0].folded in _OF and len(following) > 1
        if following[0].capital or (
            of and (following[1].capital or following[1].folded in ARTICLES)
        ):
            return False  # "Cabinet Secretary", "Parliament of X"
    if token.shouted or prose.in_headline(token.start):
        return False
    before = tokens[first - 1] if first else None
    bare = token.folded in _BARE and behind == first + 1
    if before is None or not joined(token.gap):
        return bare
    if before.folded in ARTICLES:
        return True
    if before.folded in _OF:
        return bare and first > 1 and tokens[first - 2].folded not in _WHO
    return bare and (not before.capital or before.folded in _OPENING)


def _the_one(kind: str, named: Sequence[Candidate]) -> Candidate | None:
    """Return the one body of a text whose name says what is called by its kind."""
    found = {
        one.name: one
        for one in sorted(named, key=lambda one: one.target is not None)
        if one.type == "organisation"
        and not one.alias
        and (
            fold(one.name).endswith(f" {kind}")
            or fold(one.name).startswith(f"{kind} of ")
        )
    }
    return next(iter(found.values())) if len(found) == 1 else None
