"""What a statistical model takes for a person, and which of its words are a name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from enrichment_worker.entities.bearers import is_an_event, names_a_thing
from enrichment_worker.entities.common_words import is_common
from enrichment_worker.knowledge import Shapes, Titles
from enrichment_worker.text import Prose, Token

_LONGEST_BRAND = 3
_SHORTEST, _LONGEST = 2, 5
_OF_PLACES = {
    "st", "saint", "ste", "sainte", "san", "santa", "fort", "ft", "mt", "plaine",
    "mont", "riviere", "port", "puerto", "cap", "pointe", "anse", "baie", "morne",
    "ile", "kampung", "kuala", "pulau", "sungai", "tanjung", "lake", "mount",
}  # fmt: skip
"""What begins the name of a place, and no person's: St. Clair."""
_STATE = 2
"""Letters of what stands behind a name for where somebody is from: "Aleph Beth NH"."""


@dataclass(frozen=True, slots=True)
class ModelPersons:
    """What tells a person's name from other capitals in one text."""

    prose: Prose
    titles: Titles
    shapes: Shapes
    known: Callable[[Token], bool]
    """Whether a word belongs to a name of the gazetteer."""

    def name(self, tokens: Sequence[Token]) -> list[Token] | None:
        """
        Return the words of a person's name among those that the model calls one.

        None where they are no name: a word with another use is none of it, but for the
        surname behind a given name that is known.
        """
        tokens = self._without_what_one_is(trim(tokens, self._title))
        tokens = [*self._begun_before(tokens), *tokens]
        if not _SHORTEST <= len(tokens) <= _LONGEST or not self._namelike(tokens):
            return None
        first, last = tokens[0], tokens[-1]
        if first.shouted and len(first.text) <= _LONGEST_BRAND:
            return None  # "MTN Ghana"
        if self.known(first) and self.known(last):
            return None
        if self.known(last) and not self._given(first):
            return None  # "Ikeja Lagos"
        if all(token.shouted for token in tokens) and self._headline(tokens):
            return None
        if first.folded in _OF_PLACES or last.folded in self.titles.bearers:
            return None
        if is_an_event(self.prose.tokens, self._behind(first) - 1):
            return None
        if names_a_thing(self.prose.tokens, self._behind(last), self.titles):
            return None
        return tokens

    def _begun_before(self, tokens: Sequence[Token]) -> list[Token]:
        """Return the word before a name of two that is one of its words too."""
        if len(tokens) != _SHORTEST or self._given(tokens[0]):
            return []
        index = self.prose.token_at(tokens[0].start)
        words = self.prose.tokens[max(index - 2, 0) : index]
        if len(words) < _SHORTEST or tokens[0].gap != " " or words[0].capital:
            return []
        before = words[1]
        fits = before.capital and not before.opens and not before.shouted
        known = self.known(before) or self._title(before) or self._common(before)
        return [before] if fits and not known and before.text.isalpha() else []

    def _without_what_one_is(self, tokens: Sequence[Token]) -> list[Token]:
        """Return a name without "Boxer" or "Victim" before it, or a state behind it."""
        tokens = list(tokens)
        while len(tokens) > _SHORTEST and self._common(tokens[0]):
            tokens.pop(0)
        while (
            len(tokens) > _SHORTEST
            and tokens[-1].shouted
            and len(tokens[-1].text) <= _STATE
            and not tokens[0].shouted
        ):
            tokens.pop()
        return tokens

    def _namelike(self, tokens: Sequence[Token]) -> bool:
        """Return whether each of the words may stand where it does in a name."""
        for token in tokens:
            if self._title(token) or token.folded in self.shapes.after:
                return False
            if not token.capital and token.folded not in self.titles.particles:
                return False
            if any(c.isdigit() for c in token.text) or (
                self.known(token) and not self._given(token) and token is not tokens[-1]
            ):
                return False
        if self._given(tokens[0]):
            return True
        if self._family_first(tokens):
            return True
        return not any(self._common(token) for token in tokens)

    def _common(self, token: Token) -> bool:
        """Return whether a word is used for something else, here or anywhere."""
        if self._given(token) or not token.capital:
            return False
        return is_common(token.folded, self.titles, self.shapes.subjects) or (
            not token.shouted and self.prose.times[token.text.lower()] > 0
        )

    def _family_first(self, tokens: Sequence[Token]) -> bool:
        """Return whether a name is like Park Sung-taek."""
        return tokens[0].folded in self.titles.family_names and "-" in tokens[-1].text

    def _given(self, token: Token) -> bool:
        return token.folded in self.titles.given_names

    def _title(self, token: Token) -> bool:
        known = self.titles
        return (
            token.folded in known.honorifics
            or token.folded in known.offices
            or any(
                word in known.never_names or word in known.portfolios
                for word in token.folded.split()
            )
        )

    def _headline(self, tokens: Sequence[Token]) -> bool:
        return self.prose.capitals_around(tokens[0].start, tokens[-1].end)

    def _behind(self, token: Token) -> int:
        return self.prose.token_at(token.start) + 1


def trim(tokens: Sequence[Token], drop: Callable[[Token], bool]) -> list[Token]:
    """Return `tokens` less those at either end that are to be dropped."""
    start, end = 0, len(tokens)
    while start < end and drop(tokens[start]):
        start += 1
    while end > start and drop(tokens[end - 1]):
        end -= 1
    return list(tokens[start:end])
