"""Places that are a word of a longer name: "Kaduna Electric", "New Chandigarh"."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.knowledge import Country, PlaceWords, Titles
from enrichment_worker.text import Prose, Spans, Token, joined


@dataclass(frozen=True, slots=True)
class LongerNames:
    """The search for places in one text that are none by themselves."""

    prose: Prose
    titles: Titles
    words: PlaceWords
    things: AbstractSet[str]
    """Words for what is no body: a country's agreement names the country."""
    namelike: Callable[[Token], bool]
    """Whether a word has no other use than to name something."""
    adjectives: Spans
    """Where countries stand as adjectives: "Indian Punjab"."""

    def inside(self, kept: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
        """
        Yield the spans of the places that are words of a longer name.

        Where all words have a capital, a place is one if it is nothing else below.
        """
        named = Spans(
            (one.start, one.end) for one in kept if one.type != "organisation"
        )
        bodies = {
            self._beginning(self.prose.token_at(one.start))
            for one in kept
            if one.type == "organisation"
        }
        alone: set[str] = set()
        within: set[str] = set()
        shouted: list[Candidate] = []
        for one in kept:
            if one.type != "place":
                continue
            first = self.prose.token_at(one.start)
            last = self.prose.token_at(one.end - 1)
            if self._is_event(first):
                within.add(one.name)
                yield one.start, one.end
            elif not (
                self._goes_on(one, last + 1, named) or self._has_begun(first, named)
            ):
                alone.add(one.name)
            elif self._in_capitals(one):
                shouted.append(one)
            else:
                within.add(one.name)
                yield one.start, one.end
        for one in shouted:
            begins = self._beginning(self.prose.token_at(one.start))
            if one.name in within - alone or begins in bodies:
                yield one.start, one.end

    def _beginning(self, index: int) -> tuple[str, ...]:
        """Return the first two words, folded, of the name at `index`."""
        return tuple(word.folded for word in self.prose.tokens[index : index + 2])

    def _is_event(self, index: int) -> bool:
        """Return whether something that is done or happens has a place's name."""
        if not index or not joined(self.prose.tokens[index].gap):
            return False
        before = self.prose.tokens[index - 1]
        return before.capital and before.folded in self.words.events

    def _goes_on(self, one: Candidate, index: int, named: Spans) -> bool:
        """Return whether the word behind a place is a part of its name."""
        if index >= len(self.prose.tokens):
            return False
        token = self.prose.tokens[index]
        if isinstance(one.target, Country) and token.folded in self.things:
            return False  # "Barbados Scholarship"
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
