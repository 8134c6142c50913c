"""Organisations that no list has, by the shape of their names."""

import re
from collections.abc import Iterator, Set

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.organisation_ends import NameEnds
from enrichment_worker.entities.organisation_heads import Heads
from enrichment_worker.entities.organisation_starts import (
    BEFORE_COMPANY,
    COMPANIES,
    POSSESSIVE,
    NameStarts,
)
from enrichment_worker.entities.organisation_words import (
    AND,
    ARTICLES,
    OF,
    SMALL_OF,
    Stops,
    bare,
    elided,
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
    "organisation", "organizacion", "institution", "institucion", "coordinacion",
    "tesoro", "inspeccion",
    "regimiento", "estado",
}  # fmt: skip
"""Heads that are a body's name only with a capital."""
_IN_PORTFOLIOS = OF | ARTICLES | AND | {"a", "au", "aux"}
_PARTS = {"departement", "departamento"}
"""Parts of countries, and of ministries."""
_UNDERTAKINGS = {
    "programme", "program", "system", "scheme", "project", "initiative", "plan",
    "certificate", "examination",
}  # fmt: skip
"""What makes a vague head a part of something else: the Equipment Service Program."""
_OF_COUNTRIES = {"customs", "immigration", "railways", "athletics", "cricket", "rugby"}
"""What is a body behind a country: Hong Kong Customs."""
_FURTHER = 4
"""Words behind a head in which there may be another one."""
_ONLY = {"court", "bank", "assembly"}
"""Heads of which a country has one of a kind: the High Court."""
_BUILDINGS = {"building", "house", "roundabout", "road", "street", "tower", "grounds"}
"""What is called by the body in it: the Government Administration Building."""
_ANY = {"every", "each", "any", "no", "another", "several", "many", "other"}
"""What says that there are several: "in every Police Division"."""
_TEXTS = {"treaty", "agreement", "act", "bill", "deal", "accord", "award", "prize"}
_MEETING = re.compile(r"\s+(?:meetings?|talks|consultations)(?=\s+(?:on|for)\s)")


