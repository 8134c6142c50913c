"""Places that are a word of a longer name: "Kaduna Electric", "New Chandigarh"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.knowledge import PlaceWords, Titles
from enrichment_worker.text import Prose, Spans, Token, joined


@dataclass(frozen=True, slots=True)
class LongerNames:
    """The search for places in one text that are none by themselves."""

    prose: Prose
    titles: Titles
    words: PlaceWords
    namelike: Callable[[Token], bool]
    """Whether a word has no other use than to name something."""
    adjectives: Spans
    """Where countries stand as adjectives: "Indian Punjab"."""

    def without(
        self, candidates: Sequence[Candidate], kept: Sequence[Candidate]
    ) -> list[Candidate]:
        """Return `candidates` less the places that are none; `kept` are the winners."""
        inside = Spans(self._inside(kept))
        return [
            one
            for one in candidates
            if one.type != "place" or not inside.touch(one.start, one.end)
        ]

    def _inside(self, kept: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
        """
        Yield the spans of the places that are words of a longer name.

        Where all words have a capital, a place is one if it is nothing else below.
        """
        named = Spans(
            (one.start, one.end) for one in kept if one.type != "organisation"
        )
        alone: set[str] = set()
        within: set[str] = set()
        shouted: list[Candidate] = []
        for one in kept:
            if one.type != "place":
                continue
            first = self.prose.token_at(one.start)
            last = self.prose.token_at(one.end - 1)
            if not (self._goes_on(last + 1, named) or self._has_begun(first, named)):
                alone.add(one.name)
            elif self._in_capitals(one):
                shouted.append(one)
            else:
                within.add(one.name)
                yield one.start, one.end
        for one in shouted:
            if one.name in within - alone:
                yield one.start, one.end

    def _goes_on(self, index: int, named: Spans) -> bool:
        """Return whether the word behind a place is a part of its name."""
        if index >= len(self.prose.tokens):
            return False
        token = self.prose.tokens[index]
        return (
            joined(token.gap)
            and token.capital
            and not any(map(str.isdigit, token.text))  # "London SW1"
            and not self._explained(token, named)
            and token.folded not in self.words.behind
            and token.folded not in self.words.many
        )

    def _has_begun(self, index: int, named: Spans) -> bool:
        """Return whether the word before a place is a part of its name."""
        if not index or not joined(self.prose.tokens[index].gap):
            return False
        token = self.prose.tokens[index - 1]
        return (
            token.capital
            and not token.opens
            and not self._explained(token, named)
            and token.folded not in self.words.directions
            and token.folded not in self.words.before
            and self.namelike(token)
        )

    def _explained(self, token: Token, named: Spans) -> bool:
        """Return whether a word has its capital for another reason."""
        word = token.folded
        return (
            word in self.titles.offices
            or word in self.titles.honorifics
            or word in self.words.beside
            or named.touch(token.start, token.end)
            or self.adjectives.touch(token.start, token.end)
        )

    def _in_capitals(self, one: Candidate) -> bool:
        """Return whether a place stands where every word has a capital."""
        return self.prose.in_headline(one.start) or self.prose.capitals_around(
            one.start, one.end
        )
