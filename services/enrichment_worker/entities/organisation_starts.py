"""Where the name of an organisation begins: which capitals before a head are its."""

import re

from enrichment_worker.entities.organisation_words import AND, Stops, linked
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, Token, joined

_LONGEST = 7
"""Words of a name before its head."""
_BEARING = {
    "king", "queen", "prince", "princess", "sultan", "sir", "lady", "lord", "sheikh",
    "shaikh", "imam", "emperor", "pandit", "st", "saint",
}  # fmt: skip
"""Titles in names of bodies: King Abdulaziz University."""
COMPANIES = {
    "ltd", "limited", "inc", "llc", "corp", "plc", "incorporated", "co", "pvt", "pte",
    "pty", "berhad", "bhd",
}  # fmt: skip
BEFORE_COMPANY = {", ", "., ", ". "}
POSSESSIVE = {"'s ", "’s ", "' ", "’ "}
_SAINTS = {"st", "ste", "mt"}
"""Short forms with a full stop inside names: St. Michael School."""
_OF_HOLDERS = {
    "office", "department", "chambers", "court", "fund", "commission", "cabinet",
    "secretariat", "council", "foundation", "trust", "delivery", "general", "society",
    "bureau",
}  # fmt: skip
"""What is called by an office: the Governor's Office, but the Governor's X Unit."""
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")
"""How Nguni names begin: eThekwini Municipality."""
_PARTICLES = {"bin", "bint", "ibn", "al", "el", "ul"}
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

    def before(self, index: int, behind: int, taken: int) -> int:
        """
        Return where the capitals before the head [index, behind) begin.

        The words before `taken` belong to another name.
        """
        start = index
        head = " ".join(token.folded for token in self._tokens[index:behind])
        first = max(taken, index - _LONGEST)
        while start > first:
            if not self._linked(start):
                break
            word = self._tokens[start - 1]
            if start < index and self._is_within(start, first):
                start -= 2
                continue
            if word.folded in AND:
                if start - 2 < first or not self._both_sides(start, index, head):
                    break
                start = self._list_before(start - 2, first)
                continue
            if word.capital and word.folded in _BEARING and start < index:
                start -= 1
                continue
            if word.folded == "of" and head in COMPANIES:
                if not self._of_a_company(start, first):
                    break
                start -= 2
                continue
            if not (word.capital or _CAMEL.match(word.text)):
                break
            if self._is_title(start - 1):
                break
            if head in self._shapes.everywhere and self._stops.place(word):
                start = self._with_its_part(start, head)
                if start < index and self._tokens[start].folded == "state":
                    start -= 1  # "Lagos State Government"
                break
            start -= 1
        while start < index and self._not_of_the_name(self._tokens[start]):
            start += 1
        return self._with_its_number(start, behind) if start > taken else start

    def _linked(self, start: int) -> bool:
        """Return whether a word belongs to the one before it, as far as gaps say."""
        token, before = self._tokens[start], self._tokens[start - 1]
        if linked(token.gap):
            return True
        if token.gap == ". ":
            return before.folded in _SAINTS
        if token.gap in POSSESSIVE:
            if self._stops.part(before) and self._stops.part(token):
                return True  # "Hawke's Bay Regional Council"
            office = self._stops.person_title(before) or before.folded == "general"
            return before.folded in self._shapes.holders and (
                not office or before.folded in _BEARING or token.folded in _OF_HOLDERS
            )
        return token.folded in COMPANIES and token.gap in BEFORE_COMPANY  # "Co., Ltd"

    def _is_title(self, index: int) -> bool:
        """Return whether a word is the title of a person, and no holder of a body."""
        word = self._tokens[index]
        if not self._stops.person_title(word) or self._stops.place(word):
            return False  # "Sri Lanka"
        following = self._tokens[index + 1]
        if word.folded == "general" and following.folded in self._shapes.after:
            return False  # "Leeds General Infirmary"
        return not (following.gap in POSSESSIVE and word.folded in self._shapes.holders)

    def _both_sides(self, start: int, index: int, head: str) -> bool:
        """Return whether "X and Y" before a head are one: "Trade and X Board"."""
        if start == index or head in COMPANIES:
            return False
        before, word = self._tokens[start - 2], self._tokens[start - 1]
        return (
            before.capital
            and not self._ends_name(before)
            and not self._stops.place(before)
            and not self._stops.place(self._tokens[start])
            and not self._stops.organisation(self._tokens[start])
            and not self._stops.organisation(before)
            and not self._stops.person_title(before)
            and (self._stops.subject(before) or self._one_article(start))
            and joined(word.gap)
        )

    def _is_within(self, start: int, first: int) -> bool:
        """Return whether a small word is inside a name: "X bin Zayed University"."""
        word = self._tokens[start - 1]
        if word.capital or start - 2 < first or not joined(word.gap):
            return False
        if not self._tokens[start - 2].capital:
            return False
        return word.folded in _PARTICLES or self._stops.place(word)

    def _of_a_company(self, start: int, first: int) -> bool:
        """Return whether "of" is within a name: "Atomic Energy of Canada Limited"."""
        if start - 2 < first or not joined(self._tokens[start - 1].gap):
            return False
        before = self._tokens[start - 2]
        return before.capital and not self._stops.person_title(before)

    def _list_before(self, start: int, first: int) -> int:
        """Return where "X, Y" of "X, Y and Z Board" begins, its last comma at most."""
        while start > first and self._tokens[start].gap == ", ":
            word = self._tokens[start - 1]
            if not (word.capital and self._stops.subject(word)):
                break
            if self._stops.place(word) or self._stops.person_title(word):
                break
            if self._ends_name(word) or self._stops.organisation(word):
                break
            start -= 1
        return start

    def _one_article(self, start: int) -> bool:
        """Return whether "the" is that of both: "the Clemency and Pardons Board"."""
        return (
            start > 2
            and self._tokens[start - 3].folded == "the"
            and joined(self._tokens[start - 2].gap)
            and self._stops.subject(self._tokens[start])
        )

    def _with_its_part(self, start: int, head: str) -> int:
        """Return the start with "Connecticut" of "Connecticut Department of X"."""
        if head not in _OF_PARTS:
            return start
        begin = start
        while begin and linked(self._tokens[begin].gap):
            before = self._tokens[begin - 1]
            both = before.folded in AND and begin < start and begin > 1
            if both and self._stops.part(self._tokens[begin - 2]):
                begin -= 2  # "Punjab and Haryana High Court"
            elif self._stops.part(before):
                begin -= 1
            else:
                break
        return begin

    def _with_its_number(self, start: int, behind: int) -> int:
        """Return the start, at the number of a formation: "101st Airborne Division"."""
        words = self._tokens[start:behind]
        if not any(word.folded in self._shapes.units for word in words):
            return start
        token, number = self._tokens[start], self._tokens[start - 1]
        numbered = joined(token.gap) and _NUMBER.fullmatch(number.text) is not None
        return start - numbered

    def _not_of_the_name(self, token: Token) -> bool:
        if token.shouted or (token.folded == "new" and not token.opens):
            return False  # "UN …" is no Spanish article; "New Patriotic Party"
        if token.folded == "first":
            return False  # "First National Bank"
        return token.folded in self._shapes.generic or token.folded in AND

    def _ends_name(self, token: Token) -> bool:
        """Return whether a name may be whole here: "the Government and X Agency"."""
        word = token.folded
        return word in self._shapes.after or word in self._shapes.everywhere
