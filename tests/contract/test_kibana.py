"""Kibana's saved objects are held to the mappings: nobody sees an empty column."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search_indexer.families import FAMILIES, FEEDS, RELEASES
from search_indexer.kibana.bodies import panel_bodies
from search_indexer.kibana.saved_objects import export
from search_indexer.templates import mapping

FILES = sorted((Path(__file__).parents[2] / "deploy/kibana").glob("*.ndjson"))
SORTABLE = {"boolean", "date", "double", "float", "integer", "keyword", "long"}
"""Types with doc values; a column of `text` can be shown but not sorted by."""


def objects(file: Path) -> list[dict[str, Any]]:
    """Return the saved objects of `file`, without the summary of the export."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if "exportedCount" not in line]


def field_types(fields: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    for name, field in fields.items():
        path = f"{at}{name}"
        if field.get("type", "object") in ("object", "nested"):
            if field.get("type") != "nested":  # Discover has no column for those
                yield from field_types(field.get("properties", {}), f"{path}.")
            continue
        yield path, field["type"]
        yield from field_types(field.get("fields", {}), f"{path}.")


ALL = [saved for file in FILES for saved in objects(file)]
BY_ID = {(saved["type"], saved["id"]): saved for saved in ALL}
VIEWS = [saved for saved in ALL if saved["type"] == "index-pattern"]
SEARCHES = [saved for saved in ALL if saved["type"] == "search"]
MAPS = [saved for saved in ALL if saved["type"] == "map"]
DASHBOARDS = [saved for saved in ALL if saved["type"] == "dashboard"]
NUMBERS = {"double", "float", "integer", "long"}
FITTING = {
    "count": None,  # of documents, not of a field
    "unique_count": SORTABLE,
    "sum": NUMBERS,
    "average": NUMBERS,
    "max": NUMBERS,
    "percentile": NUMBERS,
    "terms": {"keyword", "boolean", "integer", "long"},
    "date_histogram": {"date"},
}
"""Operation of Lens → the types of the fields that it takes."""
AGGREGATIONS = {
    "terms": "terms",
    "date_histogram": "date_histogram",
    "unique_count": "cardinality",
    "sum": "sum",
    "average": "avg",
    "max": "max",
    "percentile": "percentiles",
}
START, END = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 31, tzinfo=UTC)
BODIES = panel_bodies(START, END)


def types_of(view: Mapping[str, Any]) -> dict[str, str]:
    return dict(field_types(mapping(view["attributes"]["title"])["properties"]))


def view_of(search: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data view that `search` reads, by the reference that it names."""
    source = json.loads(
        search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]
    )
    references = {ref["name"]: ref for ref in search["references"]}
    reference = references[source["indexRefName"]]
    return BY_ID[reference["type"], reference["id"]]


def lens_panels() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield the name of each Lens panel, its attributes and the view it reads."""
    for dashboard in DASHBOARDS:
        title = dashboard["attributes"]["title"]
        references = {one["name"]: one for one in dashboard["references"]}
        for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
            if panel["type"] != "lens":
                continue
            attributes = panel["embeddableConfig"]["attributes"]
            [inner] = attributes["references"]
            outer = references[f"{panel['panelIndex']}:{inner['name']}"]
            assert (outer["type"], outer["id"]) == (inner["type"], inner["id"])
            view = BY_ID[outer["type"], outer["id"]]
            yield f"{title} / {panel['title']}", attributes, view


LENS = [pytest.param(*panel[1:], panel[0], id=panel[0]) for panel in lens_panels()]


def layer_of(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one layer of a Lens panel; its reference is called after it."""
    [(name, layer)] = attributes["state"]["datasourceStates"]["formBased"][
        "layers"
    ].items()
    assert attributes["references"][0]["name"].endswith(f"-layer-{name}")
    return layer


def named_in(kql: str) -> set[str]:
    """Return the fields in a query of ours: `a: "b" and not c: ("d" or "e")`."""
    return set(re.findall(r"([\w.@]+)(?::| <)", kql))


def queries(aggregations: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield kind and field of each aggregation, nested ones too, each once."""
    for asked in aggregations.values():
        for kind, parameters in asked.items():
            if kind == "aggs":
                yield from queries(parameters)
            else:
                yield kind, parameters["field"]


def test_the_file_is_what_the_declarations_say():
    assert [file.name for file in FILES] == ["communique.ndjson"]
    assert FILES[0].read_text("utf-8") == export(), "write it anew: make kibana"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_file_is_an_export_that_counts_itself_right(file):
    text = file.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert text.endswith("}\n")
    assert lines[-1]["exportedCount"] == len(lines) - 1
    assert lines[-1]["missingReferences"] == []


def test_every_object_has_an_id_of_its_own_and_a_version_of_its_form():
    assert len(BY_ID) == len(ALL) > 0
    for saved in ALL:
        assert saved["id"].startswith("communique-")
        assert saved["coreMigrationVersion"].startswith("8.")


def test_every_reference_resolves():
    for saved in ALL:
        for reference in saved["references"]:
            assert (reference["type"], reference["id"]) in BY_ID


def test_the_releases_are_a_data_view_by_time():
    [view] = [v for v in VIEWS if v["attributes"]["title"] == RELEASES]
    assert view["attributes"]["name"] == "Releases"
    assert view["attributes"]["timeFieldName"] == "@timestamp"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view["id"])
def test_a_data_view_is_an_alias_of_ours_with_a_date_for_its_time(view):
    attributes = view["attributes"]
    types = types_of(view)
    if attributes["title"] == FEEDS:  # as they are now, whenever they were visited
        assert "timeFieldName" not in attributes
    else:
        assert types[attributes["timeFieldName"]] == "date"
    for name in ("fieldAttrs", "fieldFormatMap"):
        assert set(json.loads(attributes[name])) <= set(types)
    assert (
        json.loads(attributes["runtimeFieldMap"]) == {}
    )  # the reduced server has none


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["id"])
def test_a_saved_search_names_fields_of_the_mapping(search):
    types = types_of(view_of(search))
    attributes = search["attributes"]
    assert attributes["columns"]
    assert set(attributes["columns"]) <= set(types)
    assert attributes["sort"]
    for field, direction in attributes["sort"]:
        assert types[field] in SORTABLE
        assert direction in ("asc", "desc")
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    assert named_in(source["query"]["query"]) <= set(types)
    assert source["filter"] == []  # one may come; then its fields are read here too


