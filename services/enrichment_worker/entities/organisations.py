"""Organisations that no list has, by the shape of their names."""

import re
from collections.abc import Iterator, Set

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.organisation_ends import (
    AND,
    ARTICLES,
    OF,
    SMALL_OF,
    NameEnds,
    Stops,
    bare,
    elided,
    linked,
)
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, Token, joined

_VAGUE = {
    "service", "services", "force", "forces", "group", "party", "mission", "school",
}  # fmt: skip
_WARDS = {"care", "dialysis", "burn", "burns", "trauma", "stabilisation", "newborn"}
"""What units of hospitals are for, which are no bodies."""
_SMALL_BODIES = {"police", "gendarmerie", "marine", "armee", "garde"}
"""Bodies that French writes small: "la police nationale"."""
_NEVER_SMALL = {
    "hopital", "compagnie", "compagnies", "lycee", "college", "service", "unite",
    "cellule", "brigade", "union", "forum", "reseau", "parti", "mouvement", "societe",
    "collectif", "fuerza", "fuerzas", "unidad", "red", "mesa", "cuerpo",
    "empresa", "sociedad", "hospital", "escuela", "servicio", "frente", "partido",
    "administration", "bureau", "inspection", "presidence", "groupement", "communaute",
    "mediateur", "tresor", "departement", "delegation", "pharmacie", "representation",
    "delegacion", "poder", "administracion", "seccion", "asesoria",
    "gabinete", "registro", "tesoreria", "division", "cooperativa", "gerencia",
    "subgerencia", "coordinadora", "entidad", "ente", "caja", "jurado", "mision",
    "representacion", "grupo", "laboratorio", "foro", "alianza", "liga", "orden",
    "programa", "departamento", "aduana", "aduanas", "plataforma", "sistema",
    "tesoro", "inspeccion", "regimiento", "estado",
}  # fmt: skip
"""Heads that are a body's name only with a capital."""
_BEARING = {"king", "queen", "prince", "princess", "sultan", "sir", "lady", "lord"}
"""Titles in names of bodies: King Abdulaziz University."""
_UNDERTAKINGS = {
    "programme", "program", "system", "scheme", "project", "initiative", "plan",
    "certificate", "examination",
}  # fmt: skip
"""What makes a vague head a part of something else: the Equipment Service Program."""
_TEXTS = {"treaty", "agreement", "act", "bill", "deal", "accord", "award", "prize"}
_COMPANIES = {
    "ltd", "limited", "inc", "llc", "corp", "plc", "incorporated", "co", "pvt", "pte",
    "pty", "berhad", "bhd",
}  # fmt: skip
_BEFORE_COMPANY = {", ", "., ", ". "}
_MEETING = re.compile(r"\s+(?:meetings?|talks|consultations)(?=\s+(?:on|for)\s)")


