"""Heads of names of organisations, and where another name begins."""

from enrichment_worker.entities.organisation_words import (
    AND,
    ARTICLES,
    Stops,
    bare,
    linked,
)
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, joined

_SUBJECTS = {"services", "administration"}
"""Heads that are subjects of a ministry too: "of Home Affairs and Citizen Services"."""
_QUOTES = {"'", "’"}


class Heads:
    """The heads of names in one text."""

    def __init__(self, prose: Prose, shapes: Shapes, stops: Stops) -> None:
        self._tokens = prose.tokens
        self._shapes = shapes
        self._stops = stops

    def at(self, index: int) -> int:
        """Return how many words from `index` on are a head that opens a name."""
        if bare(self._tokens[index]) not in self._shapes.openers:
            return 0
        words: list[str] = []
        found = 0
        for token in self._tokens[index : index + 4]:
            if words and not joined(token.gap):
                break
            words.append(token.folded if words else bare(token))
            if " ".join(words) in self._shapes.before:
                found = len(words)
        return found

    def another_behind(self, index: int) -> bool:
        """Return whether "and the" leads to a name of its own."""
        articles = (
            index < len(self._tokens) and self._tokens[index].text[1:2] in _QUOTES
        )
        while index < len(self._tokens) and self._tokens[index].folded in ARTICLES:
            index, articles = index + 1, True
        return articles and self.another(index)

    def another(self, index: int) -> bool:
        """Return whether a name of its own begins at `index`."""
        if self.at(index):
            return True
        for number, token in enumerate(self._tokens[index : index + 5]):
            if number and not linked(token.gap):
                return False
            if number and token.folded in AND:
                continue  # "the Economic and Financial Crimes Commission"
            if not token.capital:
                return False
            if token.folded in self._shapes.after:
                return True
        return False

    def subject(self, index: int) -> bool:
        """Return whether what ends like a name is a subject: "Citizen Services"."""
        for token in self._tokens[index : index + 5]:
            if not (
                self._stops.portfolio(token.folded)
                or token.folded in self._shapes.subjects
            ):
                return False
            if token.folded in _SUBJECTS:
                return True
        return False
