"""Organisations that no list has, by the shape of their names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from enrichment_worker.candidates import Candidate, Rank
from enrichment_worker.knowledge import Shapes
from enrichment_worker.small_words import past_small_words
from enrichment_worker.text import Prose, Token, joined

LONGEST_NAME = 16

OF = {"of", "for", "on", "de", "des", "du", "del", "d", "para", "pour", "sur"}
ARTICLES = {"the", "la", "le", "les", "el", "los", "las", "l"}
AND = {"and", "et", "y", "e"}
_SMALL_OF = {"de", "des", "du", "del", "para", "pour"}
_OF_PERSONS = {"office", "secretariat", "oficina"}
_VAGUE = {"service", "services", "force", "forces", "group", "party", "mission"}
_SMALL_BODIES = {"police", "gendarmerie", "marine", "armee"}
"""Bodies that French writes small: "la police nationale"."""
_NEVER_SMALL = {
    "hopital", "compagnie", "compagnies", "lycee", "college", "service", "unite",
    "cellule", "brigade", "union", "forum", "reseau", "parti", "mouvement", "societe",
    "garde", "collectif", "fuerza", "fuerzas", "unidad", "red", "mesa", "cuerpo",
    "empresa", "sociedad", "hospital", "escuela", "servicio", "frente", "partido",
}  # fmt: skip
"""Heads that are a body's name only with a capital."""
_BEARING = {"king", "queen", "prince", "princess", "sultan", "sir", "lady", "lord"}
"""Titles in names of bodies: King Abdulaziz University."""
_BEFORE_OFFICES = (
    OF | ARTICLES | {"prime", "deputy", "vice", "first", "attorney", "high"}
)
_TEXTS = {"treaty", "agreement", "act", "bill", "deal", "accord", "award", "prize"}
_COMPANIES = {"ltd", "limited", "inc", "llc", "corp", "plc", "co", "pvt", "pte", "pty"}
_BEFORE_COMPANY = {", ", "., ", ". "}
_QUOTES = {"'", "’"}
_AMPERSAND = re.compile(r"[^\S\n]?&[^\S\n]?")
_MEETING = re.compile(r"\s+(?:meetings?|talks|consultations)(?=\s+(?:on|for)\s)")


@dataclass(frozen=True, slots=True)
class Stops:
    """Where a name ends although capitals go on."""

    person_title: Callable[[Token], bool]
    place: Callable[[Token], bool]
    organisation: Callable[[Token], bool]
    """Whether a word belongs to a name of the gazetteer."""
    subject: Callable[[Token], bool]
    """Whether a word has a use besides naming something."""
    portfolio: Callable[[str], bool]
    given_name: Callable[[str], bool]