def test_the_newest_releases_come_first():
    [search] = [s for s in SEARCHES if s["attributes"]["title"] == "Newest releases"]
    assert search["attributes"]["sort"] == [["@timestamp", "desc"]]
    assert search["attributes"]["columns"] == [
        "title",
        "ministries",
        "theme",
        "countries",
        "change",
        "url.full",
    ]


def test_there_is_a_data_view_of_each_family():
    assert [view["attributes"]["title"] for view in VIEWS] == list(FAMILIES)


def test_a_publishers_page_is_a_link_and_fields_have_names_for_people():
    for view in VIEWS:
        formats = json.loads(view["attributes"]["fieldFormatMap"])
        labels = json.loads(view["attributes"]["fieldAttrs"])
        if "url.full" in types_of(view):
            assert formats["url.full"]["id"] == "url"
        for search in SEARCHES:
            if view_of(search) == view:
                columns = set(search["attributes"]["columns"])
                assert columns - set(labels) <= {"entries"}


def test_there_are_the_four_dashboards_each_with_a_time_and_a_sentence():
    titles = [dashboard["attributes"]["title"] for dashboard in DASHBOARDS]
    assert titles == ["Releases", "Feeds", "Silent edits", "Pipeline"]
    for dashboard in DASHBOARDS:
        assert dashboard["attributes"]["timeRestore"]
        assert dashboard["attributes"]["timeFrom"].startswith("now-")
        assert dashboard["attributes"]["description"].endswith(".")


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one["id"])
def test_panels_have_ids_of_their_own_and_do_not_lie_over_one_another(dashboard):
    panels = json.loads(dashboard["attributes"]["panelsJSON"])
    names = [panel["panelIndex"] for panel in panels]
    assert len(names) == len(set(names))
    assert names == [panel["gridData"]["i"] for panel in panels]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridData"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert max(x for x, _ in cells) < 48
        assert not cells & taken
        taken |= cells


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one["id"])
def test_what_a_panel_shows_by_reference_is_there(dashboard):
    references = {one["name"]: one for one in dashboard["references"]}
    for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
        if panel["type"] != "lens":
            called = f"{panel['panelIndex']}:{panel['panelRefName']}"
            assert references[called]["type"] == panel["type"]


@pytest.mark.parametrize(("attributes", "view", "name"), LENS)
def test_a_panel_names_fields_of_fitting_types(attributes, view, name):
    types, layer = types_of(view), layer_of(attributes)
    assert sorted(layer["columnOrder"]) == sorted(layer["columns"])
    for column in layer["columns"].values():
        fitting = FITTING[column["operationType"]]
        if fitting is None:
            assert column["sourceField"] == "___records___"
        else:
            assert types[column["sourceField"]] in fitting
        assert column["customLabel"]
        assert column["label"]
    assert named_in(attributes["state"]["query"]["query"]) <= set(types)


@pytest.mark.parametrize(("attributes", "view", "name"), LENS)
def test_a_picture_shows_columns_that_it_has(attributes, view, name):
    columns = layer_of(attributes)["columns"]
    shown = attributes["state"]["visualization"]
    chart = {**shown, **(shown["layers"][0] if "layers" in shown else {})}
    named = {
        *(chart[key] for key in ("metricAccessor", "xAccessor") if key in chart),
        *([chart["splitAccessor"]] if "splitAccessor" in chart else []),
        *chart.get("accessors", ()),
        *chart.get("primaryGroups", ()),
        *chart.get("metrics", ()),
        *(column["columnId"] for column in chart.get("columns", ())),
    }
    assert named == set(columns)


@pytest.mark.parametrize(("attributes", "view", "name"), LENS)
def test_the_search_of_a_panel_asks_for_what_its_columns_say(attributes, view, name):
    asked = BODIES[name]
    assert asked.alias == view["attributes"]["title"]
    assert set(queries(asked.body["aggs"])) == {
        (AGGREGATIONS[column["operationType"]], column["sourceField"])
        for column in layer_of(attributes)["columns"].values()
        if column["operationType"] != "count"
    }


def test_every_panel_has_a_search_and_every_search_a_panel():
    panels = [
        panel
        for dashboard in DASHBOARDS
        for panel in json.loads(dashboard["attributes"]["panelsJSON"])
    ]
    assert len(BODIES) == len(panels)


def test_a_map_names_a_point_of_the_mapping():
    for saved in MAPS:
        [reference] = saved["references"]
        types = types_of(BY_ID[reference["type"], reference["id"]])
        layers = json.loads(saved["attributes"]["layerListJSON"])
        sources = [layer["sourceDescriptor"] for layer in layers]
        [grid] = [source for source in sources if source["type"] == "ES_GEO_GRID"]
        assert types[grid["geoField"]] == "geo_point"
        assert grid["indexPatternRefName"] == reference["name"]
