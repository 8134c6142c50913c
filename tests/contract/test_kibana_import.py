"""
Kibana's saved objects have the form that its import API takes, by its public sources.

Of a search and a dashboard Kibana 8.8 and newer refuse an attribute that they do not
know; older forms than its own it brings up to date by `typeMigrationVersion`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "deploy/kibana/communique.ndjson"
OBJECTS: list[dict[str, Any]] = [
    json.loads(line) for line in FILE.read_text("utf-8").splitlines()[:-1]
]
OURS = (8, 19)
"""The Kibana of docker-compose.yml, which takes nothing from a newer one."""
REQUIRED = {
    "index-pattern": {"title"},
    "search": {"title", "columns", "sort", "kibanaSavedObjectMeta"},
    "map": {"title", "layerListJSON", "mapStateJSON"},
    "dashboard": {"title", "panelsJSON", "optionsJSON", "kibanaSavedObjectMeta"},
}
KNOWN = {
    "index-pattern": {
        "title",
        "name",
        "timeFieldName",
        "fields",
        "fieldAttrs",
        "fieldFormatMap",
        "runtimeFieldMap",
        "sourceFilters",
        "typeMeta",
    },
    "search": {
        "title",
        "description",
        "columns",
        "sort",
        "grid",
        "hideChart",
        "isTextBasedQuery",
        "kibanaSavedObjectMeta",
        "timeRestore",
        "timeRange",
        "refreshInterval",
    },
    "map": {"title", "description", "layerListJSON", "mapStateJSON", "uiStateJSON"},
    "dashboard": {
        "title",
        "description",
        "panelsJSON",
        "optionsJSON",
        "timeRestore",
        "timeFrom",
        "timeTo",
        "refreshInterval",
        "kibanaSavedObjectMeta",
        "version",
    },
}
LAYERS = {"EMS_TMS": "EMS_VECTOR_TILE", "ES_GEO_GRID": "GEOJSON_VECTOR"}
"""The source of a layer of a map → the type of the layer, since Kibana 8.1."""


def panels(kind: str) -> list[dict[str, Any]]:
    return [
        panel
        for saved in OBJECTS
        if saved["type"] == "dashboard"
        for panel in json.loads(saved["attributes"]["panelsJSON"])
        if panel["type"] == kind
    ]


@pytest.mark.parametrize("saved", OBJECTS, ids=lambda saved: saved["id"])
def test_an_object_has_what_its_type_asks_for_and_nothing_unknown(saved):
    attributes = saved["attributes"].keys()
    assert REQUIRED[saved["type"]] <= attributes <= KNOWN[saved["type"]]


@pytest.mark.parametrize("saved", OBJECTS, ids=lambda saved: saved["id"])
def test_no_object_is_of_a_newer_form_than_the_kibana_that_gets_it(saved):
    for key in ("coreMigrationVersion", "typeMigrationVersion"):
        major, minor, _ = map(int, saved[key].split("."))
        assert (8, 0) <= (major, minor) <= OURS


def test_a_layer_of_a_map_is_of_the_type_of_its_source_and_names_its_view_by_number():
    for saved in OBJECTS:
        if saved["type"] != "map":
            continue
        layers = json.loads(saved["attributes"]["layerListJSON"])
        for number, layer in enumerate(layers):
            source = layer["sourceDescriptor"]
            assert layer["type"] == LAYERS[source["type"]]
            if "indexPatternRefName" in source:
                name = f"layer_{number}_source_index_pattern"
                assert source["indexPatternRefName"] == name


def test_a_number_of_which_there_is_none_is_0():
    metrics = [
        panel["embeddableConfig"]["attributes"]["state"]
        for panel in panels("lens")
        if panel["embeddableConfig"]["attributes"]["visualizationType"] == "lnsMetric"
    ]
    assert metrics
    for state in metrics:
        (layer,) = state["datasourceStates"]["formBased"]["layers"].values()
        for column in layer["columns"].values():
            assert column["params"]["emptyAsNull"] is False