class BuiltNames:
    """The search for names that are built like those of organisations."""

    def __init__(self, prose: Prose, shapes: Shapes, stops: Stops) -> None:
        self._prose = prose
        self._text = prose.text
        self._tokens = prose.tokens
        self._shapes = shapes
        self._stops = stops
        self._ends = NameEnds(prose, shapes, stops)

    def find(self) -> Iterator[Candidate]:
        """Yield every name with a head: "Ministry of …", "… Centre [for …]"."""
        index = 0
        while index < len(self._tokens):
            candidate, after = self._at(index)
            if candidate is not None:
                yield candidate
            index = max(after, index + 1)

    def _at(self, index: int) -> tuple[Candidate | None, int]:
        length = self._ends.head_at(index)
        token = self._tokens[index]
        closes = token.capital and token.folded in self._shapes.after
        if not length and not closes:
            return None, index + 1
        behind = index + (length or 1)
        if not token.capital and not self._small_head(token, behind):
            return None, index + 1
        if token.folded == "parliament" and self._of_a_member(index):
            return None, behind
        if token.folded == "cabinet" and self._of_a_secretary(behind):
            return None, behind
        if token.folded == "unit" and self._tokens[index - 1].folded in _WARDS:
            return None, behind
        headline = self._prose.in_headline(token.start)
        start = index if headline or not token.capital else self._left(index, behind)
        end = self._ends.behind(behind)
        if end == behind and (start == index or not closes or self._vague(start, end)):
            return None, behind
        if end == behind and self._unfinished(end):
            return None, behind
        first, last = self._tokens[start].start, self._tokens[end - 1].end
        first += len(self._tokens[start].folded) - len(bare(self._tokens[start]))
        if all(word.shouted for word in self._tokens[start:end]):
            return None, end
        if self._is_text(end) or self._is_portfolio(start, end):
            return None, end
        if closes and token.folded in _VAGUE and self._is_undertaking(end):
            return None, end
        name = " ".join(_MEETING.sub("", self._text[first:last]).split())
        return (
            Candidate(
                start=first,
                end=last,
                type="organisation",
                source="pattern",
                rank=Rank.PATTERN,
                confidence=0.8 if length else 0.7,
                name=name[0].upper() + name[1:],
            ),
            end,
        )

    def _of_a_member(self, index: int) -> bool:
        """Return whether it is the Parliament of "Member of Parliament for X"."""
        before = [token.folded for token in self._tokens[max(index - 2, 0) : index]]
        return before in (["member", "of"], ["members", "of"])

    def _of_a_secretary(self, behind: int) -> bool:
        """Return whether it is the Cabinet of an office: "Health Cabinet Secretary"."""
        following = self._tokens[behind : behind + 1]
        return (
            bool(following)
            and joined(following[0].gap)
            and following[0].capital
            and self._stops.person_title(following[0])
        )

    def _is_text(self, end: int) -> bool:
        """Return whether it is what has been signed: "the Falepili Union treaty"."""
        return self._followed_by(end, _TEXTS)

    def _is_undertaking(self, end: int) -> bool:
        """Return whether it is what is done: "the Equipment Service Program"."""
        return self._followed_by(end, _UNDERTAKINGS)

    def _followed_by(self, end: int, words: Set[str]) -> bool:
        following = self._tokens[end : end + 1]
        return (
            bool(following)
            and joined(following[0].gap)
            and following[0].folded in words
        )

    def _is_portfolio(self, start: int, end: int) -> bool:
        """Return whether a name is what an office before it is about."""
        before = start - 1
        while before > 0 and self._tokens[before].folded in OF | ARTICLES:
            before -= 1
        if before < 0 or before == start - 1:
            return False
        subject = self._stops.portfolio
        return self._stops.person_title(self._tokens[before]) and all(
            word.folded in OF | AND or subject(word.folded)
            for word in self._tokens[start:end]
        )

    def _small_head(self, token: Token, behind: int) -> bool:
        """Return whether a head without capital opens a French or Spanish name."""
        if self._stops.person_title(token):
            return False  # "la secretaria de Estado" is a woman, not a body
        following = self._tokens[behind : behind + 2]
        if not following:
            return False
        if bare(token) in _NEVER_SMALL:
            return False
        if bare(token) in _SMALL_BODIES and joined(following[0].gap):
            return following[0].folded in self._shapes.adjectives
        if following[0].folded in self._shapes.adjectives and len(following) > 1:
            following = following[1:]
        return following[0].folded in SMALL_OF or elided(following[0])

    def _vague(self, start: int, end: int) -> bool:
        """Return whether a name says only what it is about: "Financial Services"."""
        *words, head = (token.folded for token in self._tokens[start:end])
        if head == "unit":
            return len(words) < 2  # "Financial Intelligence Unit" says more
        subject = self._stops.portfolio
        return head in _VAGUE and all(word in AND or subject(word) for word in words)

    def _unfinished(self, end: int) -> bool:
        """Return whether an unknown capital goes on with the name: "Fund Facility"."""
        if end >= len(self._tokens):
            return False
        token = self._tokens[end]
        if not joined(token.gap) or not token.capital or token.shouted:
            return False
        ends = self._shapes.not_organisations | self._shapes.generic
        return not (
            token.folded in ends
            or self._stops.person_title(token)
            or self._stops.place(token)
            or self._stops.portfolio(token.folded)
        )

    def _left(self, index: int, behind: int) -> int:
        """Return where the capitals before a head begin."""
        start = index
        head = " ".join(token.folded for token in self._tokens[index:behind])
        while start and index - start < 7:
            gap = self._tokens[start].gap
            company = self._tokens[start].folded in _COMPANIES  # "Co., Ltd"
            if not (linked(gap) or (company and gap in _BEFORE_COMPANY)):
                break
            word = self._tokens[start - 1]
            if word.folded in AND:
                before = self._tokens[start - 2] if start > 1 else None
                if (
                    before is None
                    or head in _COMPANIES
                    or not before.capital
                    or start == index
                    or self._ends_name(before)
                    or self._stops.place(before)
                    or self._stops.organisation(before)
                    or not self._stops.subject(before)
                    or not joined(word.gap)
                ):
                    break
                start -= 2
                continue
            if word.capital and word.folded in _BEARING and start < index:
                start -= 1
                break
            if not word.capital or self._stops.person_title(word):
                break
            if head in self._shapes.everywhere and self._stops.place(word):
                break
            start -= 1
        while start < index and self._not_of_the_name(self._tokens[start]):
            start += 1
        return start

    def _not_of_the_name(self, token: Token) -> bool:
        if token.folded == "new" and not token.opens:
            return False  # "New Patriotic Party"
        return token.folded in self._shapes.generic or token.folded in AND

    def _ends_name(self, token: Token) -> bool:
        """Return whether a name may be whole here: "the Government and X Agency"."""
        word = token.folded
        return word in self._shapes.after or word in self._shapes.everywhere
