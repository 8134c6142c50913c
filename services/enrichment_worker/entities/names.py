"""Names of persons: where one ends, and which words belong to it after all."""

import re

from enrichment_worker.entities.bearers import names_a_thing
from enrichment_worker.entities.candidates import Surroundings
from enrichment_worker.entities.offices import FIRST_NAMES, OF
from enrichment_worker.entities.organisation_words import bare
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, Token, joined

LONGEST_NAME = 8

JOINS_NAMES = {"y", "e"}
"""Particles of names that more often stand between two persons."""
ABBREVIATED = re.compile(r"\.[^\S\n]{0,2}")

_OF_ONE_WORD = {
    "minister", "secretary", "president", "senator", "premier", "ambassador",
}  # fmt: skip
"""Offices before a surname that is a town: "Minister Miyazaki"."""
_AROUND_NICKNAMES = {
    (" (", ") "), (" “", "” "), (" ‘", "’ "), (' "', '" '), (" '", "' "),
}  # fmt: skip
_OF_FATHERS = {"bin", "bint", "binti", "ibn", "ould", "mint"}
_MIDDLES = _OF_FATHERS | {"ni", "nic", "van", "von", "wa", "arap"}
_CHILD_OF = {"s/o", "d/o", "a/l", "a/p"}
_STREET = "st"
"""A saint inside a name, and no end of one: 12 Wellington St."""
_OF_SONS = "Ó"
"""Without its accent, it is a word of its own in Spanish."""
_OF_PERSONS = {"mr", "mrs", "ms", "miss", "mx", "dr", "professor", "prof", "smt"}
_ALSO_LAST_WORDS = {"son", "an", "do", "to", "so", "no", "le", "la", "my", "can", "he"}
"""Small words that end a name where nobody would write them large: "Bui Thanh Son"."""
_OF_THE_GREAT = {
    "king", "prince", "bishop", "pope", "dean", "duke", "judge", "marshall", "earl",
    "baron", "major", "priest", "abbot", "noble", "page", "chancellor", "knight",
}  # fmt: skip
"""Titles that are surnames behind a title and a first name: "Hon. Zed King"."""
_MIDDLE_NAMES = FIRST_NAMES | {"ato"}
"""Titles that stand inside names too: "Dr Cassiel Ato Zed"."""
_ALSO_SURNAMES = {"may", "will", "read", "page", "day", "first", "well", "forest"}
_OF_TWO_SYLLABLES = re.compile(r"[A-Z][a-z]{1,6}-[a-z]{2,7}")
_INITIAL = re.compile(r"[A-Z]\.?|(?:[A-Z]\.)+|Md|Mohd|Jr|Sr|St")


