"""
Persons by what stands around them: offices and honorifics, before or behind a name.

Works in any language whose titles the vocabulary has, with no model at all.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import replace

from enrichment_worker.entities.bearers import is_an_event
from enrichment_worker.entities.candidates import Candidate, Rank, Surroundings
from enrichment_worker.entities.common_words import is_common
from enrichment_worker.entities.names import (
    ABBREVIATED,
    JOINS_NAMES,
    LONGEST_NAME,
    NameReader,
    continues,
)
from enrichment_worker.entities.offices import OF, TitleReader
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, Token, joined

LONGEST_BODY = 16

_OF_MANY = {"official", "officer", "head", "chief", "officials", "officers"}
"""Offices before which one word alone is rather something else."""
_BODY_OF = OF | {"at", "in", "on", "en", "ante", "aupres", "pres"}
_IN_BODIES = _BODY_OF | {
    "the", "and", "la", "le", "les", "el", "los", "las", "et", "y", "au", "al",
}  # fmt: skip
_MEMBERS = {"member", "mp", "mla", "mpp", "senator", "candidate", "representative"}
_LONGEST_SEAT = 4
_SEATED = 2
"""Words that lead to a seat: "Member for"."""
_AND = {"and", "et", "y", "&"}
_DETERMINERS = {"the", "le", "la", "el", "les", "its", "his", "her", "then", "former"}
_SHORT_OFFICES = {"gen", "lt", "col", "maj", "capt", "amb", "gov", "sen", "rep", "adm"}
_POSSESSIVE = re.compile(r"^['’]s")


class TitledPersons:
    """The search for persons in one text."""

    def __init__(
        self,
        prose: Prose,
        titles: Titles,
        around: Surroundings,
        subjects: Set[str] = frozenset(),
    ) -> None:
        self._prose = prose
        self._subjects = subjects
        self._text = prose.text
        self._tokens = prose.tokens
        self._titles = titles
        self._around = around
        self._reader = TitleReader(prose, titles, around)
        self._names = NameReader(prose, titles, around)

    def find(self) -> Iterator[Candidate]:
        """Yield every person that a title or a known given name tells of."""
        index = 0
        while index < len(self._tokens):
            if not self._reader.starts(index) or self._around.begins(
                self._tokens[index]
            ):
                yield from self._by_given_name(index)
                index += 1
                continue
            after, roles, first = self._reader.read(index)
            person = self._titled(after, roles)
            if person is None:
                person = self._behind_body(after, first, roles)
            if person is None and roles:
                yield from self._in_apposition(first, roles)
            if person is not None:
                yield person
                yield from self._and_others(person, after, roles)
            index = max(after, index + 1)

    def name_after(self, offset: int, role: str) -> Candidate | None:
        """Return the person whose name of two words or more begins at `offset`."""
        index = self._prose.token_at(offset)
        if not self._tokens or self._tokens[index].start != offset:
            return None
        end = self._names.end(index)
        following = self._tokens[end : end + 1]
        if end - index < 2 or (following and following[0].capital):
            return None
        return self._person(index, end, (role,), "title", 0.85)

    def _titled(self, index: int, roles: tuple[str, ...]) -> Candidate | None:
        tokens = self._tokens
        if index >= len(tokens) or tokens[index - 1].folded in OF:
            return None
        gap = tokens[index].gap
        comma = gap.strip() == ","
        bracket = gap.strip() == ")"
        if not (joined(gap) or comma or bracket or self._abbreviated(index)):
            return None
        start = self._without_place(self._without_country_code(index))
        end = self._names.end(start, titled=True)
        if end - start < (2 if comma else 1):
            return None
        if end - start == 1 and not self._one_word(index, start):
            return None
        if self._names.names_a_thing(end) or self._names.is_a_thing(start, end):
            return None
        if self._says_nothing(start, end):
            return None
        certain = 0.95 if end - start > 1 else 0.75
        return self._person(start, end, roles, "title", certain - 0.1 * comma)

    def _and_others(
        self, person: Candidate, index: int, roles: tuple[str, ...]
    ) -> Iterator[Candidate]:
        """Yield the rest of "Ministers X, Y and Z", of whom `person` is the first."""
        tokens = self._tokens
        if not tokens[index - 1].folded.endswith("s") or tokens[index].gap != " ":
            return  # one alone has the title
        current = self._prose.token_at(person.end - 1) + 1
        while current + 1 < len(tokens):
            last = tokens[current].folded in _AND
            if not (last or tokens[current].gap == ", "):
                return
            start = current + last
            end = self._names.end(start)
            if end == start or (last and not joined(tokens[start].gap)):
                return
            yield self._person(start, end, roles, "title", 0.7)
            if last:
                return
            current = end

    def _one_word(self, index: int, start: int) -> bool:
        """Return whether the one word behind a title may be a name: "Mr Verma"."""
        title, name = self._tokens[index - 1], self._tokens[start]
        following = self._tokens[start + 1 : start + 2]
        goes_on = (
            following
            and joined(following[0].gap)
            and following[0].capital
            and following[0].folded not in self._titles.headlines
        )
        return (
            len(name.text) > 2
            and title.capital
            and title.folded not in _OF_MANY
            and not goes_on
        )

    def _says_nothing(self, start: int, end: int) -> bool:
        """
        Return whether a title stands before common words: "Executive Order Declaring".

        One word behind an office may be a surname if it is not too common for that.
        """
        known = self._titles
        words = [token.folded for token in self._tokens[start:end]]
        if any(word in known.given_names or word in known.particles for word in words):
            return False
        before = self._tokens[start - 1].folded
        if before in known.honorifics or self._tokens[start].shouted:
            return False
        if (
            before in known.offices
            and before not in known.portfolios
            and len(words) < 2
        ):
            return words[0] in known.words
        return all(is_common(word, known, self._subjects) for word in words)

    def _behind_body(
        self, index: int, first: int, roles: tuple[str, ...]
    ) -> Candidate | None:
        """Return the person of "OFFICE of BODY, NAME NAME"."""
        tokens = self._tokens
        if not roles or index >= len(tokens) or not self._leads_to_body(index):
            return None
        for current in range(index + 1, min(index + LONGEST_BODY, len(tokens))):
            token = tokens[current]
            if token.gap in {", ", ",", "), "} and token.capital:
                person = self._titled_after_comma(current, roles)
                if person is None:
                    return None
                end = tokens[current - 1].end + token.gap.startswith(")")
                role = self._text[tokens[first].start : end]
                return replace(person, roles=(role,))
            if (holder := self._holder(index, current)) is not None:
                role = self._text[tokens[first].start : tokens[current - 1].end]
                return replace(holder, roles=(role,))
            small = token.folded in _IN_BODIES
            follows = joined(token.gap) or _is_short_form(token)
            if not follows or not (token.capital or small):
                return None
        return None

    def _holder(self, index: int, current: int) -> Candidate | None:
        """
        Return the person of "OFFICE of BODY NAME NAME said", where the body must end.

        It begins at `index`; its last word, before `current`, is a subject or a head.
        """
        tokens = self._tokens
        before = tokens[current - 1]
        if current <= index or not before.capital or tokens[current].gap != " ":
            return None
        if not (before.folded in self._subjects or self._around.within(before)):
            return None
        end = self._names.end(current)
        following = tokens[end : end + 1]
        goes_on = following and joined(following[0].gap) and following[0].capital
        if not 2 <= end - current <= 3 or goes_on:
            return None
        if self._names.names_a_thing(end) or any(
            is_common(token.folded, self._titles, self._subjects)
            or self._around.within(token)
            or token.shouted
            for token in tokens[current:end]
        ):
            return None
        return self._person(current, end, (), "title", 0.8)

    def _leads_to_body(self, index: int) -> bool:
        """Return whether a body follows an office: "of X", or the rest of its name."""
        token = self._tokens[index]
        begun = self._tokens[index - 1].folded in self._titles.portfolios
        return (
            token.folded in _BODY_OF
            or self._tokens[index - 1].folded in OF
            or _is_short_form(token)
            or (begun and token.capital and joined(token.gap))
        )

    def _titled_after_comma(
        self, index: int, roles: tuple[str, ...]
    ) -> Candidate | None:
        """Return the person whose name, with honorifics or without, begins here."""
        if self._reader.starts(index):
            index, more, _ = self._reader.read(index)
            roles = (*roles, *more)
        if index >= len(self._tokens):
            return None
        end = self._names.end(index, titled=True)
        following = self._tokens[end : end + 1]
        ends = not following or not joined(following[0].gap)
        verb = bool(following) and not following[0].capital
        if end - index < 2 or not (ends or verb):
            return None
        return self._person(index, end, roles, "title", 0.85)

    def _in_apposition(self, first: int, roles: tuple[str, ...]) -> Iterator[Candidate]:
        """Yield the person of "NAME, [the] [Indian] OFFICE"."""
        tokens = self._tokens
        for _ in range(3):
            before = tokens[first - 1] if first else None
            if before is None or "," in tokens[first].gap:
                break
            known = before.folded in _DETERMINERS or self._around.blocks(before)
            if not (known and joined(_POSSESSIVE.sub("", tokens[first].gap))):
                return
            first -= 1
        if not first or tokens[first].gap.strip() not in {",", "("}:
            return
        start = first
        while start and first - start < LONGEST_NAME:
            inner = start < first and self._is_particle(start - 1)
            if not (inner or self._names.namelike(start - 1)):
                break
            start -= 1
            if not continues(tokens, start):
                break
        while start < first and not self._names.namelike(start):
            start += 1
        if first - start >= 2:
            yield self._person(start, first, roles, "title", 0.8)

    def _is_particle(self, index: int) -> bool:
        """Return whether the word at `index` joins two parts of one name: "del"."""
        token = self._tokens[index]
        return (
            token.folded in self._titles.particles
            and token.folded not in JOINS_NAMES
            and not token.capital
            and self._names.namelike(index - 1)
            and continues(self._tokens, index)
        )

    def _by_given_name(self, index: int) -> Iterator[Candidate]:
        token = self._tokens[index]
        if not token.capital:
            return
        if token.shouted and (not index or not self._tokens[index - 1].shouted):
            yield from self._of_country(index)
        if not self._names.namelike(index) or not (
            token.folded in self._titles.given_names
            or self._names.of_father(index)
            or self._names.family_first(index)
        ):
            return
        led = index and self._names.namelike(index - 1)
        if led and continues(self._tokens, index) and not self._is_elected(index):
            return
        if is_an_event(self._tokens, index):
            return
        end = self._names.end(index)
        if 2 <= end - index <= 5 and not (
            self._names.names_a_thing(end) or self._names.is_a_thing(index, end)
        ):
            person = self._person(index, end, (), "given name", 0.7)
            if not any(token.shouted for token in self._tokens[index:end]) or (
                not self._tokens[index].shouted
            ):
                yield person

    def _is_elected(self, index: int) -> bool:
        """Return whether a seat stands before a name: "Member for Zzubbo Roy Zed"."""
        tokens = self._tokens
        first = index
        while first and index - first < _LONGEST_SEAT and tokens[first - 1].capital:
            first -= 1
            if not joined(tokens[first].gap):
                return False
        words = [token.folded for token in tokens[max(first - 2, 0) : first]]
        return len(words) == _SEATED and words[0] in _MEMBERS and words[1] == "for"

    def _of_country(self, start: int) -> Iterator[Candidate]:
        """Yield the person of "NAME NAME (Country) said", as the UN writes."""
        end = self._names.end(start)
        if end - start < 2 or not self._tokens[end - 1].shouted:
            return
        following = self._tokens[end : end + 1]
        if following and following[0].gap == " (" and self._around.blocks(following[0]):
            yield self._person(start, end, (), "given name", 0.8)

    def _without_place(self, index: int) -> int:
        """Return the index behind the place of "Governor Punjab NAME NAME"."""
        tokens = self._tokens
        office = tokens[index - 1].folded in self._titles.offices
        if not (office and self._around.alone(tokens[index]) == "part"):
            return index
        words = tokens[index + 1 : index + 3]
        named = len(words) == 2 and all(joined(word.gap) for word in words)
        both = self._names.namelike(index + 1) and self._names.namelike(index + 2)
        return index + 1 if named and both else index

    def _without_country_code(self, index: int) -> int:
        """Return the index behind an ISO code that says whose office it is."""
        token = self._tokens[index]
        code = len(token.text) == 2 and token.shouted
        if code and self._around.names_country(token.text, token.start):
            return index + 1
        return index

    def _abbreviated(self, index: int) -> bool:
        """Return whether a full stop after "Dr" or "Gen" is no end of a sentence."""
        before = self._tokens[index - 1].folded
        short = before in self._titles.honorifics or before in _SHORT_OFFICES
        return short and ABBREVIATED.fullmatch(self._tokens[index].gap) is not None

    def _person(
        self, start: int, end: int, roles: tuple[str, ...], source: str, certain: float
    ) -> Candidate:
        first, last = self._tokens[start].start, self._tokens[end - 1].end
        return Candidate(
            start=first,
            end=last,
            type="person",
            source=source,
            rank=Rank.TITLED_PERSON if source == "title" else Rank.GIVEN_NAME,
            confidence=certain,
            name=" ".join(self._text[first:last].split()),
            roles=roles,
        )


def _is_short_form(token: Token) -> bool:
    """Return whether a word is a short form in brackets."""
    return token.gap == " (" and token.shouted
