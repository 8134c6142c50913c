"""Where the name of an organisation ends: "of the X, Y and Z", and no further."""

from enrichment_worker.entities.organisation_heads import Heads
from enrichment_worker.entities.organisation_words import (
    AND,
    ARTICLES,
    LONGEST_NAME,
    OF,
    SMALL_OF,
    Stops,
    bare,
    elided,
    linked,
)
from enrichment_worker.entities.small_words import past_small_words
from enrichment_worker.knowledge import Shapes
from enrichment_worker.text import Prose, joined

_OF_PERSONS = {"office", "secretariat", "oficina"}
_BEFORE_OFFICES = (
    OF | ARTICLES | {"prime", "deputy", "vice", "first", "attorney", "high"}
)
_MEETINGS = {"meeting", "meetings"}
_ORDINALS = {
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    "ninth", "tenth", "eleventh",
}  # fmt: skip
"""What courts are counted by: Court of Appeals for the Fifth Circuit."""
_ASKED = {"council", "panel", "group", "committee", "commission", "board"}
_STUDIES = {"research", "studies", "excellence"}


class NameEnds:
    """Finds the ends of names in one text."""

    def __init__(
        self, prose: Prose, shapes: Shapes, stops: Stops, heads: Heads
    ) -> None:
        self._tokens = prose.tokens
        self._heads = heads
        self._shapes = shapes
        self._stops = stops

    def behind(self, index: int) -> int:
        """Return the index behind "of the X, Y and Z"; commas need a closing "and"."""
        small = self._past_small_words(index)
        head = index
        index = end = max(self._past_adjectives(index), small)
        listed = None  # the end before a comma whose "and" has not come yet
        of = on = False
        everywhere = self._tokens[index - 1].folded in self._shapes.everywhere
        limit = min(index + LONGEST_NAME, len(self._tokens))
        current = index
        while current < limit:
            token = self._tokens[current]
            comma = token.gap in {", ", ","} and of and end == current
            if not (linked(token.gap) or comma):
                break
            word = token.folded
            if current == index and word in _MEETINGS:
                if self._stops.organisation(self._tokens[index - 1]):
                    break  # what is known is whole: "UN Security Council meeting on X"
                current += 1
                continue
            if word in OF and not token.text[0].isupper():
                if word == "on":
                    if of and (on or not self._is_asked(current - 1, index - 1)):
                        break  # "the Committee on Transport on Monday"
                    on = True
                if end > head and self._of_a_whole(current):
                    break
                of = True
            elif word in AND:
                ahead = self._tokens[current + 1 : current + 2]
                if ahead and self._stops.organisation(ahead[0]):
                    break
                if self._heads.another_behind(current + 1):
                    break
                if self._place_behind_article(current):
                    break
                if listed is not None and self._goes_on(current + 1, index):
                    listed = None
            elif word in ARTICLES:
                if comma and (
                    self._heads.another(current + 1) or not self._is_listed(current + 1)
                ):
                    break
            elif word == "in" and self._studies(current):
                of = True  # "Centre for Advanced Studies in Health"
            elif (of or elided(token)) and self._goes_on(current, index):
                of = True
                if not joined(token.gap) and not comma:
                    listed = None  # "of the X, Y & Z"
                if comma and listed is None:
                    listed = end
                end = current + 1
                if self._stops.place(token) and not self._place_goes_on(
                    current, everywhere=everywhere
                ):
                    break
            else:
                break
            current += 1
        return end if listed is None else listed

    def _of_a_whole(self, index: int) -> bool:
        """Return whether "du" leads from a body with a subject to the one it is of."""
        words = self._tokens[index - 1 : index]
        if self._tokens[index].folded not in SMALL_OF or not words:
            return False
        if words[0].folded in self._shapes.adjectives:
            return False  # "Institut national de la X": it is called so
        while index + 1 < len(self._tokens):
            index += 1
            if self._tokens[index].folded not in ARTICLES:
                break
        return self._stops.organisation(self._tokens[index])

    def _past_small_words(self, index: int) -> int:
        head = self._tokens[index - 1]
        if not head.capital or bare(head) not in self._shapes.small:
            return index
        return past_small_words(self._tokens, index, self._shapes.adjectives)

    def _past_adjectives(self, index: int) -> int:
        """Return the index behind "Nacional" of "Instituto Nacional de Migración"."""
        end = index
        for token in self._tokens[index : index + 3]:
            if token.folded in SMALL_OF and joined(token.gap):
                return end
            adjective = token.folded in self._shapes.adjectives
            if not joined(token.gap) or not (adjective or token.capital):
                break
            end += 1
        if end > index and self._tokens[index - 1].folded in self._shapes.named:
            return self._past_capitals(index)
        adjective = self._tokens[end - 1].folded in self._shapes.adjectives
        return end if end > index and adjective else index

    def _past_capitals(self, index: int) -> int:
        """Return the index behind the capitals of "Fundación Omar Dengo"."""
        end = index
        for number, token in enumerate(self._tokens[index : index + 4], start=index):
            if joined(token.gap) and token.folded in AND and end == number:
                continue  # "Direction générale Sécurité et Prévention"
            if not joined(token.gap) or not token.capital:
                break
            if end < number and not self._stops.portfolio(token.folded):
                break
            if token.folded in self._shapes.not_organisations:
                break
            if token.folded in self._shapes.generic:
                break  # "Prévention" at the end of a line, and "Sur proposition"
            adjective = token.folded in self._shapes.adjectives  # "Hospital General"
            if self._stops.person_title(token) and not adjective:
                break
            end = number + 1
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
            return token.folded in _ORDINALS and self._goes_on(index + 1, behind)
        if self._is_whole(index):
            return False
        subject = before not in OF and self._stops.portfolio(before)
        if subject and self._stops.given_name(token.folded):
            return False  # "Ministry of Health Albert Chua"
        if self._stops.portfolio(before) and self._unknown(index, 2):
            return False  # "Ministry of Foreign Affairs Pham Thu Hang"
        if before in AND or "," in token.gap:
            another = self._heads.another(index) and not self._heads.subject(index)
            if self._stops.place(token) and self._stops.place(self._tokens[index - 1]):
                return True  # "Trinidad and Tobago"
            if another or self._stops.place(token):
                return False
            return self._stops.subject(token) or self._stops.organisation(token)
        closes = token.folded in self._shapes.after
        opens = self._heads.at(index) and before not in OF and before != "local"
        return closes or not opens

    def _is_whole(self, index: int) -> bool:
        """Return whether a known name ends before a word: "House of Commons Foyer"."""
        token, before = self._tokens[index], self._tokens[index - 1]
        return (
            before.capital
            and joined(token.gap)
            and self._stops.organisation(before)
            and not self._stops.organisation(token)
            and not self._stops.place(token)
            and not self._stops.portfolio(token.folded)
            and token.folded not in self._shapes.after
        )

    def _studies(self, index: int) -> bool:
        """Return whether "in" leads from a subject to what it is about."""
        before = self._tokens[index - 1].folded
        if before not in _STUDIES and before not in self._shapes.subjects:
            return False
        about = 0
        for token in self._tokens[index + 1 :]:
            if not token.capital or not joined(token.gap):
                break
            if not self._stops.subject(token) or self._stops.place(token):
                return False
            if token.folded in self._shapes.not_organisations:
                return False  # "First Nations in Treaty No. 3"
            about += 1
        return about > 0

    def _unknown(self, index: int, words: int) -> bool:
        """Return whether so many capitals stand here that mean nothing else."""
        tokens = self._tokens[index : index + words]
        return len(tokens) == words and all(
            token.capital
            and not token.shouted
            and (number == 0 or joined(token.gap))
            and not self._stops.subject(token)
            and not self._stops.place(token)
            and token.folded not in self._shapes.after
            for number, token in enumerate(tokens)
        )

    def _place_behind_article(self, index: int) -> bool:
        """Return whether "and the PLACE" begins a name: "Chiefs and the Manitoba …"."""
        before, words = self._tokens[index - 1], self._tokens[index + 1 : index + 3]
        return (
            len(words) == 2
            and words[0].folded in ARTICLES
            and self._stops.place(words[1])
            and not self._stops.place(before)
        )

    def _is_asked(self, index: int, head: int) -> bool:
        """Return whether a body is asked on something: "X House Committee on Y"."""
        words = (self._tokens[index], self._tokens[head])
        return any(word.capital and word.folded in _ASKED for word in words)

    def _is_listed(self, index: int) -> bool:
        """Return whether one word behind ", the" is of a list: "the Arts and Youth"."""
        words = self._tokens[index : index + 2]
        return (
            len(words) == 2
            and self._stops.subject(words[0])
            and (words[1].folded in AND or words[1].gap == ", ")
        )

    def _goes_on_past_article(self, index: int) -> bool:
        return index < len(self._tokens) and self._tokens[index].capital

    def _place_goes_on(self, index: int, *, everywhere: bool) -> bool:
        """Return whether a name goes on behind a place: "of Manitoba Chiefs"."""
        if index + 1 >= len(self._tokens) or not joined(self._tokens[index + 1].gap):
            return False
        token = self._tokens[index + 1]
        if self._stops.place(token) or token.folded in self._shapes.after:
            return True
        return (
            not everywhere
            and token.capital
            and not token.shouted
            and token.folded in self._shapes.subjects
            and token.folded not in self._shapes.not_organisations
            and not self._stops.person_title(token)
        )
