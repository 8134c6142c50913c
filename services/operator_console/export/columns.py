"""A release as Elasticsearch stores it → the row of a table: pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from communique.safe_text import safe_cell

Kind = Literal["text", "texts", "time", "number", "share", "flag"]
"""`texts` are several; `time` is aware; `share` is between 0 and 1."""

Document = Mapping[str, Any]

COLUMNS: Mapping[str, Kind] = {
    "release_id": "text",
    "revision": "number",
    "change": "text",
    "@timestamp": "time",
    "published_at": "time",
    "first_seen_at": "time",
    "revision_seen_at": "time",
    "title": "text",
    "text": "text",
    "language": "text",
    "url.full": "text",
    "author": "text",
    "rights": "text",
    "ministries": "texts",
    "issuer_countries": "texts",
    "document_type": "text",
    "issuing_ministry.name": "text",
    "countries": "texts",
    "counterparts": "texts",
    "lateral": "text",
    "theme": "texts",
    "persons": "texts",
    "organisations": "texts",
    "places": "texts",
    "speakers": "texts",
    "agreements": "texts",
    "event_date": "text",
    "event_place.name": "text",
    "hashtags": "texts",
    "handles": "texts",
    "categories": "texts",
    "backfill": "flag",
    "withdrawn": "flag",
    "duplicate_of": "text",
    "similarity": "share",
    "same_as": "text",
    "corrects": "text",
}
"""
Name of a field in Elasticsearch → what it holds.

Left out is what no row can hold: nested tags with their evidence (they are in JSONL),
and what only machines of ours ask for.
"""

_BETWEEN = "; "


def value(document: Document, column: str) -> Any:  # noqa: ANN401
    """
    Return what `document` has in `column`: None, or [] of several, if it has nothing.

    A document of an older mapping may have one value where several may stand.
    """
    found: Any = document
    for step in column.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    kind = COLUMNS[column]
    if kind == "texts":
        return found if isinstance(found, list) else [] if found is None else [found]
    if kind == "time" and found is not None:
        return datetime.fromisoformat(found)
    return found


def cells(document: Document) -> list[str]:
    """Return the row of a CSV file; no cell of it is a formula to a spreadsheet."""
    return [_cell(value(document, column)) for column in COLUMNS]


def _cell(found: object) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, datetime):
        return found.isoformat()
    if isinstance(found, list):
        return safe_cell(_BETWEEN.join(str(one) for one in found))
    return safe_cell(found) if isinstance(found, str) else str(found)
