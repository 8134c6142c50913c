"""
What Elasticsearch is asked for each panel: the searches that Kibana makes of it; pure.

For tests and benchmarks. Kibana chooses the width of the bars by the time that is
looked at; here there are some sixty of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from search_indexer.kibana.boards import DASHBOARDS
from search_indexer.kibana.lens import TIME, number_id, words_id
from search_indexer.kibana.panels import (
    Condition,
    Found,
    Listed,
    Number,
    Panel,
    Places,
    View,
)
from search_indexer.kibana.views import VIEWS

BARS = 60
FOUND = 100
"""How many documents a saved search shows at first, on a dashboard."""
TILES_PRECISION = 6

_VIEWS: Mapping[str, View] = {view.alias: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class Body:
    """A search: of which alias, and what."""

    alias: str
    body: Mapping[str, Any]


def panel_bodies(start: datetime, end: datetime) -> dict[str, Body]:
    """
    Return the search of each panel by its name, `Releases / Top persons`.

    The panels look at the time from `start` to `end`; those of feeds at how feeds are.
    """
    return {
        f"{dashboard.title} / {title(panel)}": body(panel, start, end)
        for dashboard in DASHBOARDS
        for panel in dashboard.panels
    }


def title(panel: Panel | Listed | Places) -> str:
    """Return what stands above a panel."""
    return panel.found.title if isinstance(panel, Listed) else panel.title


def body(panel: Panel | Listed | Places, start: datetime, end: datetime) -> Body:
    """Return the search of `panel` over the time from `start` to `end`."""
    match panel:
        case Listed(found):
            view = _VIEWS[found.view]
            return Body(view.alias, _documents(found, view, start, end))
        case Places():
            view = _VIEWS[panel.view]
            asked = _asked(view, (), start, end)
            return Body(view.alias, {**asked, "aggs": _tiles(panel)})
        case Panel():
            view = _VIEWS[panel.view]
            asked = _asked(view, panel.where, start, end)
            return Body(view.alias, {**asked, "aggs": _groups(panel, view, start, end)})
        case _:
            assert_never(panel)


def _asked(
    view: View, where: tuple[Condition, ...], start: datetime, end: datetime
) -> dict[str, Any]:
    conditions = [condition.query for condition in where]
    if view.time is not None:
        within = {"gte": start.isoformat(), "lte": end.isoformat()}
        conditions.append({"range": {view.time: within}})
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": conditions}},
    }


def _documents(
    found: Found, view: View, start: datetime, end: datetime
) -> dict[str, Any]:
    field, direction = found.sort
    asked = _asked(view, found.where, start, end)
    return {
        **asked,
        "size": FOUND,
        # So does Kibana: its setting `sort:options`.
        "sort": [{field: {"order": direction, "unmapped_type": "boolean"}}],
        "fields": list(found.columns),
        "_source": False,
    }


def _tiles(places: Places) -> dict[str, Any]:
    return {
        "tiles": {
            "geotile_grid": {
                "field": places.field,
                "precision": TILES_PRECISION,
                "size": 10_000,
            },
            "aggs": {"middle": {"geo_centroid": {"field": places.field}}},
        }
    }


def _groups(panel: Panel, view: View, start: datetime, end: datetime) -> dict[str, Any]:
    numbers = {
        number_id(n): _number(number)
        for n, number in enumerate(panel.numbers)
        if number.operation != "count"
    }
    first = panel.numbers[0]
    order = "_count" if first.operation == "count" else number_id(0)
    inner: dict[str, Any] = dict(numbers)
    if panel.over_time:
        histogram = {
            "field": view.time,
            "fixed_interval": f"{max(1, int((end - start).total_seconds()) // BARS)}s",
            "min_doc_count": 0,
        }
        inner = {TIME: _group("date_histogram", histogram, inner)}
    for index, words in reversed(list(enumerate(panel.words))):
        terms = {"field": words.of, "size": words.size, "order": {order: "desc"}}
        # The words are ordered by the number over all the time.
        ranked = inner if order == "_count" else {**inner, **numbers}
        inner = {words_id(index): _group("terms", terms, ranked)}
    return inner


def _group(kind: str, asked: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    return {kind: asked, **({"aggs": inner} if inner else {})}


def _number(number: Number) -> dict[str, Any]:
    match number.operation:
        case "unique_count":
            return {"cardinality": {"field": number.of}}
        case "percentile":
            return {
                "percentiles": {"field": number.of, "percents": [number.percentile]}
            }
        case "average":
            return {"avg": {"field": number.of}}
        case "sum" | "max":
            return {number.operation: {"field": number.of}}
        case "count":
            raise ValueError("documents are counted by themselves")
