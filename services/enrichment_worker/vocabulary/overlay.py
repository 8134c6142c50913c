"""A user's own vocabulary files over the ones that ship with us."""

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import rtoml

from enrichment_worker.text import fold

REMOVE = "remove"
"""In a table of one's own: `true` takes it away, a list the words in it."""

Table = Mapping[str, Any]


def read_tables(
    directory: Path, own: Path | None = None, *, exclusive: Container[str] = ()
) -> dict[str, Table]:
    """
    Return what the TOML files in `directory` say, by file name, as `own` overrules it.

    Raises OSError or ValueError if a file cannot be read.
    """
    tables: dict[str, Table] = _tables(directory)
    for name, table in _tables(own).items() if own else ():
        tables[name] = overruled(tables.get(name, {}), table, exclusive=exclusive)
    return tables


def read_table(directory: Path, own: Path | None, name: str) -> Table:
    """Return what one TOML file says, as the one of that name in `own` overrules it."""
    table: Table = rtoml.loads((directory / name).read_text("utf-8"))
    if own is not None and (own / name).exists():
        return overruled(table, rtoml.loads((own / name).read_text("utf-8")))
    return table


def read_words(directory: Path, own: Path | None, name: str) -> list[str]:
    """Return the words of a text file; with those in `own`, without its "-words"."""
    words = (directory / name).read_text("utf-8").split()
    if own is None or not (own / name).exists():
        return words
    given = (own / name).read_text("utf-8").split()
    removed = {fold(word[1:]) for word in given if word.startswith("-")}
    added = [word for word in given if not word.startswith("-")]
    return [*(word for word in words if fold(word) not in removed), *added]


def overruled(base: Table, own: Table, *, exclusive: Container[str] = ()) -> Table:
    """
    Return `base` with what `own` adds and changes.

    Tables are merged, lists made longer, anything else is replaced; `remove` takes
    away. A word that `own` puts under one of the `exclusive` names stands under none of
    the others any more.
    """
    removed = own.get(REMOVE, ())
    moved = {
        word
        for name, words in own.items()
        if name in exclusive and isinstance(words, list)
        for word in words
    }
    merged: dict[str, Any] = {}
    for name, value in base.items():
        gone = moved.union(removed) if name in exclusive else removed
        listed = isinstance(value, list)
        merged[name] = [word for word in value if word not in gone] if listed else value
    for name, value in own.items():
        known = merged.get(name)
        if name == REMOVE:
            continue
        if isinstance(value, Mapping) and value.get(REMOVE) is True:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            before = known if isinstance(known, Mapping) else {}
            merged[name] = overruled(before, value, exclusive=exclusive)
        elif isinstance(value, list) and isinstance(known, list):
            merged[name] = [*known, *(word for word in value if word not in known)]
        else:
            merged[name] = value
    return merged


def _tables(directory: Path) -> dict[str, Table]:
    return {
        path.relative_to(directory).as_posix(): rtoml.loads(path.read_text("utf-8"))
        for path in sorted(directory.rglob("*.toml"))
    }
