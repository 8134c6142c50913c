"""What the rest of a text says about a name that could mean several things."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from enrichment_worker.gazetteer import Hit
from enrichment_worker.knowledge import City, Country, Name, Organisation, Region
from enrichment_worker.languages import Spoken
from enrichment_worker.text import Prose

NEAR = 80
"""Code points within which one name explains another: "Tripoli, Lebanon"."""

_COMMA = 4
"""Code points between a town and the country written directly behind it."""

_BEFORE = {" ", "'s ", "’s "}
_BEHIND = {
    " of ", " of the ", ", ", " (", ", Government of ", ", Government of the ",
    " du ", " de ", " de la ", " de l'", " de l’", " des ", " d'", " d’", " del ",
}  # fmt: skip
"""What stands between a body and its country: "Kenya's …", "… of Kenya"."""


@dataclass(frozen=True, slots=True)
class Context:
    """Which countries and organisations a text names beyond doubt, and where."""

    spoken: Spoken
    countries: dict[str, list[int]]
    organisations: frozenset[str]
    issuers: frozenset[str]
    """ISO codes of the countries whose ministries issue the release."""
    beside: dict[int, frozenset[str]]
    """By the start of a name, the countries named directly before or behind it."""

    def names_country(self, code: str, before: int) -> bool:
        """Return whether the country `code` is named shortly before an offset."""
        return _between(self.countries.get(code, []), before - NEAR, before)

    def choose(self, hit: Hit[Name], prose: Prose) -> Name | None:
        """Return what the name at `hit` means here, or None if it is no name here."""
        fitting = [
            name
            for name in hit.values
            if written_so(name, hit, prose, self.spoken.at(hit.start))
            and (not name.weak or self._supports(name, hit, prose))
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

    def _supports(self, name: Name, hit: Hit[Name], prose: Prose) -> bool:
        target = name.target
        if isinstance(target, Organisation):
            return self._evidence(target, hit) > 0
        country = target.code if isinstance(target, Country) else target.country
        if country is None:
            return False
        if _between(self.countries.get(country, []), hit.end, hit.end + _COMMA):
            return True  # "Male, Maldives"
        opens = prose.tokens[prose.token_at(hit.start)].opens
        known = country in self.countries or country in self.issuers
        return known and not opens and not _inside_a_name(hit, prose)

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
        related = 2 if near else int(bool(places) or country in self.issuers)
        if isinstance(target, Region):
            return (2 if target.country is None else 1, related, 0)
        return (2 if target.capital else 1, related, target.population)

    def _evidence(self, body: Organisation, hit: Hit[Name]) -> int:
        """
        Return what speaks for `body`, 0 for nothing.

        3: its country stands beside the name, 2: its country issues the release,
        1: the text has named it beyond doubt.
        """
        if body.country is not None:
            if body.country in self.beside.get(hit.start, ()):
                return 3
            if body.country in self.issuers:
                return 2
        return int(body.id in self.organisations)


def gather(
    hits: Sequence[Hit[Name]],
    prose: Prose,
    spoken: Spoken,
    issuers: Iterable[str],
) -> Context:
    """Return the context that the names beyond doubt make for the others."""
    countries: dict[str, list[int]] = {}
    organisations: set[str] = set()
    beside = dict(_beside(hits, prose))
    for hit in hits:
        for name in hit.values:
            if not written_so(name, hit, prose, spoken.at(hit.start)):
                continue
            if name.weak:
                of_its_country = _country(name) in beside.get(hit.start, ())
                if of_its_country and isinstance(name.target, Organisation):
                    organisations.add(name.target.id)
                continue
            if isinstance(name.target, Country):
                countries.setdefault(name.target.code, []).append(hit.start)
            elif isinstance(name.target, Organisation):
                organisations.add(name.target.id)
            elif isinstance(name.target, City) and name.target.capital:
                countries.setdefault(name.target.country, [])
    return Context(
        spoken, countries, frozenset(organisations), frozenset(issuers), beside
    )


def written_so(name: Name, hit: Hit[Name], prose: Prose, language: str | None) -> bool:
    """Return whether the text writes `name` as a name is written in its language."""
    written = prose.text[hit.start : hit.end]
    if name.languages and language not in name.languages and language is not None:
        return False
    if name.exact:
        headline = written.isupper() and prose.capitals_around(hit.start, hit.end)
        return written == name.form and not headline
    if not any(c.isalpha() for c in written):
        return False
    small = name.demonym and language in {"fr", "es"}
    if small or not name.form[:1].isupper():
        return True
    if not (written[0].isupper() or written[:2].istitle()):
        return False
    last = written.replace("-", " ").split()[-1]
    return last[0].isupper() or name.form.replace("-", " ").split()[-1][0].islower()


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


def _codes(hit: Hit[Name]) -> Iterator[str]:
    for name in hit.values:
        if isinstance(name.target, Country) and not name.weak:
            yield name.target.code


def _country(name: Name) -> str | None:
    return None if isinstance(name.target, Country) else name.target.country


def _between(places: list[int], low: int, high: int) -> bool:
    index = bisect_left(places, low)
    return index < len(places) and places[index] <= high


def _inside_a_name(hit: Hit[Name], prose: Prose) -> bool:
    """Return whether capitals stand directly before or behind: part of a name."""
    index = prose.token_at(hit.start)
    before = prose.tokens[index - 1] if index else None
    token = prose.tokens[index]
    if before and token.gap == " " and before.capital and not token.opens:
        return before.text.lower() not in {"in", "at", "from", "of", "to"}
    following = prose.tokens[prose.token_at(hit.end - 1) + 1 :][:1]
    return bool(following) and following[0].gap == " " and following[0].capital
