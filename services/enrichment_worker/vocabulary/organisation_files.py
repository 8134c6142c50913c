"""Edge: the files in `data/organisations` to the names of organisations."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from enrichment_worker.knowledge import Name, Organisation
from enrichment_worker.vocabulary.overlay import REMOVE, Table, read_tables

NATIONAL = "national"
"""The folder in which a file is a country's, by its ISO 3166-1 code: `ke.toml`."""

_AMERICAN = {"isation": "ization", "Centre": "Center", "Programme": "Program"}
_SPELLED = re.compile(r"(?:isation|Centre|Programme)(?=s?\b)")
_BRITISH = {american: british for british, american in _AMERICAN.items()}
_RESPELLED = re.compile(r"(?:ization|Center|Program)(?=s?\b)")
_UNITED_NATIONS = "United Nations "


def read_organisations(
    directory: Path, own: Path | None = None
) -> Iterator[tuple[Organisation, list[Name]]]:
    """
    Yield every organisation in `directory` with its names, in the order of the files.

    An entry in `own` replaces the one with its id, or adds to them; with
    `remove = true` it takes it away.

    Raises ValueError, KeyError or TypeError if a file or an entry is broken.
    """
    entries = dict(_entries(directory))
    for key, (home, entry) in _entries(own) if own else ():
        if entry.get(REMOVE) is True:
            entries.pop(key, None)
        else:
            known = entries.get(key)
            entries[key] = (home or (known[0] if known else None), entry)
    for key, (home, entry) in entries.items():
        target = Organisation(
            id=f"org:{key}",
            name=entry["name"],
            kind=entry["kind"],
            country=entry.get("country", home),
            wikidata=entry.get("wikidata"),
        )
        yield target, names_of(entry, target)


def _entries(directory: Path) -> Iterator[tuple[str, tuple[str | None, Table]]]:
    """Yield each entry with its key, and the country that its file is of."""
    for name, table in read_tables(directory).items():
        folder, _, file = name.rpartition("/")
        home = Path(file).stem.upper() if folder == NATIONAL else None
        for key, entry in table.items():
            yield key, (home, entry)


def spellings(form: str) -> Iterator[str]:
    """Yield `form` as it is, and in the other spellings that releases use of it."""
    written = [form]
    if form.startswith(_UNITED_NATIONS):
        written.append(f"UN {form.removeprefix(_UNITED_NATIONS)}")
    for one in written:
        yield from dict.fromkeys(
            changed
            for spelled in (
                one,
                _SPELLED.sub(lambda found: _AMERICAN[found.group()], one),
                _RESPELLED.sub(lambda found: _BRITISH[found.group()], one),
            )
            for changed in (
                spelled,
                spelled.replace(" and ", " & "),
                spelled.replace(" & ", " and "),
            )
        )


def names_of(entry: Mapping[str, Any], target: Organisation) -> list[Name]:
    """Return what an entry says `target` is called."""
    common = entry.get("common", False)
    short, weak = entry.get("short", ()), entry.get("weak", ())
    names = [Name(one, target, exact=True) for one in short]
    for one in weak:
        if " " in one:
            names += (Name(form, target, weak=True) for form in spellings(one))
        else:
            names.append(Name(one, target, exact=True, weak=True))
    for section, forms in entry.items():
        if len(section) == 2:  # a language
            names += (Name(_led_small(one), target, weak=common) for one in forms)
    if entry["name"] not in short and entry["name"] not in weak:
        names += (
            Name(_led_small(form), target, weak=common)
            for form in spellings(entry["name"])
        )
    for one in entry.get("long", ()):
        names += (Name(form, target) for form in spellings(one))
    return names


def _led_small(form: str) -> str:
    """Return a French name as sentences write it: "le ministère de la Santé"."""
    return f"m{form[1:]}" if form.startswith("Ministère ") else form
