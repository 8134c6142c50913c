"""What is wrong with files of places: pure."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enrichment_worker.vocabulary.overlay import REMOVE, Table
from enrichment_worker.vocabulary.problem import (
    Problem,
    unknown_fields,
    word_problems,
)

_LANGUAGES = ("en", "fr", "es")
_REGION = ("name", "country", "wikidata", "also", "short", "weak", REMOVE)


@dataclass(frozen=True, slots=True)
class Gazetteers:
    """What the libraries know: ISO codes, Wikidata ids, towns as "KE/Nairobi"."""

    countries: AbstractSet[str]
    wikidata: AbstractSet[str]
    towns: AbstractSet[str]


def place_problems(
    checked: Mapping[str, Table],
    shipped: Mapping[str, Table],
    *,
    folder: Path,
    known: Gazetteers,
) -> Iterator[Problem]:
    """Yield what is wrong with `checked`; `shipped` names the files that are read."""
    for name, table in checked.items():
        file = str(folder / name)
        if name not in shipped:
            yield Problem(file, "", f"places are read from {', '.join(shipped)} only")
            continue
        if name != "demonyms.toml":
            yield from unknown_fields(file, "", table, [*shipped[name], REMOVE])
        for field, words in table.items():
            if isinstance(words, list) and field != REMOVE and field != "capitals":
                yield from word_problems(file, "", field, words)
    yield from _towns(checked.get("cities.toml", {}), folder / "cities.toml", known)
    countries = folder / "countries.toml"
    variants = checked.get("countries.toml", {}).get("variants", {})
    yield from _by_country(variants, countries, known, (*_LANGUAGES, "short"))
    demonyms = checked.get("demonyms.toml", {})
    yield from _by_country(demonyms, folder / "demonyms.toml", known, _LANGUAGES)
    regions = checked.get("regions.toml", {}).get("regions", {})
    yield from _regions(regions, str(folder / "regions.toml"), known)


def _towns(table: Table, path: Path, known: Gazetteers) -> Iterator[Problem]:
    for town in (*table.get("capitals", ()), *table.get("also", {})):
        if town not in known.towns:
            yield Problem(str(path), town, "GeoNames has no town of that name there")
    for town, forms in table.get("also", {}).items():
        yield from word_problems(str(path), town, "also", forms)


def _by_country(
    table: Table, path: Path, known: Gazetteers, fields: tuple[str, ...]
) -> Iterator[Problem]:
    for code, entry in table.items():
        if code not in known.countries:
            yield Problem(str(path), code, "it is no country of ISO 3166-1")
        yield from _lists(entry, str(path), code, fields)


def _lists(
    entry: Any,  # noqa: ANN401 - a file may hold anything
    file: str,
    where: str,
    fields: tuple[str, ...],
) -> Iterator[Problem]:
    if not isinstance(entry, Mapping):
        yield Problem(file, where, "it must be a table of lists of words")
        return
    yield from unknown_fields(file, where, entry, [*fields, REMOVE])
    for field in fields:
        if field in entry:
            yield from word_problems(file, where, field, entry[field])


def _regions(table: Table, file: str, known: Gazetteers) -> Iterator[Problem]:
    for key, entry in table.items():
        if not isinstance(entry, Mapping):
            yield Problem(file, key, "it must be a table with a name")
            continue
        yield from unknown_fields(file, key, entry, _REGION)
        if not entry.get("name") and entry.get(REMOVE) is not True:
            yield Problem(file, key, "it has no name")
        country, qid = entry.get("country"), entry.get("wikidata")
        if country is not None and country not in known.countries:
            yield Problem(file, key, f"{country!r} is no country of ISO 3166-1")
        if qid is not None and qid not in known.wikidata:
            yield Problem(file, key, f"rigour does not know the Wikidata id {qid!r}")
        for field in ("also", "short", "weak"):
            if field in entry:
                yield from word_problems(file, key, field, entry[field])
