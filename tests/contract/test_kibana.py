"""Kibana's saved objects are held to the mappings: nobody sees an empty column."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from search_indexer.families import FAMILIES, RELEASES
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
    assert attributes["title"] in FAMILIES
    types = types_of(view)
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
    # A query or filter may come one day; then its fields have to be read here too.
    assert source["query"]["query"] == ""
    assert source["filter"] == []


def test_the_newest_releases_come_first():
    [search] = [s for s in SEARCHES if s["attributes"]["title"] == "Newest releases"]
    assert search["attributes"]["sort"] == [["@timestamp", "desc"]]
    assert search["attributes"]["columns"] == [
        "title",
        "ministries",
        "theme",
        "countries",
        "change",
    ]
