"""
How what a release tells of, and who issues it, is called elsewhere: pure.

A text says "the Fund" and "Kisumu", a person types "IMF" and "Kenya". These are words
for the search, and are shown to nobody.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel import Locale

LANGUAGES = ("en", "fr", "es")
OUR_OWN = "communique"
"""The `id_source` of ids whose last part is a short form: `org:imf`."""

SHORT: Mapping[str, tuple[str, ...]] = {
    "AE": ("UAE",),
    "CD": ("DRC",),
    "CI": ("Ivory Coast",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Britain"),
    "MM": ("Burma",),
    "TR": ("Turkey",),
    "US": ("USA", "US"),
}
"""What people call countries that CLDR does not."""


def called(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return other names of what `document` is about, and of whom it is by."""
    names = {
        "about": [*_entities(document), *_countries(document.get("countries", ()))],
        "by": [
            *document.get("ministries", ()),
            *_organisations(document.get("issuers", ())),
            *_countries(document.get("issuer_countries", ())),
        ],
    }
    return {
        whose: list(dict.fromkeys(found)) for whose, found in names.items() if found
    }


@cache
def country_names(code: str) -> tuple[str, ...]:
    """Return what the country `code` (ISO 3166-1) is called; unknown: nothing."""
    names = (Locale(language).territories.get(code) for language in LANGUAGES)
    return (*dict.fromkeys(name for name in names if name), *SHORT.get(code, ()))


def _countries(codes: Iterable[str]) -> list[str]:
    return [name for code in codes for name in country_names(code)]


def _organisations(issuers: Iterable[Mapping[str, Any]]) -> list[str]:
    return [issuer["organisation"] for issuer in issuers if "organisation" in issuer]


def _entities(document: Mapping[str, Any]) -> Iterable[str]:
    for entity in document.get("entities", ()):
        yield entity["name"]
        yield from entity.get("aliases", ())
        if entity["type"] == "organisation" and entity.get("id_source") == OUR_OWN:
            yield entity.get("id", "").rpartition(":")[2].replace("-", " ")
