"""Where the name of an organisation begins: which capitals before a head are its."""

import re

from enrichment_worker.entities.organisation_ends import AND, Stops, linked
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, Token, joined

_LONGEST = 7
"""Words of a name before its head."""
_BEARING = {"king", "queen", "prince", "princess", "sultan", "sir", "lady", "lord"}
"""Titles in names of bodies: King Abdulaziz University."""
_COMPANIES = {
    "ltd", "limited", "inc", "llc", "corp", "plc", "incorporated", "co", "pvt", "pte",
    "pty", "berhad", "bhd",
}  # fmt: skip
_BEFORE_COMPANY = {", ", "., ", ". "}
_POSSESSIVE = {"'s ", "’s ", "' ", "’ "}
_NUMBER = re.compile(r"\d{1,3}(?:st|nd|rd|th)?")
_OF_PARTS = {
    "department", "ministry", "ministries", "high court", "supreme court", "parliament",
    "secretariat",
}  # fmt: skip
"""Heads of bodies that are called by the part of a country that they are of."""


class NameStarts:
    """Finds the beginnings of names in one text."""

    def __init__(self, prose: Prose, shapes: Shapes, stops: Stops) -> None:
        self._tokens = prose.tokens
        self._shapes = shapes
        self._stops = stops

    def before(self, index: int, behind: int) -> int:
        """Return where the capitals before the head [index, behind) begin."""
        start = index
        head = " ".join(token.folded for token in self._tokens[index:behind])
        while start and index - start < _LONGEST:
            if not self._linked(start):
                break
            word = self._tokens[start - 1]
            if word.folded in AND:
                if not self._both_sides(start, index, head):
                    break
                start -= 2
                continue
            if word.capital and word.folded in _BEARING and start < index:
                start -= 1
                break
            if not word.capital or self._is_title(start - 1):
                break
            if head in self._shapes.everywhere and self._stops.place(word):
                start = self._with_its_part(start, head)
                break
            start -= 1
        while start < index and self._not_of_the_name(self._tokens[start]):
            start += 1
        return self._with_its_number(start, head)

    def _linked(self, start: int) -> bool:
        """Return whether a word belongs to the one before it, as far as gaps say."""
        token, before = self._tokens[start], self._tokens[start - 1]
        if linked(token.gap):
            return True
        if token.gap in _POSSESSIVE:
            return before.folded in self._shapes.holders
        return token.folded in _COMPANIES and token.gap in _BEFORE_COMPANY  # "Co., Ltd"

    def _is_title(self, index: int) -> bool:
        """Return whether a word is the title of a person, and no holder of a body."""
        word = self._tokens[index]
        if not self._stops.person_title(word):
            return False
        following = self._tokens[index + 1]
        return not (
            following.gap in _POSSESSIVE and word.folded in self._shapes.holders
        )

    def _both_sides(self, start: int, index: int, head: str) -> bool:
        """Return whether "X and Y" before a head are one: "Trade and X Board"."""
        if start < 2 or start == index or head in _COMPANIES:
            return False
        before, word = self._tokens[start - 2], self._tokens[start - 1]
        return (
            before.capital
            and not self._ends_name(before)
            and not self._stops.place(before)
            and not self._stops.place(self._tokens[start])
            and not self._stops.organisation(before)
            and self._stops.subject(before)
            and joined(word.gap)
        )

    def _with_its_part(self, start: int, head: str) -> int:
        """Return the start with "Connecticut" of "Connecticut Department of X"."""
        if head not in _OF_PARTS:
            return start
        begin = start
        while begin and linked(self._tokens[begin].gap):
            if not self._stops.part(self._tokens[begin - 1]):
                break
            begin -= 1
        return begin

    def _with_its_number(self, start: int, head: str) -> int:
        """Return the start, at the number of a formation: "101st Airborne Division"."""
        if not start or head not in self._shapes.units:
            return start
        token, number = self._tokens[start], self._tokens[start - 1]
        numbered = joined(token.gap) and _NUMBER.fullmatch(number.text) is not None
        return start - numbered

    def _not_of_the_name(self, token: Token) -> bool:
        if token.folded == "new" and not token.opens:
            return False  # "New Patriotic Party"
        return token.folded in self._shapes.generic or token.folded in AND

    def _ends_name(self, token: Token) -> bool:
        """Return whether a name may be whole here: "the Government and X Agency"."""
        word = token.folded
        return word in self._shapes.after or word in self._shapes.everywhere
