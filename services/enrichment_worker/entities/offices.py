"""Offices and honorifics: where they begin and end, and what they are about."""

import re

from enrichment_worker.entities.candidates import Surroundings
from enrichment_worker.entities.organisation_words import bare
from enrichment_worker.knowledge import Titles
from enrichment_worker.text import Prose, joined

LONGEST_PHRASE = 6
OF = {"of", "for", "to", "de", "des", "du", "del", "d", "a", "aux", "pour", "para"}

FIRST_NAMES = {
    "don", "sri", "earl", "baron", "sultan", "prince", "princess", "king",
    "duke", "tun",
    "julio", "domingo", "mars", "june", "april",
}  # fmt: skip
"""Titles and days that are first names too, as in "Senator Don Farrell"."""
_LINKS = OF | {"the", "la", "le", "les", "el", "los", "las", "and", "et", "y", "&"}
_BRACKETED = re.compile(r"[^\S\n]?\(([^\W\d_][\w &/-]{1,30})\)")


class TitleReader:
    """Reads titles in one text."""

    def __init__(self, prose: Prose, titles: Titles, around: Surroundings) -> None:
        self._text = prose.text
        self._tokens = prose.tokens
        self._titles = titles
        self._around = around

    def starts(self, index: int) -> bool:
        """Return whether a title begins at `index`, and no "General" of a body."""
        if self._around.within(self._tokens[index]) or self._is_initial(index):
            return False
        return bool(self._phrase(index, self._titles.honorifics) or self._office(index))

    def _is_initial(self, index: int) -> bool:
        """Return whether a letter is no Monsieur: "Oreola M. Daniel"."""
        token = self._tokens[index]
        if len(token.text) > 1 or not index or token.gap != " ":
            return False
        before = self._tokens[index - 1]
        opens = before.opens and not before.gap.startswith(";")
        titled = before.folded in self._titles.honorifics or (
            before.folded in self._titles.offices
        )
        return before.capital and not opens and not titled

    def read(self, index: int) -> tuple[int, tuple[str, ...], int]:
        """Return the index behind all titles, the roles, and where they begin."""
        roles: dict[int, str] = {}
        first = began = index
        while index < len(self._tokens):
            if index > began and not self._goes_on(index, began):
                break
            if length := self._office(index):
                start = self._portfolio_before(index)
                if roles and max(roles) < start:
                    start = index  # what lies before belongs to the office before
                first = min(first, start)
                index, end = self._portfolio_after(index + length)
                opens = self._tokens[start]
                elided = len(opens.folded) - len(bare(opens))
                roles[start] = self._text[opens.start + elided : end]
            elif length := self._phrase(index, self._titles.honorifics):
                index += length
            else:
                break
            index = self._past_and(index)
        return index, tuple(roles.values()), first

    def _goes_on(self, index: int, began: int) -> bool:
        """Return whether a title at `index` belongs to those since `began`."""
        token = self._tokens[index]
        if not (joined(token.gap) or token.gap.strip() in {"", ",", ".", "/", ")"}):
            return False
        if "\n" in token.gap and "," not in token.gap:
            return False
        if token.folded in FIRST_NAMES and "," not in token.gap:
            return not token.capital
        return True

    def _past_and(self, index: int) -> int:
        """Return the index of an office that "and" joins to the one before it."""
        tokens = self._tokens[index : index + 2]
        if len(tokens) == 2 and tokens[0].folded == "and" and joined(tokens[0].gap):
            for following in range(index + 1, min(index + 5, len(self._tokens))):
                if self._office(following):
                    return following
                if self._tokens[following].folded not in self._titles.portfolios:
                    break
        return index

    def _office(self, index: int) -> int:
        return self._phrase(index, self._titles.offices)

    def _phrase(self, index: int, phrases: frozenset[str]) -> int:
        """Return how many words from `index` on make the longest of `phrases`."""
        first = bare(self._tokens[index])
        if first.partition(" ")[0] not in self._titles.openers:
            return 0
        words: list[str] = []
        found = 0
        for token in self._tokens[index : index + LONGEST_PHRASE]:
            if words and not (joined(token.gap) or token.gap in {".", ". "}):
                break
            words.append(token.folded if words else first)
            if " ".join(words) in phrases:
                found = len(words)
        return found

    def _portfolio_before(self, index: int) -> int:
        start = index
        while (
            start and index - start < LONGEST_PHRASE and joined(self._tokens[start].gap)
        ):
            word = self._tokens[start - 1]
            if (word.folded in {"and", "&"} and start < index) or (
                word.capital and word.folded in self._titles.portfolios
            ):
                start -= 1
            else:
                break
        while self._tokens[start].folded in {"and", "&"}:
            start += 1
        return start

    def _portfolio_after(self, index: int) -> tuple[int, int]:
        """Return the index and the offset behind "of …" and "(…)" after an office."""
        tokens = self._tokens
        end = index
        for following in range(index, min(index + 14, len(tokens))):
            token = tokens[following]
            if not (joined(token.gap) or token.gap in {", ", " & "}):
                break
            if following == index and token.folded not in OF:
                break
            about = token.folded in self._titles.portfolios or (
                token.capital
                and self._around.blocks(token)
                and token.folded not in self._titles.given_names
            )
            named = token.folded not in self._titles.portfolios
            if about and named and "," in token.gap:
                break  # "Minister for Foreign Affairs, Canada"
            about = about or self._listed(following)
            if about and not self._office(following):
                end = following + 1
            elif token.folded not in _LINKS or self._office(following):
                break
        offset = tokens[end - 1].end
        if bracketed := _BRACKETED.match(self._text, offset):
            inside = bracketed.group(1)
            if not inside.isupper():
                offset = bracketed.end()
                while end < len(tokens) and tokens[end].start < offset:
                    end += 1
        return end, offset

    def _listed(self, index: int) -> bool:
        """Return whether an unknown word of "of the X and Y," is a subject of it."""
        before, token = self._tokens[index - 1], self._tokens[index]
        if (
            not token.capital
            or before.folded not in _LINKS
            or index + 1 >= len(self._tokens)
        ):
            return False
        following = self._tokens[index + 1]
        return following.gap == ", " or following.folded in {"and", "et", "y"}