class BuiltNames:
    """The search for names that are built like those of organisations."""

    def __init__(self, prose: Prose, shapes: Shapes, stops: Stops) -> None:
        self._prose = prose
        self._text = prose.text
        self._tokens = prose.tokens
        self._shapes = shapes
        self._stops = stops
        self._heads = Heads(prose, shapes, stops)
        self._ends = NameEnds(prose, shapes, stops, self._heads)
        self._starts = NameStarts(prose, shapes, stops)

    def find(self) -> Iterator[Candidate]:
        """Yield every name with a head: "Ministry of …", "… Centre [for …]"."""
        index = taken = 0
        while index < len(self._tokens):
            candidate, after = self._at(index, taken)
            index = max(after, index + 1)
            if candidate is not None:
                yield candidate
                taken = index

    def _at(self, index: int, taken: int) -> tuple[Candidate | None, int]:
        """Return the name with a head at `index`, and where to go on; not yet taken."""
        length = self._heads.at(index)
        token = self._tokens[index]
        behind = index + (length or 1)
        closes = token.capital and self._closes(behind - 1)
        if not length and not closes:
            return None, index + 1
        if not token.capital and not self._small_head(token, behind):
            return None, index + 1
        if token.folded == "parliament" and self._of_a_member(index):
            return None, behind
        if token.folded == "cabinet" and self._of_a_secretary(behind):
            return None, behind
        if token.folded == "unit" and self._tokens[index - 1].folded in _WARDS:
            return None, behind
        if token.folded == "co" and self._is_county(behind):
            return None, behind
        headline = self._prose.in_headline(token.start)
        start = index
        if token.capital and not headline:
            start = self._starts.before(index, behind, taken)
        end = self._ends.behind(behind)
        alone = end == behind and start == index
        if alone and not (closes and self._is_the_only(index, length)):
            return None, behind
        if end == behind and (not closes or self._vague(start, end)):
            return None, behind
        if end == behind and (
            self._is_kind(start, index)
            or (
                self._unfinished(end)
                and not self._is_held(index)
                and not self._has_a_leader(start, end)
            )
        ):
            return None, behind
        first, last = self._tokens[start].start, self._tokens[end - 1].end
        first += len(self._tokens[start].folded) - len(bare(self._tokens[start]))
        if all(word.shouted for word in self._tokens[start:end]):
            return None, end
        if token.folded == "division" and all(
            self._stops.place(word) for word in self._tokens[start : end - 1]
        ):
            return None, end  # "Chittagong Division" is a part of Bangladesh
        if length and bare(token) in _PARTS and self._names_part(behind, end):
            return None, end
        if self._is_text(end) or self._is_portfolio(start, end):
            return None, end
        if closes and end == behind and self._followed_by(end, _BUILDINGS):
            return None, end
        if start and self._tokens[start - 1].folded in _ANY and start < index:
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
                name=name[0].upper() + name[1:] if name[:2].islower() else name,
            ),
            end,
        )

    def _names_part(self, behind: int, end: int) -> bool:
        """Return whether "de" leads to a place, or to a word no ministry deals with."""
        words = [
            token
            for token in self._tokens[behind:end]
            if token.folded not in OF | ARTICLES
        ]
        if any(self._stops.portfolio(word.folded) or elided(word) for word in words):
            return False
        return len(words) == 1 or all(
            self._stops.place(word) or self._stops.part(word) for word in words
        )

    def _closes(self, index: int) -> bool:
        """Return whether a word is the end of a name, alone or with the one before."""
        token = self._tokens[index]
        before = self._tokens[index - 1] if index else None
        if before is None or not before.capital or not joined(token.gap):
            return token.folded in self._shapes.after
        if token.folded in _OF_COUNTRIES and self._stops.place(before):
            following = self._tokens[index + 1 : index + 2]
            return not (following and following[0].gap == " " and following[0].capital)
        both = f"{before.folded} {token.folded}"
        if both in self._shapes.undertakings:
            return False  # "Flood Recovery Fund"
        return token.folded in self._shapes.after or both in self._shapes.after

    def _is_county(self, behind: int) -> bool:
        """Return whether "Co" is short for county: "Listowel, Co Kerry"."""
        following = self._tokens[behind : behind + 1]
        return bool(following) and (
            joined(following[0].gap.removeprefix("."))
            and following[0].capital
            and following[0].folded not in COMPANIES
        )

    def _is_held(self, index: int) -> bool:
        """Return whether a head is an office-holder's: "the Governor's Office"."""
        token = self._tokens[index]
        return token.folded == "office" and token.gap in POSSESSIVE

    def _is_the_only(self, index: int, length: int) -> bool:
        """Return whether "the" says that there is one: "the Central Bank"."""
        last, before = self._tokens[index + length - 1], self._tokens[index - 1]
        return length > 1 and last.folded in _ONLY and before.folded in ARTICLES

    def _is_kind(self, start: int, index: int) -> bool:
        """Return whether all of a name is a head of two words: "the Field Office"."""
        words = " ".join(token.folded for token in self._tokens[start : index + 1])
        return " " in words and words in self._shapes.after

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
        subject = self._stops.portfolio
        while before > 0 and (
            self._tokens[before].folded in _IN_PORTFOLIOS
            or subject(self._tokens[before].folded)
        ):
            before -= 1
        if before < 0 or before == start - 1:
            return False
        words = self._tokens[start:end]
        if self._tokens[start].gap == ", " and any(one.folded in AND for one in words):
            words = words[:-1]  # "Minister of X, Y and National Development Unit"
        return self._stops.person_title(self._tokens[before]) and all(
            word.folded in OF | AND or subject(word.folded) for word in words
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
        if head == "cabinet":
            return not all(self._stops.portfolio(word) for word in words)
        if head in {"party", "unit"}:
            return len(words) < 2  # "Financial Intelligence Unit" says more
        subject = self._stops.portfolio
        return head in _VAGUE and all(word in AND or subject(word) for word in words)

    def _unfinished(self, end: int) -> bool:
        """Return whether an unknown capital goes on with the name: "Fund Facility"."""
        if end >= len(self._tokens):
            return False
        if self._another_head(end):
            return True  # "Church Foundation School", of which the last is the head
        token = self._tokens[end]
        if not joined(token.gap) or not token.capital or token.shouted:
            return False
        return not (
            token.folded in self._shapes.not_organisations
            or token.folded in self._shapes.generic
            or self._stops.person_title(token)
            or self._stops.place(token)
            or self._stops.portfolio(token.folded)
        )

    def _has_a_leader(self, start: int, end: int) -> bool:
        """Return whether who leads a body follows: "Chair of the X Committee A B"."""
        led = start - (self._tokens[start - 1].folded in ARTICLES)
        if led < 2 or self._tokens[led - 1].folded not in OF:
            return False
        if not self._stops.person_title(self._tokens[led - 2]):
            return False
        words = self._tokens[end : end + 3]
        return (
            len(words) > 1
            and all(
                joined(word.gap) and word.capital and not self._stops.subject(word)
                for word in words[:2]
            )
            and not (len(words) > 2 and words[2].capital and joined(words[2].gap))
        )

    def _another_head(self, index: int) -> bool:
        """Return whether capitals lead from `index` to another head."""
        for token in self._tokens[index : index + _FURTHER]:
            if token.folded in COMPANIES and token.gap in BEFORE_COMPANY:
                return True  # "Co., Ltd"
            if not joined(token.gap) or not token.capital:
                return False
            if self._stops.person_title(token) or self._stops.place(token):
                return False
            if token.folded in self._shapes.after:
                return True
        return False
