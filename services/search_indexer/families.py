"""The families of indices, one row each, and how their indices are called: pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

RELEASES = "communique-releases"
REVISIONS = "communique-revisions"

WRITE = "-write"
"""How the alias ends through which the documents of one time are written."""

_FORMS = {"year": "%Y", "month": "%Y.%m"}
_NAME = re.compile(r"(.+?)-v(\d+)((?:-[^-]+)*)")


@dataclass(frozen=True, slots=True)
class Family:
    """
    Indices behind one alias, with one mapping.

    `mapping` is a file in mappings/. `by` says for which time an index holds documents;
    None: one index has them all. An index is kept for as long as `kept` after its time
    has passed; None: for ever.

    `layout` stands in the names of indices. A new field raises `_meta.version` of the
    mapping; what cannot be added to an index that exists raises `layout`.
    """

    alias: str
    mapping: str
    by: Literal["year", "month"] | None = None
    kept: timedelta | None = None
    layout: int = 1

    @property
    def stem(self) -> str:
        """Return how the names of its indices begin: `communique-releases-v1`."""
        return f"{self.alias}-v{self.layout}"

    def index(self, moment: datetime) -> str:
        """Return the index of `moment`: `communique-releases-v1-2025`, `…-2025.11`."""
        if self.by is None:
            return self.stem
        return f"{self.stem}-{moment:{_FORMS[self.by]}}"


FAMILIES: Mapping[str, Family] = {
    family.alias: family
    for family in (
        # A revision has the fields of a release, and more of them.
        Family(RELEASES, "releases.json", by="year"),
        Family(REVISIONS, "releases.json", by="year"),
    )
}
"""Alias → its family. The templates, `index install` and the like follow from it."""


@dataclass(frozen=True, slots=True)
class IndexName:
    """
    The parts of an index's name: `communique-releases-v1-2025`, `…-v1-2025-2`.

    `period` is the time whose documents it holds, "" where one index has them all.
    `number` counts the indices that a reindex made of it, from 1.
    """

    alias: str
    layout: int
    period: str
    number: int = 1

    def __str__(self) -> str:
        return "-".join(
            [
                f"{self.alias}-v{self.layout}",
                *([self.period] if self.period else []),
                *([str(self.number)] if self.number > 1 else []),
            ]
        )

    @property
    def write_alias(self) -> str:
        """
        Return the alias through which documents of this time and layout are written.

        A reindex moves it to another index in one step, and no writer has to know. An
        older Communique, which writes another layout, finds it gone and waits.
        """
        return (
            f"{self.alias}-v{self.layout}{'-' * bool(self.period)}{self.period}{WRITE}"
        )

    @property
    def until(self) -> datetime | None:
        """Return the moment from which on it gets no new documents; None: never."""
        year, _, month = self.period.partition(".")
        if not year.isdecimal() or (month and not month.isdecimal()):
            return None
        if not month or month == "12":
            return datetime(int(year) + 1, 1, 1, tzinfo=UTC)
        return datetime(int(year), int(month) + 1, 1, tzinfo=UTC)


def parsed(index: str) -> IndexName | None:
    """Return the parts of the name of one of our indices; None: it is no such name."""
    found = _NAME.fullmatch(index)
    if found is None or found[1] not in FAMILIES:
        return None
    parts = found[3].split("-")[1:]
    period = parts.pop(0) if FAMILIES[found[1]].by and parts else ""
    if len(parts) > 1 or not all(part.isdecimal() for part in parts):
        return None
    return IndexName(found[1], int(found[2]), period, int(parts[0]) if parts else 1)


def index_name(alias: str, moment: datetime) -> str:
    """Return the first index of `moment` behind `alias`; a reindex may have others."""
    return FAMILIES[alias].index(moment)


def write_alias(index: str) -> str:
    """Return the alias through which what belongs into `index` is written."""
    name = parsed(index)
    return f"{index}{WRITE}" if name is None else name.write_alias


def alias_of(index: str) -> str:
    """Return the alias that `index` stands behind."""
    return index.rsplit("-v", 1)[0]
