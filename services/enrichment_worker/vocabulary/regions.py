"""Edge: parts of countries and of the world, from rigour and `data/places`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rigour.territories import get_territories

from enrichment_worker.knowledge import Name, Region
from enrichment_worker.text import fold

_IN_IDS = str.maketrans(
    {"'": "", ".": "", ",": "", "/": " ", "ø": "o", "æ": "ae", "ð": "d", "đ": "d",
     "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
)  # fmt: skip
"""What folding leaves of letters and signs that no id has."""
_FAMOUS = "!"
"""Behind the country of an area that is known where its country is not named."""


def regions(words: Mapping[str, Any]) -> Iterator[Name]:
    """Yield the names of `regions.toml`; short ones count only as written."""
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
        for form in entry.get("weak", ()):
            yield Name(form, target, exact=True, weak=True)


def areas(lines: Iterable[str]) -> Iterator[Name]:
    """
    Yield the areas of `areas.tsv`: country, if it is one alone, then the names.

    Those of a country count where it is named, but for the famous ones: "FR!".
    """
    for line in lines:
        lies_in, *forms = line.split("\t")
        country = lies_in.removesuffix(_FAMOUS)
        slug = "-".join(fold(forms[0]).translate(_IN_IDS).split())
        if country:
            slug = f"{country.lower()}-{slug}"
        target = Region(f"place:{slug}", forms[0], country or None)
        weak = country == lies_in != ""
        yield from (Name(form, target, weak=weak) for form in forms)


def subdivisions(
    lines: Iterable[str], taken: set[str], words: Mapping[str, Any]
) -> Iterator[Name]:
    """
    Yield the parts of countries: those of rigour, then the rest of ISO 3166-2.

    `lines` have all of ISO's: what rigour has a code of its own for, as AZ-NK for
    Artsakh, is none. `taken` are names of countries and great towns, and `words` what
    `regions.toml` says of them.
    """
    never, weak = ({fold(form) for form in words[key]} for key in ("never", "weak"))
    famous, short = frozenset(words["famous"]), words["short"]
    known: set[str] = set()
    parts = [line.split("\t") for line in lines]
    listed = {part[0] for part in parts}
    for territory in get_territories():
        code = territory.code.upper()
        if code not in listed or territory.is_historical:
            continue
        known.add(code)
        target = _part(code, territory.name, territory.qid)
        if fold(territory.name) not in never | taken:
            yield Name(territory.name, target)
        elif fold(territory.name) in weak:
            yield Name(territory.name, target, weak=True)
        for form in short.get(code, ()):
            yield Name(form, target, exact=True, weak=True)
    for code, *forms in parts:
        target = _part(code, forms[0], None)
        for form in forms[code in known :]:
            for spelled in _saint(form):
                if fold(spelled) not in never:
                    sure = code in famous and fold(spelled) not in taken | weak
                    yield Name(spelled, target, weak=not sure)
        if code not in known:
            for form in short.get(code, ()):
                yield Name(form, target, exact=True, weak=True)


def _saint(form: str) -> tuple[str, ...]:
    rest = form.removeprefix("Saint ")
    return (form,) if rest == form else (form, f"St. {rest}", f"St {rest}")


def _part(code: str, name: str, wikidata: str | None) -> Region:
    return Region(code, name, code[:2], wikidata, id_source="iso-3166-2")
