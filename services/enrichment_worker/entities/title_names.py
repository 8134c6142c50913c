"""What a title says of names: less than a text does, which decides where it can."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.text import Prose, joined

_LONG = 5
"""Letters of a word that a title of a sentence's form writes small."""


def as_in_text(
    candidates: Sequence[Candidate],
    kept: Iterable[Candidate],
    both: Prose,
    behind: int,
    given_names: Set[str],
) -> list[Candidate]:
    """
    Return `candidates`, of those in the title what there is reason to believe.

    The title ends at `behind`, and `kept` are those that win. Which Valparaíso is meant
    the text says. What the model sees in so few words counts if the text has that name
    too. In a row of capitals, where a verb looks like a surname, a person's name counts
    as far as the text has it, or if it begins with a known one and no capital follows.
    """
    if not any(one.start < behind for one in candidates):
        return list(candidates)
    known: dict[str, list[Candidate]] = {}
    for one in kept:
        if one.start >= behind:
            known.setdefault(one.name, []).append(one)
    tokens = both.tokens[: both.token_at(behind)]
    sentence = any(len(one.text) >= _LONG and not one.capital for one in tokens)

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
            elif named or (sentence and one.source != "given name"):
                yield one
            elif one.type == "person":
                yield from _trimmed(one, both, behind, given_names)

    return list(judged())


def _linked(one: Candidate, named: Sequence[Candidate]) -> Candidate:
    targets = {other.target for other in named}
    if len(targets) != 1 or one.target in targets:
        return one
    return replace(one, target=targets.pop())


def _trimmed(
    one: Candidate, both: Prose, behind: int, given_names: Set[str]
) -> Iterator[Candidate]:
    """Yield a person of the title with as much of the name as the text has too."""
    first = both.token_at(one.start)
    title = both.tokens[first : both.token_at(behind)]
    ends = [word.end for word in title if word.end <= one.end]
    said = (
        end
        for end in reversed(ends)
        if both.folded.find(both.folded[one.start : end], behind) >= 0
    )
    end = next(said, None)
    if end is not None:
        yield replace(one, end=end, name=" ".join(both.text[one.start : end].split()))
        return
    following = title[len(ends) : len(ends) + 1]
    if following and joined(following[0].gap) and following[0].capital:
        return
    titled = one.source == "title" and len(ends) > 1
    words = title[: len(ends)] if titled else title[:1]
    known = len(ends) > 1 and any(word.folded in given_names for word in words)
    known = known or (len(ends) == 1 and bool(following))
    if known:
        yield one
