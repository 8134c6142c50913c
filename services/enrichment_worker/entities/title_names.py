"""What a title says of names: less than a text does, which decides where it can."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.text import Prose, Token, joined

_LONG = 5
"""Letters of a word that a title of a sentence's form writes small."""


def as_in_text(
    candidates: Sequence[Candidate], kept: Iterable[Candidate], both: Prose, behind: int
) -> list[Candidate]:
    """
    Return `candidates`, of those in the title what there is reason to believe.

    The title ends at `behind`, and `kept` are those that win. Which Valparaíso is meant
    the text says. What the model sees in so few words counts if the text has that name
    too. In a row of capitals, where a verb looks like a surname, a person's name counts
    as far as the text has its words, or if a small word or a mark ends it.
    """
    if not any(one.start < behind for one in candidates):
        return list(candidates)
    known: dict[str, list[Candidate]] = {}
    for one in kept:
        if one.start >= behind:
            known.setdefault(one.name, []).append(one)
    tokens = both.tokens[: both.token_at(behind)]
    sentence = any(len(one.text) >= _LONG and not one.capital for one in tokens)
    words = {one.folded for one in both.tokens[len(tokens) :] if one.capital}

    def judged() -> Iterator[Candidate]:
        for one in candidates:
            if one.start >= behind:
                yield one
                continue
            named = [
                other for other in known.get(one.name, ()) if other.type == one.type
            ]
            if one.target is not None:
                yield _linked(one, named)
            elif one.source == "model":
                yield from [one] if named else ()
            elif sentence or named:
                yield one
            elif one.type == "person":
                yield from _trimmed(one, tokens, words, both.text)

    return list(judged())


def _linked(one: Candidate, named: Sequence[Candidate]) -> Candidate:
    targets = {other.target for other in named}
    if len(targets) != 1 or one.target in targets:
        return one
    return replace(one, target=targets.pop())


def _trimmed(
    one: Candidate, title: Sequence[Token], words: set[str], text: str
) -> Iterator[Candidate]:
    """Yield a person of the title with as much of the name as the text has too."""
    name = [word for word in title if one.start <= word.start and word.end <= one.end]
    while name and name[-1].folded not in words:
        name.pop()
    if name and name[-1].end < one.end:
        start, end = one.start, name[-1].end
        yield replace(one, end=end, name=" ".join(text[start:end].split()))
        return
    behind = title[bisect_left(title, one.end, key=lambda word: word.start) :][:1]
    ended = not (behind and joined(behind[0].gap) and behind[0].capital)
    if name or ended:
        yield one
