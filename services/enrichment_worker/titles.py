"""
Persons by what stands around them: offices and honorifics, before or behind a name.

Works in any language whose titles the vocabulary has, with no model at all.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from enrichment_worker.candidates import Candidate, Rank, Surroundings
from enrichment_worker.knowledge import Titles
from enrichment_worker.offices import FIRST_NAMES, OF, TitleReader
from enrichment_worker.text import Prose, Token, joined

LONGEST_NAME = 8

LONGEST_BODY = 16

_OF_MANY = {
    "official",
    "officer",
    "head",
    "chief",
    "officials",
    "officers",
    "ministers",
}
"""Offices before which one word alone is rather something else."""
_OF_ONE_WORD = {
    "minister",
    "secretary",
    "president",
    "senator",
    "premier",
    "ambassador",
}
"""Offices before a surname that is a town: "Minister Miyazaki"."""
_BODY_OF = OF | {"at", "in", "on"}
_IN_BODIES = OF | {"the", "and", "at", "in", "on", "la", "le", "les", "el", "et", "y"}
_OF_FATHERS = {"bin", "bint", "binti", "ibn", "ould", "mint"}
_MIDDLES = _OF_FATHERS | {"ni", "nic", "van", "von", "wa", "arap"}
_ALSO_SURNAMES = {"may", "will", "read", "page", "day", "first", "well", "forest"}
_NAMED_AFTER = frozenset(
    [
        "airport",
        "stadium",
        "street",
        "avenue",
        "hospital",
        "bridge",
        "park",
        "university",
        "college",
        "school",
        "institute",
        "foundation",
        "centre",
        "center",
        "road",
        "highway",
        "memorial",
        "international",
        "library",
        "museum",
        "academy",
        "mosque",
        "cathedral",
        "church",
        "building",
        "house",
        "hall",
        "tower",
        "port",
        "harbour",
        "barracks",
        "base",
        "dam",
        "award",
        "prize",
        "medal",
        "trophy",
        "cup",
        "scholarship",
        "fellowship",
        "fund",
        "trust",
        "square",
        "terminal",
        "station",
        "laboratory",
        "clinic",
        "county",
        "city",
        "town",
        "island",
        "islands",
        "river",
        "lake",
        "bay",
        "government",
        "administration",
        "lecture",
        "chair",
        "dialogue",
        "forum",
        "stadium",
        "arena",
        "theatre",
        "garden",
        "gardens",
    ]
)
"""What is named after persons, who are not spoken of: King Hussein Bridge."""
_DETERMINERS = {"the", "le", "la", "el", "les", "its", "his", "her", "then", "former"}
_SHORT_OFFICES = {"gen", "lt", "col", "maj", "capt", "amb", "gov", "sen", "rep", "adm"}
_ABBREVIATED = re.compile(r"\.[^\S\n]{0,2}")
_POSSESSIVE = re.compile(r"^['’]s")
_INITIAL = re.compile(r"[A-Z]\.?|(?:[A-Z]\.)+|Md|Mohd|Jr|Sr|St")


class TitledPersons:
    """The search for persons in one text."""

    def __init__(self, prose: Prose, titles: Titles, around: Surroundings) -> None:
        self._prose = prose
        self._text = prose.text
        self._tokens = prose.tokens
        self._titles = titles
        self._around = around
        self._reader = TitleReader(prose, titles, around)

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
            index = max(after, index + 1)

    def name_after(self, offset: int, role: str) -> Candidate | None:
        """Return the person whose name of two words or more begins at `offset`."""
        index = self._prose.token_at(offset)
        if not self._tokens or self._tokens[index].start != offset:
            return None
        end = self._name_end(index)
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
        start = self._without_country_code(index)
        end = self._name_end(start, titled=True)
        if end - start < (2 if comma else 1):
            return None
        if end - start == 1 and not self._one_word(index, start):
            return None
        if self._names_a_thing(end):
            return None
        certain = 0.95 if end - start > 1 else 0.75
        return self._person(start, end, roles, "title", certain - 0.1 * comma)

    def _one_word(self, index: int, start: int) -> bool:
        """Return whether the one word behind a title may be a name: "Mr Verma"."""
        title, name = self._tokens[index - 1], self._tokens[start]
        following = self._tokens[start + 1 : start + 2]
        goes_on = following and joined(following[0].gap) and following[0].capital
        return (
            len(name.text) > 2
            and title.capital
            and title.folded not in _OF_MANY
            and not goes_on
        )

    def _behind_body(
        self, index: int, first: int, roles: tuple[str, ...]
    ) -> Candidate | None:
        """Return the person of "OFFICE of BODY, NAME NAME"."""
        tokens = self._tokens
        if not roles or index >= len(tokens) or tokens[index].folded not in _BODY_OF:
            return None
        for current in range(index + 1, min(index + LONGEST_BODY, len(tokens))):
            token = tokens[current]
            if token.gap in {", ", ","} and token.capital:
                person = self._titled_after_comma(current, roles)
                if person is None:
                    return None
                start = tokens[first].start
                role = self._text[start : tokens[current - 1].end]
                return replace(person, roles=(role,))
            small = token.folded in _IN_BODIES
            if not joined(token.gap) or not (token.capital or small):
                return None
        return None

    def _titled_after_comma(
        self, index: int, roles: tuple[str, ...]
    ) -> Candidate | None:
        """Return the person whose name, with honorifics or without, begins here."""
        if self._reader.starts(index):
            index, more, _ = self._reader.read(index)
            roles = (*roles, *more)
        if index >= len(self._tokens):
            return None
        end = self._name_end(index, titled=True)
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
        while start and first - start < LONGEST_NAME and self._namelike(start - 1):
            start -= 1
            if not _continues(tokens, start):
                break
        if first - start >= 2:
            yield self._person(start, first, roles, "title", 0.8)

    def _by_given_name(self, index: int) -> Iterator[Candidate]:
        token = self._tokens[index]
        if not token.capital:
            return
        if token.shouted and (not index or not self._tokens[index - 1].shouted):
            yield from self._of_country(index)
        if not self._namelike(index) or not (
            token.folded in self._titles.given_names or self._of_father(index)
        ):
            return
        if index and self._namelike(index - 1) and _continues(self._tokens, index):
            return
        end = self._name_end(index)
        if 2 <= end - index <= 5 and not self._names_a_thing(end):
            person = self._person(index, end, (), "given name", 0.7)
            if not any(token.shouted for token in self._tokens[index:end]) or (
                not self._tokens[index].shouted
            ):
                yield person

    def _of_father(self, index: int) -> bool:
        """Return whether a name tells by its middle that it is one: "Bríd Ní X"."""
        words = self._tokens[index : index + 3]
        return (
            len(words) == 3
            and words[0].text[:1].isupper()
            and words[1].folded in _MIDDLES
            and words[2].capital
            and all(word.gap == " " for word in words[1:])
        )

    def _of_country(self, start: int) -> Iterator[Candidate]:
        """Yield the person of "NAME NAME (Country) said", as the UN writes."""
        end = self._name_end(start)
        if end - start < 2 or not self._tokens[end - 1].shouted:
            return
        following = self._tokens[end : end + 1]
        if following and following[0].gap == " (" and self._around.blocks(following[0]):
            yield self._person(start, end, (), "given name", 0.8)

    def _names_a_thing(self, end: int) -> bool:
        """Return whether what is behind a name bears it: "Jomo Kenyatta Airport"."""
        following = self._tokens[end : end + 1]
        if not following or not joined(following[0].gap):
            return False
        return following[0].folded in _NAMED_AFTER

    def _name_end(self, index: int, *, titled: bool = False) -> int:
        """Return the index behind the name that begins at `index`."""
        end = index
        limit = min(len(self._tokens), index + LONGEST_NAME)
        while end < limit and (end == index or _continues(self._tokens, end)):
            particle = self._tokens[end].folded in self._titles.particles
            known = self._namelike(end) or (particle and end > index)
            if not (known or self._unlikely(index, end, titled=titled)):
                break
            end += 1
        while end > index and self._hangs_on(self._tokens[end - 1], end - index):
            end -= 1
        return end

    def _unlikely(self, first: int, index: int, *, titled: bool) -> bool:
        """Return whether a word with another meaning is part of a name after all."""
        tokens = self._tokens
        word = tokens[index]
        following = tokens[index + 1 : index + 2]
        goes_on = following and joined(following[0].gap) and following[0].capital
        if index == first:  # "H.E. Basel Haddadin": a first name that is a town
            if titled and word.folded in FIRST_NAMES and word.capital:
                return self._namelike(index + 1) or (
                    bool(following) and following[0].folded in self._titles.particles
                )
            if not titled or self._around.alone(word) != "part":
                return False
            if goes_on:
                return self._namelike(index + 1)
            title = tokens[index - 1]
            return title.capital and title.folded in _OF_ONE_WORD | (
                self._titles.honorifics
            )
        if self._led_by_particle(word, tokens[index - 1]):
            return True
        given = tokens[first].folded in self._titles.given_names
        if not word.capital or word.shouted or not (given or titled):
            return False
        if goes_on and not self._namelike(index + 1):
            return False
        kind = self._around.alone(word)
        if kind is not None:
            return kind == "part" or given
        if not given or goes_on or index != first + 1:
            return False
        if following and following[0].folded in OF and joined(following[0].gap):
            return False
        office = word.folded in self._titles.offices | self._titles.honorifics
        subject = word.folded in self._titles.portfolios and not office
        may = word.folded in _ALSO_SURNAMES
        return (subject and not self._around.blocks(tokens[first])) or office or may

    def _led_by_particle(self, word: Token, before: Token) -> bool:
        """Return whether a particle says that a name goes on: "bin X", "al-X"."""
        head, _, rest = word.text.partition("-")
        glued = head.lower() in self._titles.particles and rest[:1].isupper()
        return glued or (before.folded in _OF_FATHERS and word.capital)

    def _hangs_on(self, token: Token, words: int) -> bool:
        """Return whether the last of so many words is no part of the name."""
        if "-" in token.text and token.text.partition("-")[2][:1].isupper():
            return False
        if token.shouted and words > 1:
            return token.folded in self._titles.postnominals
        return not token.capital

    def _namelike(self, index: int) -> bool:
        token = self._tokens[index]
        if not token.capital or any(c.isdigit() for c in token.text):
            return False
        known = self._titles
        if len(token.text) == 1:  # an initial: "A. K. Enamul Huq"
            behind = self._tokens[index + 1 : index + 2]
            last = bool(index) and len(self._tokens[index - 1].text) == 1
            return (last and token.gap in {".", ". "}) or (
                bool(behind) and behind[0].gap.startswith(".")
            )
        words = token.folded.split()
        if any(word in known.never_names or word in known.portfolios for word in words):
            return False
        if token.folded in known.honorifics or token.folded in known.offices:
            return False
        return token.folded in known.given_names or not self._around.blocks(token)

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
        return short and _ABBREVIATED.fullmatch(self._tokens[index].gap) is not None

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


def _continues(tokens: tuple[Token, ...], index: int) -> bool:
    """Return whether the word at `index` may go on with the name before it."""
    gap = tokens[index].gap
    if gap.isspace():
        return "\n" not in gap and len(gap) < 4
    return (
        _ABBREVIATED.fullmatch(gap) is not None
        and _INITIAL.fullmatch(tokens[index - 1].text) is not None
    )
