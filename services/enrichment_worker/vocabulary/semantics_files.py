"""Edge: `data/cues`, `money.toml`, `days.toml` and Unicode CLDR to SemanticWords."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_name, get_territory_currencies
from rigour.territories import get_territories

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.semantics.cues import Cue
from enrichment_worker.semantics.days import Days
from enrichment_worker.semantics.money import Money, Sign
from enrichment_worker.semantics.words import SemanticWords
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.overlay import Table, read_table, read_tables
from enrichment_worker.vocabulary.taxonomy import expand

LANGUAGES = ("en", "fr", "es")
WEIGHTS = {"certain": 5, "strong": 3, "medium": 2, "weak": 1}
"""What a cue counts; the list of the file that it stands in says which."""


def read_semantics(data: Path, own: Path | None = None) -> SemanticWords:
    """
    Return what `data` and CLDR say in English, French and Spanish.

    Files in `own` add to those in `data`, and take words away.

    Raises OSError, ValueError, KeyError or TypeError if a file is missing or broken.
    """
    money = read_table(data, own, "money.toml")
    days = read_table(data, own, "days.toml")
    cues = read_tables(data / "cues", own / "cues" if own else None)
    currencies_of = {
        code: currencies[-1]
        for code in get_global("territory_currencies")
        if (currencies := get_territory_currencies(code))
    }
    return SemanticWords(
        cues=MappingProxyType(_cues(cues)),
        money=MappingProxyType(
            {language: _money(language, money, currencies_of) for language in LANGUAGES}
        ),
        days=MappingProxyType(
            {language: _days(language, days[language]) for language in LANGUAGES}
        ),
        zones=MappingProxyType(_zones()),
        parents=MappingProxyType(_parents()),
    )


def _cues(tables: Mapping[str, Table]) -> dict[str, Gazetteer[Cue]]:
    found: dict[str, list[tuple[str, Cue]]] = {one: [] for one in LANGUAGES}
    for file, table in tables.items():
        family = file.removesuffix(".toml")
        for language, names in table.items():
            for name, sections in names.items():
                for section, patterns in sections.items():
                    cue = Cue(family, name, WEIGHTS[section])
                    found[language] += (
                        (form, cue) for pattern in patterns for form in expand(pattern)
                    )
    return {language: Gazetteer(forms) for language, forms in found.items()}


def _money(language: str, words: Mapping[str, Any], own: Mapping[str, str]) -> Money:
    signs = {sign: Sign(frozenset({code})) for sign, code in words["signs"].items()}
    for entry in words["shared"]:
        meant = Sign(
            frozenset(entry["of"]), entry.get("otherwise"), entry.get("indian")
        )
        signs.update(dict.fromkeys(entry["forms"], meant))
    scales = {**words["scales"]["any"], **words["scales"][language]}
    numbers = words["numbers"][language]
    codes = frozenset(own.values())
    return Money(
        signs=MappingProxyType(signs),
        codes=codes,
        words=frozenset(words["words"]["codes"]),
        names=MappingProxyType(_currency_names(language, words, codes, signs["$"])),
        word_names=frozenset(words["words"]["names"]),
        scales=MappingProxyType(
            {fold(one): power for one, power in scales.items() if len(one) > 3}
        ),
        exact_scales=MappingProxyType(
            {one: power for one, power in scales.items() if len(one) <= 3}
        ),
        numbers=MappingProxyType({one: n for n, one in enumerate(numbers) if one}),
        own=MappingProxyType(dict(own)),
        points=_points(language),
    )


def _currency_names(
    language: str, words: Mapping[str, Any], codes: frozenset[str], dollar: Sign
) -> dict[str, Sign]:
    """
    Return what money is called, folded: "kenyan shillings", and "shillings" alone.

    The bare word is the head of the full names, the last in English, else the first.
    """
    names: dict[str, Sign] = {}
    families: dict[str, set[str]] = {}
    listed = [(fold(form), code) for form, code in words["names"][language]]
    for code in sorted(codes):
        for count in (1, 2):
            full = fold(get_currency_name(code, count=count, locale=language))
            listed.append((full, code))
            head = full.split(" ")[-1 if language == "en" else 0]
            families.setdefault(head, set()).add(code)
    for head, of in families.items():
        names[head] = Sign(frozenset(of))
    for form, code in listed:
        names[form] = Sign(frozenset({code}))
    if language != "es":  # where the country's own money is a peso
        names.update(dict.fromkeys(("dollar", "dollars"), dollar))
    return names


def _points(language: str) -> frozenset[str | None]:
    """Return where a point stands before decimals; "*" is everywhere."""
    if language == "en":
        return frozenset({"*"})
    locales = (
        Locale.parse(one)
        for one in locale_identifiers()
        if one.startswith(f"{language}_")
    )
    return frozenset(
        locale.territory
        for locale in locales
        if locale.number_symbols["latn"]["decimal"] == "."
    )


def _days(language: str, words: Mapping[str, Any]) -> Days:
    locale = Locale(language)
    months: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        for number, name in locale.months["format"][width].items():
            months[fold(name).rstrip(".")] = number
    full = frozenset(fold(name) for name in locale.months["format"]["wide"].values())
    months |= words["also"]
    weekdays = {
        fold(name): number for number, name in locale.days["format"]["wide"].items()
    }
    return Days(
        months=MappingProxyType(months),
        full=full,
        weekdays=MappingProxyType(weekdays),
        relative=MappingProxyType(words["relative"]),
        joins=frozenset(words["joins"]),
        range=frozenset(words["range"]),
        last=frozenset(words["last"]),
        next=frozenset(words["next"]),
        before_year=frozenset(words["before_year"]),
        before_month=frozenset(words["before_month"]),
        capital=language == "en",
        month_first=frozenset({"US"}) if language == "en" else frozenset(),
    )


def _zones() -> dict[str, tuple[tzinfo, ...]]:
    """Return the time zones of each country."""
    found: dict[str, list[tzinfo]] = {}
    for zone, country in get_global("zone_territories").items():
        try:
            found.setdefault(country, []).append(ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            continue  # the system's tables are older than CLDR's
    return {country: tuple(zones) for country, zones in found.items()}


def _parents() -> dict[str, str]:
    """Return the country that each territory belongs to: FR of Réunion."""
    return {
        one.code.upper(): one.parent.code.upper()
        for one in get_territories()
        if len(one.code) == 2 and one.parent is not None
    }
