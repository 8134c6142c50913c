"""Many names looked up in one pass over folded text, on word boundaries."""

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

from enrichment_worker.text import Ground, Prose, fold, on_boundaries

T = TypeVar("T")

_PIECE = 250_000
"""Characters that the automaton is given at once; it copies them, four bytes each."""


class Hit(NamedTuple, Generic[T]):
    """A place in the text and everything that is called so; a tuple, as Token is."""

    start: int
    end: int
    values: tuple[T, ...]


class Gazetteer(Generic[T]):
    """Names and what they stand for; immutable once made."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        values: dict[str, list[T]] = {}
        for form, value in entries:
            key = fold(form).strip()
            if key:
                values.setdefault(key, []).append(value)
        self._automaton = ahocorasick.Automaton()
        for key, found in values.items():
            self._automaton.add_word(key, (len(key), tuple(found)))
        if values:
            self._automaton.make_automaton()
        self._size = len(values)

    def __len__(self) -> int:
        return self._size

    def hits(self, prose: Prose) -> Iterator[Hit[T]]:
        """Yield every name in the text, also those inside others, by their end."""
        if not self._size:
            return
        folded = prose.folded
        found = self._automaton.iter(folded[:_PIECE])
        for piece in range(0, len(folded), _PIECE):
            if piece:  # a name may begin in the one before
                found.set(folded[piece : piece + _PIECE])
            for last, (length, values) in found:
                start, end = last + 1 - length, last + 1
                if on_boundaries(folded, start, end):
                    yield Hit(start, end, values)

    def words(self) -> frozenset[str]:
        """Return every word of every name, folded."""
        return frozenset(word for key in self._automaton for word in key.split())

    def get(self, name: str) -> tuple[T, ...]:
        """Return everything that is called exactly `name`, in any case and accent."""
        found: tuple[int, tuple[T, ...]] = self._automaton.get(
            fold(name).strip(), (0, ())
        )
        return found[1]


def longest(hits: Iterable[Hit[T]]) -> list[Hit[T]]:
    """Return, in order, hits that do not overlap: of two the longer, then the first."""
    found = sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start))
    ground = Ground(max((hit.end for hit in found), default=0))
    kept = [hit for hit in found if ground.take(hit.start, hit.end)]
    return sorted(kept, key=lambda hit: hit.start)
