"""What the statistical model says, with its usual mistakes taken out."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from enrichment_worker.entities.candidates import Candidate, EntityType, Rank
from enrichment_worker.entities.model_persons import ModelPersons, trim
from enrichment_worker.entities.organisation_words import AND, OF
from enrichment_worker.entities.towns import Towns
from enrichment_worker.knowledge import City, ModelSpan, Shapes, Titles
from enrichment_worker.text import Prose, Spans, Token, joined

_COMPANY = {"ltd", "limited", "inc", "plc", "corp", "gmbh", "llc", "pvt", "sa", "ag"}
_WHERE = {"in", "near", "around", "outside"}
_LEAD_THERE = _WHERE | {
    "at", "from", "to", "of", "across", "along", "off", "towards", "toward", "between",
    "via", "throughout", "within", "beyond", "past", "into", "over", "on", "inside",
    "de", "d", "du", "a", "au", "en", "vers", "entre", "depuis", "desde", "hacia",
}  # fmt: skip
"""What stands before a place; before a ship, a firm or a feast there is a noun."""
_WITHIN = {"in", "en", "au"}
_ARTICLES = {"the", "la", "le", "les", "el"}
_AND = AND | {"or", "ou", "o"}
_OFTEN = 2
"""Mentions from which on capitals that nobody explains are believed to be a body."""
_OF_A_LEADER = {"government", "administration"}
"""What is called by the surname of who leads it: the Albanese Government."""
_COMPOUND = re.compile(
    r"(?!Ma?c|De|Di|La|Le|Van|Fitz|O['’])[A-Z][a-z]+(?:[A-Z][a-z]*)+"
)
"""Words that are only a name so: BusinessNZ, HealthCare."""
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 7


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is needed to tell a good span of the model from a bad one."""

    prose: Prose
    titles: Titles
    shapes: Shapes
    towns: Towns
    known: Callable[[Token], bool]
    """Whether a word belongs to a name of the gazetteer."""
    doubted: Spans
    """Where the gazetteer has a name that the text does not support."""
    things: frozenset[str] = frozenset()
    """Short forms that the text defines for what is no body."""

    def candidates(self, spans: Iterable[ModelSpan]) -> Iterator[Candidate]:
        """Yield the spans worth believing, trimmed to the name itself."""
        for span in spans:
            tokens = self._tokens(span)
            if not tokens or self.prose.not_prose.touch(span.start, span.end):
                continue
            if self.prose.text[tokens[0].start - 1 : tokens[0].start] in {"@", "#"}:
                continue
            if span.label == "person":
                candidate = self._person(tokens)
            elif span.label == "organisation":
                candidate = self._organisation(tokens)
            else:
                candidate = self._place(tokens)
            if candidate is not None:
                yield candidate

    def _tokens(self, span: ModelSpan) -> list[Token]:
        index = self.prose.token_at(span.start)
        tokens: list[Token] = []
        for token in self.prose.tokens[index : index + 12]:
            if token.end > span.end:
                break
            if token.start < span.start:
                continue
            if tokens and ("\n" in token.gap or not _inside(token.gap)):
                break
            tokens.append(token)
        return tokens

    def _person(self, tokens: list[Token]) -> Candidate | None:
        names = self.titles.given_names
        ends = self.known(tokens[-1]) or tokens[-1].folded in self.shapes.companies
        if ends and not any(token.folded in names for token in tokens):
            return self._organisation(tokens)  # "Telekom Malaysia", "Volga Seafoods"
        persons = ModelPersons(self.prose, self.titles, self.shapes, self.known)
        name = persons.name(tokens)
        if name is None:
            return None
        if name[0].folded not in self.titles.given_names and self.towns.at(
            name[0].start, name[-1].end
        ):
            return self._place(name)  # "Saffron Walden"
        return self._candidate(name, "person", Rank.MODEL_PERSON, 0.7)

    def _organisation(self, tokens: list[Token]) -> Candidate | None:
        tokens = trim(tokens, self._generic)
        if not tokens or self._headline(tokens):
            return None
        if self.prose.in_headline(tokens[0].start):
            return None
        words = [word for token in tokens for word in token.folded.split()]
        if any(word in self.shapes.not_organisations for word in words):
            return None
        if len(tokens) == 1:
            (token,) = tokens
            if self._lies_there(token):
                return self._place(tokens)
            if _COMPOUND.fullmatch(token.text):
                return self._candidate(
                    tokens, "organisation", Rank.MODEL_ORGANISATION, 0.5
                )
            fits = _SHORTEST_ACRONYM <= len(token.text) <= _LONGEST_ACRONYM
            acronym = token.shouted and token.text.isalpha() and fits
            if not acronym or token.folded in self.shapes.not_acronyms:
                return None
            if token.text in self.things:
                return None
            if self._titled(tokens) or self.prose.times[token.text] < _OFTEN:
                return None
            return self._candidate(tokens, "organisation", Rank.MODEL_ORGANISATION, 0.4)
        capital = sum(token.capital for token in tokens)
        company = words[-1] in _COMPANY
        if capital < len(tokens) - 2 or not tokens[0].capital or len(tokens) > 9:
            return None
        if all(word in self.titles.never_names for word in words):
            return None
        if all(token.shouted for token in tokens):
            return None  # a headline, or somebody's name
        if not company and self._says_nothing(words):
            return None
        if self._titled(tokens) or all(map(self.known, tokens)):
            return None
        if words[-1] in _OF_A_LEADER:
            return None
        if all(word in self.titles.portfolios or word in AND for word in words):
            return None
        # Of what it calls a body and nothing else does, a third is one: burial grounds,
        # ships, storms, documents. Agencies named like this are believed.
        looks_so = company or tokens[-1].folded in self.shapes.companies
        if not looks_so and not self.known(tokens[-1]):  # "Workforce Singapore"
            return None
        return self._candidate(
            tokens, "organisation", Rank.MODEL_ORGANISATION, 0.75 if company else 0.5
        )

    def _says_nothing(self, words: list[str]) -> bool:
        """Return whether words name nobody, and no body: "Unlawful Possession"."""
        # Not their union: that is made of thousands of words at each span.
        common = (self.shapes.subjects, self.shapes.generic, AND, OF)
        return all(any(word in some for some in common) for word in words)

    def _generic(self, token: Token) -> bool:
        return token.folded in self.shapes.generic and not token.shouted  # "UN"

    def _lies_there(self, token: Token) -> bool:
        """Return whether a word taken for a body is a place: "in Llanidloes"."""
        index = self.prose.token_at(token.start)
        before = self.prose.tokens[index - 1].folded if index else ""
        return (
            before in _WHERE
            and joined(token.gap)
            and token.capital
            and not token.shouted
            and self.towns.context.namelike(token)
            and not self.known(token)
        )

    def _place(self, tokens: list[Token]) -> Candidate | None:
        tokens = trim(tokens, lambda token: token.folded in self.shapes.generic)
        if not tokens or len(tokens) > 5 or self._headline(tokens):
            return None
        if not all(t.capital or t.folded in self.titles.particles for t in tokens):
            return None
        words = [word for token in tokens for word in token.folded.split()]
        if not self.towns.context.namelike(tokens[-1]):
            return None
        wrong = self.shapes.not_organisations | self.titles.honorifics
        if any(word in wrong or word in self.shapes.after for word in words):
            return None
        if any(token.shouted for token in tokens) or len(tokens[-1].text) < 3:
            return None
        if any(c.isdigit() for token in tokens for c in token.text):
            return None
        if self.doubted.touch(tokens[0].start, tokens[-1].end):
            return None
        if self._titled(tokens):
            return None
        candidate = self._candidate(tokens, "place", Rank.MODEL_PLACE, 0.5)
        town = self.towns.at(candidate.start, candidate.end)
        if town is None and self._begins_name(tokens[-1]):
            return None
        if town is None:
            believed = self._is_led_to(tokens[0]) or self._lies_within(tokens[-1])
            return candidate if believed else None
        return self._candidate(tokens, "place", Rank.MODEL_PLACE, 0.7, town)

    def _begins_name(self, token: Token) -> bool:
        """Return whether an unknown word goes on with a name: "to Zlavo Umi Mongo"."""
        index = self.prose.token_at(token.start)
        following = self.prose.tokens[index + 1 : index + 2]
        return (
            bool(following)
            and following[0].gap == " "
            and following[0].capital
            and not following[0].shouted
            and not self.known(following[0])
            and self.towns.context.namelike(following[0])
        )

    def _is_led_to(self, token: Token) -> bool:
        """Return whether a word that nothing is known of stands where places do."""
        index = self.prose.token_at(token.start)
        before = self.prose.tokens[index - 1] if index else None
        if before is None or token.text[1:2] in {"'", "’"}:
            return before is not None  # "d'Ankara"
        if before.folded in _ARTICLES and joined(token.gap) and index > 1:
            index, token = index - 1, before
            before = self.prose.tokens[index - 1]
        if joined(token.gap) and before.folded in _LEAD_THERE:
            return True
        if before.folded in _AND and joined(token.gap) and index > 1:
            return self._is_place(self.prose.tokens[index - 2])
        return token.gap == ", " and self._is_place(before)

    def _lies_within(self, token: Token) -> bool:
        """Return whether a known name follows that a place lies in: "X in Burundi"."""
        index = self.prose.token_at(token.start)
        words = self.prose.tokens[index + 1 : index + 3]
        return (
            len(words) == 2
            and words[0].folded in _WITHIN
            and all(joined(word.gap) for word in words)
            and self.known(words[1])
        )

    def _is_place(self, token: Token) -> bool:
        """Return whether a word is of a known name, or a town."""
        return self.known(token) or (
            token.capital and self.towns.at(token.start, token.end) is not None
        )

    def _titled(self, tokens: list[Token]) -> bool:
        return any(
            token.folded in self.titles.offices
            or token.folded in self.titles.honorifics
            for token in tokens
        )

    def _headline(self, tokens: list[Token]) -> bool:
        return self.prose.capitals_around(tokens[0].start, tokens[-1].end)

    def _candidate(
        self,
        tokens: list[Token],
        label: EntityType,
        rank: Rank,
        confidence: float,
        target: City | None = None,
    ) -> Candidate:
        start, end = tokens[0].start, tokens[-1].end
        return Candidate(
            start=start,
            end=end,
            type=label,
            source="model",
            rank=rank,
            confidence=confidence,
            name=" ".join(self.prose.text[start:end].split()),
            target=target,
        )


def _inside(gap: str) -> bool:
    """Return whether a gap may stand inside a name: no comma, no bracket."""
    return gap.strip() in {"", ".", "&", "'", "’"}
