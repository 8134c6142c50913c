"""Towns too small to be looked for everywhere, where the words around call for one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.context import Context
from enrichment_worker.knowledge import City, PlaceWords
from enrichment_worker.text import Prose, Token, fold, joined

LONGEST_NAME = 5
AT_HOME = 4
"""How much more a town of the issuer's country counts than another of its name."""
OWN_NAME = 10
"""How much more a town counts than one that GeoNames has by that name among others."""
GREAT = 100_000
"""People from whom on a town is believed behind "in" wherever it lies."""
DOUBTED = 500_000
"""People from whom on a town is found without this, unless its name is doubtful."""
FAMOUS = 300_000
"""People from whom on it is known which town of that name is meant."""
MUCH_GREATER = 4

_WITHIN = {"in", "near", "outside"}
_TO_AND_FROM = {"in", "to", "from", "at", "near", "for"}
_TRAVEL = {
    "travel", "travels", "travelled", "traveled", "travelling", "traveling", "fly",
    "flies", "flew", "flying", "flown", "drove", "sailed", "sails", "arrive", "arrived",
    "arrives", "arriving", "return", "returned", "returning", "depart", "departed",
    "born", "based", "located", "situated", "headquartered", "residing", "resides",
    "lives", "living", "docked", "landed", "stationed", "journey", "journeyed",
}  # fmt: skip
"""What only leads to places: "travelled to Zzoro"."""
_DASHES = {"—", "–", " - ", "--"}
_INSIDE = {"de", "la", "le", "les", "el", "del", "du", "des", "upon", "sur", "of", "al",
           "en", "los", "las", "do", "da", "dos", "on", "and"}  # fmt: skip
_INSIDE_ONE = _INSIDE - {"and"}


@dataclass(frozen=True, slots=True)
class Towns:
    """The towns that a text may speak of."""

    prose: Prose
    towns: Mapping[str, tuple[City, ...]]
    context: Context
    words: PlaceWords

    def at(self, start: int, end: int) -> City | None:
        """Return the town that a span names, in a country that the text is about."""
        form = self.prose.folded[start:end]
        called = self.towns.get(form)
        if called is None:
            return None
        behind = self.context.part_behind(end)
        here = [town for town in called if town.part in behind] or [
            town for town in called if self.context.concerns(town.country)
        ]
        if len(here) < 2:
            return here[0] if here else None
        return max(here, key=lambda town: self._likelihood(town, form))

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
                abroad = before in _WITHIN and namelike(token)
                found = list(self._abroad(index)) if abroad else []
                yield from found or self._where_one_goes(index, namelike)
                continue
            at_home = town.country in self.context.issuers
            whole = at_home and end > index + 1  # "in May Pen"
            if (before in self.words.at or at_home) and (namelike(token) or whole):
                yield self.candidate(token.start, tokens[end - 1].end, town, 0.75)

    def _where_one_goes(
        self, index: int, namelike: Callable[[Token], bool]
    ) -> Iterator[Candidate]:
        """Yield the unknown word at `index` where a verb says that it is a place."""
        tokens = self.prose.tokens
        token, verb = tokens[index], tokens[index - 2 : index - 1]
        if (
            not verb
            or verb[0].folded not in _TRAVEL
            or not joined(tokens[index - 1].gap)
        ):
            return
        alone = self._run_from(index) == index + 1
        if not alone or token.shouted or len(token.text) < 4 or not namelike(token):
            return
        if tokens[index - 1].folded in _TO_AND_FROM:
            found = self.candidate(token.start, token.end, None, 0.6)
            yield replace(found, rank=Rank.MODEL_PLACE)

    def _abroad(self, index: int) -> Iterator[Candidate]:
        """
        Yield a great town of a country that nothing is said of: "in Brno".

        It has an id if it is famous and none of its namesakes comes near it.
        """
        tokens = self.prose.tokens
        first, last = tokens[index], tokens[self._run_from(index) - 1]
        form = self.prose.folded[first.start : last.end]
        called = sorted(
            (
                town
                for town in self.towns.get(form, ())
                if town.population >= GREAT and fold(town.name) == form
            ),
            key=lambda town: -town.population,
        )
        if called and called[0].population < DOUBTED:
            least = called[0].population / MUCH_GREATER
            rivals = {town.country for town in called if town.population > least}
            sure = called[0].population >= FAMOUS and len(rivals) == 1
            town = called[0] if sure else None
            yield self.candidate(first.start, last.end, town, 0.6)

    def alone(
        self, namelike: Callable[[Token], bool], known: Callable[[Token], bool]
    ) -> Iterator[Candidate]:
        """Yield towns of the issuer's country that stand for themselves: ", X and"."""
        tokens = self.prose.tokens
        index = 0
        while index < len(tokens):
            first = tokens[index]
            if not first.capital:
                index += 1
                continue
            behind = self._run_from(index)
            if not known(first):
                parts = range(index + 1, behind)
                end = next((one for one in parts if known(tokens[one])), behind)
                for last in {behind, end}:
                    span = first.start, tokens[last - 1].end
                    town = self.at(*span)
                    if town is None or not self._believed(first, town):
                        continue
                    if last > index + 1 or not (first.opens or not namelike(first)):
                        found = self.candidate(*span, town, 0.6)
                        yield replace(found, rank=Rank.MODEL_PLACE)
            index = behind

    def _believed(self, first: Token, town: City) -> bool:
        """Return whether a town is of the issuer's country, and in no headline."""
        at_home = town.country in self.context.issuers
        return at_home and not self.prose.in_headline(first.start)

    def _run_from(self, index: int) -> int:
        """Return the index behind the capitals that stand together from `index` on."""
        tokens = self.prose.tokens
        end = index + 1
        while end < len(tokens) and joined(tokens[end].gap):
            inner = tokens[end].folded in _INSIDE_ONE and not tokens[end].capital
            ahead = tokens[end + 1 : end + 2]
            if inner and ahead and joined(ahead[0].gap) and ahead[0].capital:
                end += 2
            elif tokens[end].capital:
                end += 1
            else:
                break
        return end

    def before_parts(self) -> Iterator[Candidate]:
        """Yield each town that the part of its country follows: "Bonita, Florida"."""
        for start, codes in self.context.parts.items():
            if self.prose.text[start - 2 : start] != ", ":
                continue
            index = self.prose.token_at(start - 1)
            last = self.prose.tokens[index]
            if last.end != start - 2:
                continue
            for first in self.prose.tokens[
                max(index - LONGEST_NAME + 1, 0) : index + 1
            ]:
                town = self.at(first.start, last.end) if first.capital else None
                if town is not None and any(
                    town.part == code or town.country == code[:2] != "US"
                    for code in codes
                ):
                    found = self.candidate(first.start, last.end, town, 0.8)
                    yield replace(found, rank=Rank.REGION)
                    break

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

    def _likelihood(self, town: City, form: str) -> int:
        at_home = town.country in self.context.issuers
        own = fold(town.name) == form
        return town.population * (AT_HOME if at_home else 1) * (OWN_NAME if own else 1)
