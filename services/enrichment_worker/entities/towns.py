"""Towns too small to be looked for everywhere, where the words around call for one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.context import Context
from enrichment_worker.knowledge import City, PlaceWords
from enrichment_worker.text import Prose, Token, joined

LONGEST_NAME = 5
AT_HOME = 4
"""How much more a town of the issuer's country counts than another of its name."""

_DASHES = {"—", "–", " - ", "--"}
_INSIDE = {"de", "la", "le", "les", "el", "del", "du", "des", "upon", "sur", "of", "al",
           "en", "los", "las", "do", "da", "dos", "on", "and"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Towns:
    """The towns that a text may speak of."""

    prose: Prose
    towns: Mapping[str, tuple[City, ...]]
    context: Context
    words: PlaceWords

    def at(self, start: int, end: int) -> City | None:
        """Return the town that a span names, in a country that the text is about."""
        called = self.towns.get(self.prose.folded[start:end], ())
        behind = self.context.part_behind(end)
        here = [town for town in called if town.part in behind] or [
            town for town in called if self.context.concerns(town.country)
        ]
        return max(here, key=self._likelihood, default=None)

    def behind_prepositions(
        self, namelike: Callable[[Token], bool], known: Callable[[Token], bool]
    ) -> Iterator[Candidate]:
        """Yield towns: "in X", and in the issuer's country "from X"."""
        tokens = self.prose.tokens
        for index, token in enumerate(tokens[1:], start=1):
            before = tokens[index - 1].folded
            if not token.capital or before not in self.words.prepositions:
                continue
            if not joined(token.gap) or known(token):
                continue
            end = self._end(index)
            town = self.at(token.start, tokens[end - 1].end)
            if town is None:
                continue
            at_home = town.country in self.context.issuers
            whole = at_home and end > index + 1  # "in May Pen"
            if (before in self.words.at or at_home) and (namelike(token) or whole):
                yield self.candidate(token.start, tokens[end - 1].end, town, 0.75)

    def in_datelines(self, known: Callable[[Token], bool]) -> Iterator[Candidate]:
        """Yield the town with which a line begins: "SAULT STE. MARIE, Ontario (…)"."""
        tokens = self.prose.tokens
        for index, token in enumerate(tokens):
            if (index and "\n" not in token.gap) or not token.capital or known(token):
                continue
            for end in range(min(index + LONGEST_NAME, len(tokens) - 1), index, -1):
                last = tokens[end - 1].end
                if not tokens[end - 1].capital or not self._ends_dateline(end):
                    continue
                town = self.at(token.start, last)
                if town is not None:
                    yield self.candidate(token.start, last, town, 0.75)
                    break

    def _ends_dateline(self, index: int) -> bool:
        """Return whether a part of a country, a date or a dash stands at `index`."""
        token = self.prose.tokens[index]
        if token.gap == ", ":
            return bool(self.context.parts.get(token.start)) or any(
                map(str.isdigit, token.text)
            )
        return any(dash in token.gap for dash in _DASHES)

    def candidate(
        self, start: int, end: int, town: City | None, confidence: float
    ) -> Candidate:
        """Return a span as a place: `town`, or one without an id."""
        name = " ".join(self.prose.text[start:end].split())
        return Candidate(
            start=start,
            end=end,
            type="place",
            source="context",
            rank=Rank.CITY,
            confidence=confidence,
            name=town.name if town is not None else name,
            target=town,
        )

    def _end(self, index: int) -> int:
        """Return the index behind the longest town at `index`, or all its capitals."""
        tokens = self.prose.tokens
        adjacent = current = index + 1
        ends = [adjacent]
        while current < len(tokens) and current - index < LONGEST_NAME:
            token = tokens[current]
            if not joined(token.gap) or not (token.capital or token.folded in _INSIDE):
                break
            if token.capital:
                adjacent += adjacent == current
                ends.append(current + 1)
            current += 1
        start = tokens[index].start
        known = (
            end
            for end in reversed(ends)
            if end >= adjacent
            and self.prose.folded[start : tokens[end - 1].end] in self.towns
        )
        return next(known, adjacent)

    def _likelihood(self, town: City) -> int:
        at_home = town.country in self.context.issuers
        return town.population * (AT_HOME if at_home else 1)
