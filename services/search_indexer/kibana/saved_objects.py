"""Views, searches and dashboards as saved objects, for Kibana's import API; pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from search_indexer.kibana.boards import DASHBOARDS, SEARCHES
from search_indexer.kibana.lens import kuery, lens
from search_indexer.kibana.panels import Dashboard, Found, Listed, Panel, Places, View
from search_indexer.kibana.views import VIEWS

CORE_VERSION = "8.8.0"
LENS_VERSION = "8.9.0"
"""By which form they are written; a newer Kibana brings them up to its own."""
ROW = 48

_SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
_LAYER_SOURCE = "layer_1_source_index_pattern"
_VIEWS: Mapping[str, View] = {view.alias: view for view in VIEWS}


def export() -> str:
    """Return the file for Kibana's import API: an object a line, and their number."""
    lines = [
        *(_view(view) for view in VIEWS),
        *(_search(found) for found in SEARCHES),
        *(
            _map(panel)
            for dashboard in DASHBOARDS
            for panel in dashboard.panels
            if isinstance(panel, Places)
        ),
        *(_dashboard(dashboard) for dashboard in DASHBOARDS),
    ]
    summary = {
        "excludedObjects": [],
        "excludedObjectsCount": 0,
        "exportedCount": len(lines),
        "missingRefCount": 0,
        "missingReferences": [],
    }
    return "".join(f"{_json(line)}\n" for line in (*lines, summary))


def _view(view: View) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "title": view.alias,
        "name": view.name,
        "fields": "[]",
        "fieldAttrs": _json(
            {field: {"customLabel": label} for field, label in view.labels.items()}
        ),
        "fieldFormatMap": _json(view.formats),
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }
    if view.time is not None:
        attributes["timeFieldName"] = view.time
    return _object("index-pattern", view.alias, attributes, [], "8.0.0")


def _search(found: Found) -> dict[str, Any]:
    source = {"query": kuery(found.where), "filter": [], "indexRefName": _SOURCE}
    has_time = _VIEWS[found.view].time is not None
    attributes = {
        "title": found.title,
        "description": found.description,
        "columns": list(found.columns),
        "sort": [list(found.sort)],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
        "timeRestore": has_time,
        **({"timeRange": {"from": found.since, "to": "now"}} if has_time else {}),
        "refreshInterval": {"pause": True, "value": 60_000},
    }
    references = [_reference("index-pattern", found.view, _SOURCE)]
    return _object("search", f"communique-{found.id}", attributes, references, "8.0.0")


def _map(places: Places) -> dict[str, Any]:
    by_count = {
        "type": "DYNAMIC",
        "options": {
            "minSize": 6,
            "maxSize": 32,
            "field": {"name": "doc_count", "origin": "source"},
            "fieldMetaOptions": {"isEnabled": True, "sigma": 3},
        },
    }
    layers = [
        {
            "id": "base",
            "label": None,
            "type": "EMS_VECTOR_TILE",
            "sourceDescriptor": {"type": "EMS_TMS", "isAutoSelect": True},
            "style": {"type": "EMS_VECTOR_TILE"},
            "minZoom": 0,
            "maxZoom": 24,
            "alpha": 1,
            "visible": True,
        },
        {
            "id": "places",
            "label": places.title,
            "type": "GEOJSON_VECTOR",
            "joins": [],
            "sourceDescriptor": {
                "type": "ES_GEO_GRID",
                "id": "places",
                "geoField": places.field,
                "requestType": "point",
                "resolution": "COARSE",
                "metrics": [{"type": "count", "label": "Releases"}],
                "applyGlobalQuery": True,
                "applyGlobalTime": True,
                "applyForceRefresh": True,
                "indexPatternRefName": _LAYER_SOURCE,
            },
            "style": {
                "type": "VECTOR",
                "isTimeAware": True,
                "properties": {"iconSize": by_count},
            },
            "minZoom": 0,
            "maxZoom": 24,
            "alpha": 0.75,
            "visible": True,
        },
    ]
    state = {
        "zoom": 1.2,
        "center": {"lat": 15, "lon": 20},
        "timeFilters": {"from": "now-30d", "to": "now"},
        "refreshConfig": {"isPaused": True, "interval": 60_000},
        "query": {"query": "", "language": "kuery"},
        "filters": [],
    }
    attributes = {
        "title": places.title,
        "description": "",
        "layerListJSON": _json(layers),
        "mapStateJSON": _json(state),
        "uiStateJSON": _json({"isLayerTOCOpen": False, "openTOCDetails": []}),
    }
    references = [_reference("index-pattern", places.view, _LAYER_SOURCE)]
    return _object("map", f"communique-{places.id}", attributes, references, "8.4.0")


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    panels: list[dict[str, Any]] = []
    references: list[dict[str, str]] = []
    for grid, panel in _grids(dashboard):
        shown, needed = _panel(grid, panel)
        panels.append(shown)
        references += needed
    options = {
        "useMargins": True,
        "syncColors": True,  # a theme has one colour on all of the page
        "syncCursor": True,
        "syncTooltips": False,
        "hidePanelTitles": False,
    }
    source = {"query": {"query": "", "language": "kuery"}, "filter": []}
    attributes = {
        "title": dashboard.title,
        "description": dashboard.description,
        "panelsJSON": _json(panels),
        "optionsJSON": _json(options),
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60_000},
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
        "version": 1,
    }
    name = f"communique-dashboard-{dashboard.id}"
    return _object("dashboard", name, attributes, references, "8.9.0")


def _grids(
    dashboard: Dashboard,
) -> Iterator[tuple[dict[str, Any], Panel | Listed | Places]]:
    """Yield where each panel stands: rows of `ROW`, filled from the left."""
    x = y = tallest = 0
    for index, panel in enumerate(dashboard.panels):
        if x + panel.width > ROW:
            x, y, tallest = 0, y + tallest, 0
        name = f"panel-{index}"
        yield {"x": x, "y": y, "w": panel.width, "h": panel.height, "i": name}, panel
        x += panel.width
        tallest = max(tallest, panel.height)


def _panel(
    grid: Mapping[str, Any], panel: Panel | Listed | Places
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    name = grid["i"]
    common = {"gridData": grid, "panelIndex": name, "version": LENS_VERSION}
    if isinstance(panel, Panel):
        attributes = lens(panel, _VIEWS[panel.view])
        shown = {
            **common,
            "type": "lens",
            "title": panel.title,
            "embeddableConfig": {"attributes": attributes, "enhancements": {}},
        }
        return shown, [
            {**reference, "name": f"{name}:{reference['name']}"}
            for reference in attributes["references"]
        ]
    kind, saved = (
        ("search", panel.found.id) if isinstance(panel, Listed) else ("map", panel.id)
    )
    by_reference = {
        **common,
        "type": kind,
        "embeddableConfig": {"enhancements": {}},
        "panelRefName": f"panel_{name}",
    }
    reference = _reference(kind, f"communique-{saved}", f"{name}:panel_{name}")
    return by_reference, [reference]


def _reference(kind: str, name: str, called: str) -> dict[str, str]:
    return {"type": kind, "id": name, "name": called}


def _object(
    kind: str,
    name: str,
    attributes: Mapping[str, Any],
    references: list[dict[str, str]],
    version: str,
) -> dict[str, Any]:
    return {
        "type": kind,
        "id": name,
        "attributes": attributes,
        "references": references,
        "managed": False,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": version,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
