"""The families of indices, one row each, and how their indices are called: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

RELEASES = "communique-releases"
REVISIONS = "communique-revisions"

_FORMS = {"year": "%Y", "month": "%Y.%m"}


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


def index_name(alias: str, moment: datetime) -> str:
    """Return the index of `moment` behind `alias`."""
    return FAMILIES[alias].index(moment)


def alias_of(index: str) -> str:
    """Return the alias that `index` stands behind."""
    return index.rsplit("-v", 1)[0]
