"""
What Kibana asks for each panel of the dashboard "Releases": index and body. Pure.

The seam for the bodies that deploy/kibana is written from; until they are here, these
have the same aggregations: over time by theme, the top of each kind, a map, a table.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from search_indexer.families import RELEASES

TOPS = ("theme", "persons", "organisations", "places", "ministries", "countries")
SPANS = {"30 days": "now-30d", "5 years": "now-5y"}


def facets() -> dict[str, Any]:
    """Return the aggregations of `communique search --facets`."""
    tops = (*TOPS, "issuer_countries", "language", "document_type")
    return {
        **{name: _top(name, 10) for name in tops},
        "month": {
            "date_histogram": {"field": "@timestamp", "calendar_interval": "month"}
        },
    }


def panels() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield each panel over each span of time: its name, the index, the body."""
    for span, since in SPANS.items():
        for name, asked in _bodies().items():
            query = {"bool": {"filter": [{"range": {"@timestamp": {"gte": since}}}]}}
            body = {"size": 0, "track_total_hits": True, "query": query} | asked
            yield f"{name}, {span}", RELEASES, body


def _bodies() -> dict[str, dict[str, Any]]:
    time = {"field": "@timestamp", "fixed_interval": "7d"}
    by_theme = {"date_histogram": time, "aggs": {"theme": _top("theme", 10)}}
    grid = {"field": "place_locations", "precision": 4, "size": 10_000}
    return {
        "releases over time by theme": {"aggs": {"time": by_theme}},
        **{f"top {name}": {"aggs": {"top": _top(name, 12)}} for name in TOPS},
        "places on a map": {"aggs": {"map": {"geotile_grid": grid}}},
        "table of releases": {"size": 100, "sort": [{"@timestamp": "desc"}]},
    }


def _top(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size}}
