"""
What of a text a statistical model is asked to read: where the rules leave names open.

A model of names looks at a handful of words on either side of each, so a passage around
an open name is worth the whole text, at a third of the work.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.knowledge import Passages, Shapes, Titles
from enrichment_worker.text import Prose, Token

MODEL_READS = 100_000
"""Characters of a text that a model may see."""
AROUND = 4
"""Words on either side of an open name: a convolution of four layers sees four."""
LONGEST_PASSAGE = 2_000
"""Code points at which a passage is cut; longer ones are a list or no prose."""
LONGEST_WORD = 40
"""Code points of a word that may still be one."""


def passages(
    prose: Prose,
    candidates: Iterable[Candidate],
    known: Iterable[tuple[int, int]],
    titles: Titles,
    shapes: Shapes,
    *,
    until: int = MODEL_READS,
) -> Passages:
    """
    Return the passages of the text, up to `until`, with names that are still undecided.

    `candidates` are what the rules found, and `known` spans that the gazetteer has
    besides, such as adjectives of countries.
    """
    spans = [(one.start, one.end) for one in candidates]
    decided = _covered(prose.tokens, [*spans, *known])
    ends = bisect_right(prose.tokens, until, key=lambda token: token.end)
    open_words = list(_open(prose.tokens[:ends], decided, titles, shapes))
    return Passages(prose.text, tuple(_around(prose.tokens, open_words)))


def _covered(tokens: Sequence[Token], spans: Iterable[tuple[int, int]]) -> list[bool]:
    """Return of each word whether one of `spans` touches it."""
    covered = [False] * len(tokens)
    index = 0
    reached = 0
    for start, end in sorted(spans):
        while index < len(tokens) and tokens[index].end <= start:
            index += 1
        place = max(index, reached)
        while place < len(tokens) and tokens[place].start < end:
            covered[place] = True
            place += 1
        reached = max(reached, place)
    return covered


def _open(
    tokens: Sequence[Token], decided: Sequence[bool], titles: Titles, shapes: Shapes
) -> Iterator[int]:
    """
    Yield the index of each word that may belong to a name yet.

    A lone capital that opens a sentence does if the same word has one elsewhere.
    """
    undecided = [
        index
        for index, token in enumerate(tokens)
        if token.capital and not decided[index] and _may_name(token, titles, shapes)
    ]
    within = {tokens[index].folded for index in undecided if not _opens(tokens, index)}
    for index in undecided:
        if not _opens(tokens, index) or tokens[index].folded in within:
            yield index


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a word has its capital for its place alone, as far as seen."""
    token = tokens[index]
    following = tokens[index + 1 : index + 2]
    alone = not (following and following[0].gap == " " and following[0].capital)
    return token.opens and alone and not token.shouted


def _may_name(token: Token, titles: Titles, shapes: Shapes) -> bool:
    """Return whether a capital word can be part of a name that only a model knows."""
    if len(token.text) > LONGEST_WORD or any(map(str.isdigit, token.text)):
        return False
    word = token.folded
    return not (
        word in titles.honorifics
        or word in titles.offices
        or word in titles.portfolios
        or word in titles.never_names
        or word in shapes.generic
        or word in shapes.not_organisations
        or word in shapes.not_acronyms
    )


def _around(
    tokens: Sequence[Token], places: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of `places` with words around them, those that meet as one."""
    first = end = 0  # of the passage that grows: [first, end) in words
    for place in places:
        start, behind = max(place - AROUND, 0), min(place + AROUND + 1, len(tokens))
        fits = tokens[behind - 1].end - tokens[first].start <= LONGEST_PASSAGE
        if start > end or not fits:
            yield from _span(tokens, first, end)
            first = max(start, end)
        end = behind
    yield from _span(tokens, first, end)


def _span(tokens: Sequence[Token], first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span of some words; not if what lies between them is no prose."""
    if first < end:
        span = tokens[first].start, tokens[end - 1].end
        if span[1] - span[0] <= 2 * LONGEST_PASSAGE:
            yield span
