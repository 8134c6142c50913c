"""What the rest of a text says about a name that could mean several things."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import (
    COMPANY,
    City,
    Country,
    Name,
    Organisation,
    PlaceKind,
    Region,
)
from enrichment_worker.text import Prose, Token

NEAR = 80
"""Code points within which one name explains another: "Tripoli, Lebanon"."""

FAME_OF_A_PART = 300_000
"""How many people a town needs to be meant rather than a district of its name."""
NAMED = 3
"""How much more a town counts whose country the text names."""

_COMMA = 4
"""Code points between a town and the country written directly behind it."""
_TOWN = 80
"""Code points before a comma in which the words of a town's name stand."""

_AND_MORE = re.compile(r",? and [A-Z]|, [A-Z]")
"""What stands behind the first name of a list."""

_STATE_OF = (" state of ", " state of the ", " estado de ", " etat de ")
_BEFORE = {" ", "'s ", "’s "}
_BEHIND = {
    " of ", " of the ", ", ", " (", ", Government of ", ", Government of the ",
    " du ", " de ", " de la ", " de l'", " de l’", " des ", " d'", " d’", " del ",
}  # fmt: skip
"""What stands between a body and its country: "Kenya's …", "… of Kenya"."""


@dataclass(frozen=True, slots=True)
class Context:
    """Which countries and organisations a text names beyond doubt, and where."""

    countries: dict[str, list[int]]
    organisations: frozenset[str]
    business: bool
    """Whether it names a company beyond doubt."""
    issuers: frozenset[str]
    """ISO codes of the countries whose ministries issue the release."""
    beside: dict[int, frozenset[str]]
    """By the start of a name, the countries named directly before or behind it."""
    towns_before: Mapping[int, frozenset[str]]
    """By the start of a name, the parts of countries of a town before "TOWN, NAME"."""
    paired: frozenset[str]
    """The codes of parts of countries that stand behind a town of theirs."""
    parts: Mapping[int, frozenset[str]]
    """By the start of a name, the codes of the parts of countries that it names."""
    namelike: Callable[[Token], bool]
    """Whether a word has no other use than to name something."""
    called: Mapping[tuple[int, int], PlaceKind]
    """Spans that the words beside them call a place, and of which kind."""

    def concerns(self, country: str) -> bool:
        """Return whether a country is named anywhere, or issues the release."""
        return country in self.countries or country in self.issuers

    def part_behind(self, end: int) -> frozenset[str]:
        """Return the codes of the part of a country that is named behind a comma."""
        return self.parts.get(end + len(", "), frozenset())

    def names_country(self, code: str, before: int) -> bool:
        """Return whether the country `code` is named shortly before an offset."""
        return _between(self.countries.get(code, []), before - NEAR, before)

    def choose(self, hit: Hit[Name], prose: Prose) -> Name | None:
        """Return what the name at `hit` means here, or None if it is no name here."""
        fitting = [
            name
            for name in hit.values
            if not name.weak or self._supports(name, hit, prose)
        ]
        if any(_is_place(name) and not name.weak for name in fitting):
            fitting += [
                name
                for name in hit.values
                if name.weak
                and name not in fitting
                and _is_place(name)
                and _country(name) in self.issuers
            ]
        fitting = self._parts_of_a_pair(fitting, hit)
        kind = self.called.get((hit.start, hit.end))
        if kind is not None:
            small = not prose.capital_behind(hit.end)
            fitting = [name for name in fitting if _is_kind(name, kind)] or [
                name
                for name in fitting
                if (small and kind == "part" and isinstance(name.target, City))
                or (isinstance(name.target, Country) and _is_state(hit, prose))
            ]
        if not fitting:
            return None
        best = max(fitting, key=lambda name: self._likelihood(name, hit))
        rivals = {
            name.target.id
            for name in fitting
            if isinstance(name.target, Organisation)
            and self._likelihood(name, hit) == self._likelihood(best, hit)
        }
        return best if len(rivals) < 2 else None  # whose ministry is not said

    def _parts_of_a_pair(self, fitting: list[Name], hit: Hit[Name]) -> list[Name]:
        """Return what fits behind "Atlanta, ": its part of the country, if one does."""
        before = self.towns_before.get(hit.start, ())
        pair = [
            name
            for name in fitting
            if isinstance(name.target, Region)
            and (name.target.id in before or name.target.id in self.paired)
        ]
        return pair or fitting

    def _supports(self, name: Name, hit: Hit[Name], prose: Prose) -> bool:
        target = name.target
        if isinstance(target, Organisation):
            return self._evidence(target, hit) > 0
        if isinstance(target, Region) and target.id in self.towns_before.get(
            hit.start, ()
        ):
            return True  # "Lincoln, Neb."
        country = target.code if isinstance(target, Country) else target.country
        if country is None:
            return False
        if _between(self.countries.get(country, []), hit.end, hit.end + _COMMA):
            return True  # "Male, Maldives"
        if not self.concerns(country):
            return False
        if (hit.start, hit.end) in self.called:
            return True
        opens = prose.tokens[prose.token_at(hit.start)].opens
        if opens and isinstance(target, Region):
            area = target.id_source == "communique"
            opens = not (area or _AND_MORE.match(prose.text, hit.end))
        return not opens and not self._inside_a_name(hit, prose)

    def _inside_a_name(self, hit: Hit[Name], prose: Prose) -> bool:
        """Return whether capitals stand directly before or behind: part of a name."""
        index = prose.token_at(hit.start)
        before = prose.tokens[index - 1] if index else None
        token = prose.tokens[index]
        if before and token.gap == " " and before.capital and not token.opens:
            return self.namelike(before)
        last = prose.token_at(hit.end - 1)
        following = prose.tokens[last + 1 : last + 2]
        return (
            bool(following)
            and following[0].gap == " "
            and following[0].capital
            and self.namelike(following[0])
        )

    def _likelihood(self, name: Name, hit: Hit[Name]) -> tuple[int, int, int]:
        target = name.target
        if isinstance(target, Organisation):
            return (5, self._evidence(target, hit), 0)
        if isinstance(target, Country):
            return (4, 0, 0)
        country = target.country or ""
        places = self.countries.get(country, [])
        if _between(places, hit.end, hit.end + _COMMA):
            return (3, 0, 0)  # "Tripoli, Lebanon"
        near = _between(places, hit.start - NEAR, hit.start + NEAR)
        related = 2 if near else int(country in self.issuers)
        if isinstance(target, Region):
            known = target.country is None or target.id_source == "communique"
            return (2 if known else 1, related, FAME_OF_A_PART)
        if target.part in self.part_behind(hit.end):
            return (3, 1, 0)  # "Portland, Maine"
        fame = target.population * (NAMED if country in self.countries else 1)
        return (2 if target.national else 1, related, fame)

    def _evidence(self, body: Organisation, hit: Hit[Name]) -> int:
        """
        Return what speaks for `body`, 0 for nothing.

        3: its country stands beside the name, 2: its country issues the release,
        1: the text has named it beyond doubt, or it is a company and has named one.
        """
        if body.country is not None:
            if body.country in self.beside.get(hit.start, ()):
                return 3
            if body.country in self.issuers:
                return 2
        business = self.business and body.kind == COMPANY
        return int(business or body.id in self.organisations)