class NameReader:
    """Reads names of persons in one text."""

    def __init__(self, prose: Prose, titles: Titles, around: Surroundings) -> None:
        self._tokens = prose.tokens
        self._titles = titles
        self._around = around

    def end(self, index: int, *, titled: bool = False) -> int:
        """Return the index behind the name that begins at `index`."""
        end = index
        limit = min(len(self._tokens), index + LONGEST_NAME)
        while end < limit:
            if end > index and self._nickname(end):
                end += 2
                continue
            if end > index and self._child_of(end):
                end += 2
                continue
            if end > index + 1 and self._junior(end):
                return end + 1
            if end > index and not continues(self._tokens, end):
                break
            if end > index + 1 and self._another_person(end):
                break
            token = self._tokens[end]
            particle = token.folded in self._titles.particles or token.text == _OF_SONS
            known = self.namelike(end) or (particle and end > index)
            if not (known or self._unlikely(index, end, titled=titled)):
                break
            end += 1
        while end > index and self._hangs_on(self._tokens[end - 1], end - index):
            end -= 1
        return end

    def _another_person(self, index: int) -> bool:
        """Return whether "y" joins two persons, and not two surnames of one."""
        return (
            self._tokens[index].folded in JOINS_NAMES
            and self.namelike(index + 1)
            and self.namelike(index + 2)
            and joined(self._tokens[index + 2].gap)
        )

    def _nickname(self, index: int) -> bool:
        """Return whether one stands inside a name: "Richard (Dick) X"."""
        words = self._tokens[index : index + 2]
        return (
            len(words) == 2
            and (words[0].gap, words[1].gap) in _AROUND_NICKNAMES
            and self.namelike(index)
            and self.namelike(index + 1)
        )

    def _junior(self, index: int) -> bool:
        """Return whether a name ends here behind a comma: "Benjamin Zed, Jr."."""
        token = self._tokens[index]
        return token.gap == ", " and token.text == "Jr"

    def _child_of(self, index: int) -> bool:
        """Return whether a father follows: "Vikram s/o Raghavan"."""
        if len(self._tokens[index].text) > 1:
            return False
        words = self._tokens[index : index + 2]
        return (
            len(words) == 2
            and words[1].gap == "/"
            and f"{words[0].folded}/{words[1].folded}" in _CHILD_OF
            and self.namelike(index + 2)
        )

    def _unlikely(self, first: int, index: int, *, titled: bool) -> bool:
        """Return whether a word with another meaning is part of a name after all."""
        tokens = self._tokens
        word = tokens[index]
        following = tokens[index + 1 : index + 2]
        goes_on = following and joined(following[0].gap) and following[0].capital
        if index == first:  # "H.E. Basel Haddadin": a first name that is a town
            if titled and word.folded in self._titles.family_names and goes_on:
                return self.namelike(index + 1)  # "Foreign Minister Park Jin"
            if titled and word.folded in FIRST_NAMES and word.capital:
                return self.namelike(index + 1) or (
                    bool(following) and following[0].folded in self._titles.particles
                )
            if not titled or self._around.alone(word) != "part":
                return False
            if goes_on:
                return self.namelike(index + 1)
            title = tokens[index - 1]
            return title.capital and title.folded in _OF_ONE_WORD | (
                self._titles.honorifics
            )
        if self._led_by_particle(word, tokens[index - 1]):
            return True
        if titled and word.folded in _MIDDLE_NAMES and word.capital and goes_on:
            return self.namelike(index - 1) and self.namelike(index + 1)
        given = tokens[first].folded in self._titles.given_names
        if not word.capital or word.shouted or not (given or titled):
            return False
        if goes_on and not self.namelike(index + 1):
            return False
        if word.folded in _ALSO_LAST_WORDS:
            return not goes_on and index > first
        if word.folded in self._titles.bearers and given and index == first + 1:
            return not goes_on and self._addressed(first)  # "Ms Helen Court"
        kind = self._around.alone(word)
        if kind is not None:
            return kind == "part" or given
        if (
            titled
            and not goes_on
            and index == first + 1
            and word.folded in _OF_THE_GREAT
        ):
            return self.namelike(first)
        if not given or goes_on or index != first + 1:
            return False
        if following and following[0].folded in OF and joined(following[0].gap):
            return False
        office = word.folded in self._titles.offices | self._titles.honorifics
        subject = word.folded in self._titles.portfolios and not office
        may = word.folded in _ALSO_SURNAMES
        return (subject and not self._around.blocks(tokens[first])) or office or may

    def _addressed(self, index: int) -> bool:
        """Return whether a title stands before a name that only persons have."""
        return index > 0 and self._tokens[index - 1].folded in _OF_PERSONS

    def _led_by_particle(self, word: Token, before: Token) -> bool:
        """Return whether a particle says that a name goes on: "bin X", "al-X"."""
        head, _, rest = word.text.partition("-")
        glued = head.lower() in self._titles.particles and rest[:1].isupper()
        return glued or (before.folded in _OF_FATHERS and word.capital)

    def _hangs_on(self, token: Token, words: int) -> bool:
        """Return whether the last of so many words is no part of the name."""
        if "-" in token.text and token.text.partition("-")[2][:1].isupper():
            return False
        if token.folded == _STREET:
            return True
        if token.shouted and words > 1:
            return token.folded.replace(".", "") in self._titles.postnominals
        return not token.capital or token.text == _OF_SONS

    def namelike(self, index: int) -> bool:
        """Return whether the word at `index` may be part of any name."""
        if not 0 <= index < len(self._tokens):
            return False
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
        if token.folded in known.given_names and not token.text.isascii():
            return True  # Germán, which is no German
        if self.family_first(index):
            return True
        word = bare(token)  # "l'ambassadeur"
        if any(
            one in known.never_names or one in known.portfolios for one in word.split()
        ):
            return False
        if word in known.honorifics or word in known.offices:
            return False
        return token.folded in known.given_names or not self._around.blocks(token)

    def names_a_thing(self, end: int) -> bool:
        """Return whether what is behind a name bears it: "Jomo Kenyatta Airport"."""
        return names_a_thing(self._tokens, end, self._titles)

    def is_a_thing(self, start: int, end: int) -> bool:
        """
        Return whether a name's last word bears the others: "X Y Bird Sanctuary".

        Where that may be a surname too, an article tells: "the Eric Zzolga Hall".
        """
        last = self._tokens[end - 1].folded
        if last not in self._titles.bearers:
            return False
        led = start > 0 and self._tokens[start - 1].folded == "the"
        return (end - start > 2 and last in self._titles.words) or (
            led and joined(self._tokens[start].gap)
        )

    def family_first(self, index: int) -> bool:
        """Return whether a family name stands before a given one: Park Sung-taek."""
        if self._tokens[index].folded not in self._titles.family_names:
            return False
        words = self._tokens[index : index + 2]
        return (
            len(words) == 2
            and words[0].capital
            and words[1].gap == " "
            and _OF_TWO_SYLLABLES.fullmatch(words[1].text) is not None
        )

    def of_father(self, index: int) -> bool:
        """Return whether a name tells by its middle that it is one: "Bríd Ní X"."""
        words = self._tokens[index : index + 3]
        return (
            len(words) == 3
            and words[0].text[:1].isupper()
            and (words[1].folded in _MIDDLES or words[1].text == _OF_SONS)
            and words[2].capital
            and all(word.gap == " " for word in words[1:])
        )


def continues(tokens: tuple[Token, ...], index: int) -> bool:
    """Return whether the word at `index` may go on with the name before it."""
    gap = tokens[index].gap
    if gap.isspace():
        return "\n" not in gap and len(gap) < 4
    return (
        ABBREVIATED.fullmatch(gap) is not None
        and _INITIAL.fullmatch(tokens[index - 1].text) is not None
    )
