"""What a dashboard is made of: panels, and the numbers and groups in them; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Operation = Literal["count", "unique_count", "sum", "average", "max", "percentile"]
Shape = Literal["metric", "bars", "lines", "top", "donut", "table"]
"""
`bars` and `lines` run over time; `top` has a bar a word, the longest first.
"""


@dataclass(frozen=True, slots=True)
class Is:
    """A field has one of some values, or none of them."""

    field: str
    values: tuple[str | bool, ...]
    negated: bool = False

    @property
    def kql(self) -> str:
        """Return the condition as people write it in Kibana."""
        words = " or ".join(_word(value) for value in self.values)
        said = (
            f"{self.field}: ({words})"
            if len(self.values) > 1
            else (f"{self.field}: {words}")
        )
        return f"not {said}" if self.negated else said

    @property
    def query(self) -> dict[str, Any]:
        """Return the condition as Elasticsearch reads it."""
        found = {"terms": {self.field: list(self.values)}}
        return {"bool": {"must_not": [found]}} if self.negated else found

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are named."""
        return (self.field,)


@dataclass(frozen=True, slots=True)
class Below:
    """A field is less than a number, or before a time such as `now-10m`."""

    field: str
    limit: str

    @property
    def kql(self) -> str:
        """Return the condition as people write it in Kibana."""
        return f"{self.field} < {self.limit}"

    @property
    def query(self) -> dict[str, Any]:
        """Return the condition as Elasticsearch reads it."""
        return {"range": {self.field: {"lt": self.limit}}}

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that are named."""
        return (self.field,)


Condition = Is | Below


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a panel, by its label; `of` is the field, None for `count`."""

    label: str
    operation: Operation = "count"
    of: str | None = None
    percentile: int = 95


@dataclass(frozen=True, slots=True)
class Words:
    """A group for each of the most frequent `size` words of a field."""

    label: str
    of: str
    size: int = 10


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: numbers, over time or by words or both."""

    title: str
    view: str
    """The alias of the data view."""
    shape: Shape
    numbers: tuple[Number, ...]
    words: tuple[Words, ...] = ()
    where: tuple[Condition, ...] = ()
    width: int = 24
    """Of 48 in a row."""
    height: int = 12

    @property
    def over_time(self) -> bool:
        """Return whether the panel runs over time."""
        return self.shape in ("bars", "lines")


@dataclass(frozen=True, slots=True)
class Found:
    """A saved search: documents as a table."""

    id: str
    title: str
    description: str
    view: str
    columns: tuple[str, ...]
    sort: tuple[str, Literal["asc", "desc"]]
    where: tuple[Condition, ...] = ()
    since: str = "now-30d"


@dataclass(frozen=True, slots=True)
class Listed:
    """A panel that shows a saved search."""

    found: Found
    width: int = 48
    height: int = 18


@dataclass(frozen=True, slots=True)
class Places:
    """A map: how many documents stand at which places."""

    id: str
    title: str
    view: str
    field: str
    width: int = 24
    height: int = 20


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Panels in the order of reading; a row is full at a width of 48."""

    id: str
    title: str
    description: str
    panels: tuple[Panel | Listed | Places, ...]
    since: str = "now-30d"


@dataclass(frozen=True, slots=True)
class View:
    """A data view: an alias, its time, and how people read its fields."""

    alias: str
    name: str
    time: str | None
    """None: its documents are as they are now, whatever time is looked at."""
    labels: Mapping[str, str]
    formats: Mapping[str, Mapping[str, Any]]


def _word(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