def gather(
    hits: Sequence[Hit[Name]],
    prose: Prose,
    issuers: Iterable[str],
    called: Mapping[tuple[int, int], PlaceKind],
    namelike: Callable[[Token], bool],
    towns: Mapping[str, Sequence[City]],
) -> Context:
    """
    Return the context that the names beyond doubt make for the others.

    Of `hits`, each has the names alone that the text writes so (`written.py`).
    """
    countries: dict[str, list[int]] = {}
    organisations: set[str] = set()
    business = False
    parts: dict[int, set[str]] = {}
    beside = dict(_beside(hits, prose))
    towns_before = dict(_towns_before(hits, prose, towns))
    for hit in hits:
        for name in hit.values:
            if isinstance(name.target, Region):
                parts.setdefault(hit.start, set()).add(name.target.id)
            if name.weak:
                of_its_country = _country(name) in beside.get(hit.start, ())
                if of_its_country and isinstance(name.target, Organisation):
                    organisations.add(name.target.id)
                continue
            if isinstance(name.target, Country):
                countries.setdefault(name.target.code, []).append(hit.start)
            elif isinstance(name.target, Organisation):
                organisations.add(name.target.id)
                business = business or name.target.kind == COMPANY
            elif isinstance(name.target, City) and name.target.capital:
                countries.setdefault(name.target.country, [])
    return Context(
        countries,
        frozenset(organisations),
        business,
        frozenset(issuers),
        beside,
        towns_before,
        frozenset(
            code
            for place, codes in parts.items()
            for code in codes & towns_before.get(place, frozenset())
        ),
        {place: frozenset(codes) for place, codes in parts.items()},
        namelike,
        called,
    )


def _beside(
    hits: Sequence[Hit[Name]], prose: Prose
) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the start of each name that has a country directly before or behind it."""
    for index, hit in enumerate(hits):
        before = hits[index - 1] if index else None
        behind = hits[index + 1] if index + 1 < len(hits) else None
        codes: set[str] = set()
        if before is not None and prose.text[before.end : hit.start] in _BEFORE:
            codes.update(_codes(before))
        if behind is not None and prose.text[hit.end : behind.start] in _BEHIND:
            codes.update(_codes(behind))
        if codes:
            yield hit.start, frozenset(codes)


def _towns_before(
    hits: Sequence[Hit[Name]], prose: Prose, towns: Mapping[str, Sequence[City]]
) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the start of each name behind a town and a comma, with the town's parts."""
    for hit in hits:
        if prose.text[hit.start - 2 : hit.start] == ", ":
            before = prose.part(max(0, hit.start - _TOWN), hit.start - 2)
            for first in before.tokens[:-4:-1]:
                found = towns.get(before.folded[first.start :], ())
                if found and first.capital:
                    yield hit.start, frozenset(town.part for town in found)


def _codes(hit: Hit[Name]) -> Iterator[str]:
    for name in hit.values:
        if isinstance(name.target, Country) and not name.weak:
            yield name.target.code


def _is_place(name: Name) -> bool:
    return isinstance(name.target, City | Region)


def _is_kind(name: Name, kind: PlaceKind) -> bool:
    """Return whether a name may be what its neighbours call it: no town is a lake."""
    if isinstance(name.target, Region):
        return kind != "nature" and name.target.country is not None
    if kind == "any":
        return not name.demonym
    return kind == "town" and isinstance(name.target, City)


def _is_state(hit: Hit[Name], prose: Prose) -> bool:
    """Return whether a country is called one in full: "the State of Kuwait"."""
    return prose.folded.endswith(_STATE_OF, 0, hit.start)


def _country(name: Name) -> str | None:
    return None if isinstance(name.target, Country) else name.target.country


def _between(places: Sequence[int], low: int, high: int) -> bool:
    index = bisect_left(places, low)
    return index < len(places) and places[index] <= high