class BuiltNames:
    """The search for names that are built like those of organisations."""

    def __init__(self, prose: Prose, shapes: Shapes, stops: Stops) -> None:
        self._prose = prose
        self._text = prose.text
        self._tokens = prose.tokens
        self._shapes = shapes
        self._stops = stops

    def find(self) -> Iterator[Candidate]:
        """Yield every name with a head: "Ministry of …", "… Centre [for …]"."""
        index = 0
        while index < len(self._tokens):
            candidate, after = self._at(index)
            if candidate is not None:
                yield candidate
            index = max(after, index + 1)

    def _at(self, index: int) -> tuple[Candidate | None, int]:
        length = self._head_before(index)
        token = self._tokens[index]
        closes = token.capital and token.folded in self._shapes.after
        if not length and not closes:
            return None, index + 1
        behind = index + (length or 1)
        if not token.capital and not self._small_head(token, behind):
            return None, index + 1
        headline = self._prose.in_headline(token.start)
        start = index if headline or not token.capital else self._left(index, behind)
        end = self._right(behind)
        if end == behind and (start == index or not closes or self._vague(start, end)):
            return None, behind
        if end == behind and self._unfinished(end):
            return None, behind
        first, last = self._tokens[start].start, self._tokens[end - 1].end
        first += len(self._tokens[start].folded) - len(_bare(self._tokens[start]))
        if all(word.shouted for word in self._tokens[start:end]):
            return None, end
        if self._is_text(end) or self._is_portfolio(start, end):
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

    def _is_text(self, end: int) -> bool:
        """Return whether it is what has been signed: "the Falepili Union treaty"."""
        following = self._tokens[end : end + 1]
        return (
            bool(following)
            and joined(following[0].gap)
            and following[0].folded in _TEXTS
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
        if _bare(token) in _NEVER_SMALL:
            return False
        if token.folded in _SMALL_BODIES and joined(following[0].gap):
            return following[0].folded in self._shapes.adjectives
        if following[0].folded in self._shapes.adjectives and len(following) > 1:
            following = following[1:]
        return following[0].folded in _SMALL_OF or _elided(following[0])

    def _vague(self, start: int, end: int) -> bool:
        """Return whether a name says only what it is about: "Financial Services"."""
        *words, head = (token.folded for token in self._tokens[start:end])
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

    def _head_before(self, index: int) -> int:
        """Return how many words from `index` on are a head that opens a name."""
        if _bare(self._tokens[index]) not in self._shapes.openers:
            return 0
        words: list[str] = []
        found = 0
        for token in self._tokens[index : index + 4]:
            if words and not joined(token.gap):
                break
            words.append(token.folded if words else _bare(token))
            if " ".join(words) in self._shapes.before:
                found = len(words)
        return found

    def _left(self, index: int, behind: int) -> int:
        """Return where the capitals before a head begin."""
        start = index
        head = " ".join(token.folded for token in self._tokens[index:behind])
        company = head in _COMPANIES
        while start and index - start < 7:
            gap = self._tokens[start].gap
            if not (self._linked(gap) or (company and gap in _BEFORE_COMPANY)):
                break
            company = company and self._tokens[start].folded in _COMPANIES
            word = self._tokens[start - 1]
            if word.folded in AND:
                before = self._tokens[start - 2] if start > 1 else None
                if (
                    before is None
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

    def _linked(self, gap: str) -> bool:
        return joined(gap) or _AMPERSAND.fullmatch(gap) is not None

    def _not_of_the_name(self, token: Token) -> bool:
        return token.folded in self._shapes.generic or token.folded in AND

    def _right(self, index: int) -> int:
        """Return the index behind "of the X, Y and Z"; commas need a closing "and"."""
        small = self._past_small_words(index)
        index = end = max(self._past_adjectives(index), small)
        listed = None  # the end before a comma whose "and" has not come yet
        of = False
        limit = min(index + LONGEST_NAME, len(self._tokens))
        current = index
        while current < limit:
            token = self._tokens[current]
            comma = token.gap in {", ", ","} and of and end == current
            if not (self._linked(token.gap) or comma):
                break
            word = token.folded
            if current == index and word in {"meeting", "meetings"}:
                current += 1
                continue
            if word in OF and not token.text[0].isupper():
                of = True
            elif word in AND:
                if self._another_name_behind(current + 1):
                    break
                if listed is not None and self._goes_on(current + 1, index):
                    listed = None
            elif word in ARTICLES:
                if comma and self._another_name(current + 1):
                    break
            elif (of or _elided(token)) and self._goes_on(current, index):
                of = True
                if comma and listed is None:
                    listed = end
                end = current + 1
                if self._stops.place(token) and not self._place_goes_on(current):
                    break
            else:
                break
            current += 1
        return end if listed is None else listed

    def _past_small_words(self, index: int) -> int:
        head = self._tokens[index - 1]
        if not head.capital or _bare(head) not in self._shapes.small:
            return index
        return past_small_words(self._tokens, index, self._shapes.adjectives)

    def _past_adjectives(self, index: int) -> int:
        """Return the index behind "Nacional" of "Instituto Nacional de Migración"."""
        end = index
        for token in self._tokens[index : index + 3]:
            if token.folded in _SMALL_OF and joined(token.gap):
                return end
            adjective = token.folded in self._shapes.adjectives
            if not joined(token.gap) or not (adjective or token.capital):
                break
            end += 1
        if end > index and self._tokens[index - 1].folded in self._shapes.named:
            return self._past_capitals(index)
        following = self._tokens[index : index + 1]
        if following and joined(following[0].gap) and not following[0].capital:
            return index + (following[0].folded in self._shapes.adjectives)
        return index

    def _past_capitals(self, index: int) -> int:
        """Return the index behind the capitals of "Fundación Omar Dengo"."""
        end = index
        for token in self._tokens[index : index + 4]:
            if not joined(token.gap) or not token.capital:
                break
            if self._stops.person_title(token):
                break
            end += 1
        return end

    def _goes_on(self, index: int, behind: int) -> bool:
        if index >= len(self._tokens):
            return False
        token = self._tokens[index]
        if token.folded in self._shapes.adjectives:
            return True
        if token.capital and self._stops.person_title(token):
            office = self._tokens[behind - 1].folded in _OF_PERSONS
            return office and self._tokens[index - 1].folded in _BEFORE_OFFICES
        if not token.capital:
            return (
                token.folded in ARTICLES
                and not token.text[0].isupper()
                and (self._goes_on_past_article(index + 1))
            )
        before = self._tokens[index - 1].folded
        if token.folded in self._shapes.generic:
            return False
        if before not in OF and self._stops.given_name(token.folded):
            return False  # "Ministry of Health Albert Chua"
        if before in AND or "," in token.gap:
            return not self._another_name(index) and not self._stops.place(token)
        closes = token.folded in self._shapes.after
        opens = self._head_before(index) and before not in OF
        return closes or not opens

    def _another_name_behind(self, index: int) -> bool:
        """Return whether "and the" leads to a name of its own."""
        articles = (
            index < len(self._tokens) and self._tokens[index].text[1:2] in _QUOTES
        )
        while index < len(self._tokens) and self._tokens[index].folded in ARTICLES:
            index, articles = index + 1, True
        return articles and self._another_name(index)

    def _goes_on_past_article(self, index: int) -> bool:
        return index < len(self._tokens) and self._tokens[index].capital

    def _place_goes_on(self, index: int) -> bool:
        following = self._tokens[index + 1 : index + 2]
        return (
            bool(following)
            and joined(following[0].gap)
            and (
                self._stops.place(following[0])
                or following[0].folded in self._shapes.after
            )
        )

    def _another_name(self, index: int) -> bool:
        """Return whether a name of its own begins at `index`."""
        if self._head_before(index):
            return True
        for token in self._tokens[index : index + 5]:
            if not token.capital:
                return False
            if token.folded in self._shapes.after:
                return True
        return False

    def _ends_name(self, token: Token) -> bool:
        return token.folded in self._shapes.after


def _bare(token: Token) -> str:
    """Return the folded word without an elided article: ambassade of l'ambassade."""
    return token.folded[2:] if token.folded.startswith(("l'", "d'")) else token.folded


def _elided(token: Token) -> bool:
    """Return whether a word begins with "of": d'État."""
    return token.folded.startswith("d'")
