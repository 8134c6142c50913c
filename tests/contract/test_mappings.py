"""Documents and mappings are one contract: strict, so every key must be there."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given

from search_indexer.documents import documents
from search_indexer.families import FAMILIES, RELEASES, REVISIONS, alias_of
from search_indexer.templates import mapping, patterns, templates, version
from tests.unit.search_indexer.examples import release, releases

LUCENE_LIMIT = 32_766  # bytes of one term; a longer one makes the document poison
UTF8_BYTES = 4


def unmapped(document: Any, fields: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Yield the paths in `document` that `fields` does not name."""
    if isinstance(document, list):
        for item in document:
            yield from unmapped(item, fields, at)
        return
    for key, value in document.items():
        path = f"{at}{key}"
        field = fields.get(key)
        if field is None:
            yield path
        elif field.get("type") == "object" and field.get("enabled") is False:
            continue
        elif "properties" in field:
            yield from unmapped(value, field["properties"], f"{path}.")
        elif isinstance(value, dict) and field["type"] not in (
            "completion",
            "flattened",
            "geo_point",
        ):
            yield path


def leaves(fields: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in fields.items():
        if "properties" in field:
            yield from leaves(field["properties"], f"{at}{name}.")
        else:
            yield f"{at}{name}", field
            yield from leaves(field.get("fields", {}), f"{at}{name}.")


@given(releases)
def test_every_key_of_a_document_is_in_the_mapping(event):
    for action in documents(event):
        fields = mapping(alias_of(action.index))["properties"]
        assert list(unmapped(action.document, fields)) == []


def test_every_field_of_the_mapping_is_written():
    document = documents(release(published_flags=("future",)))[0].document

    def paths(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from paths(item, at)
        elif isinstance(value, dict):
            yield at
            for key, item in value.items():
                yield from paths(item, f"{at}.{key}" if at else key)
        else:
            yield at

    written = set(paths(document, ""))
    fields = mapping(RELEASES)["properties"]
    multi_fields = {
        f"{path}.{name}"
        for path, field in leaves(fields)
        for name in field.get("fields", {})
    }
    named = {path for path, _ in leaves(fields)} - multi_fields
    assert named - written == set()


@pytest.mark.parametrize("alias", FAMILIES)
def test_mappings_are_strict_and_have_a_version(alias):
    assert mapping(alias)["dynamic"] == "strict"
    assert version(alias) >= 1


@pytest.mark.parametrize("alias", FAMILIES)
def test_no_keyword_can_be_too_long_for_lucene(alias):
    for path, field in leaves(mapping(alias)["properties"]):
        if field["type"] in ("keyword", "flattened"):
            assert field["ignore_above"] * UTF8_BYTES <= LUCENE_LIMIT, path


@pytest.mark.parametrize("language_analyzers", [True, False])
def test_every_analyzer_that_a_field_names_is_defined(language_analyzers):
    ours = templates(
        language_analyzers=language_analyzers, replicas=0, shards=1, lifecycles={}
    )
    named = {
        field["analyzer"]
        for alias in FAMILIES
        for _, field in leaves(mapping(alias)["properties"])
        if "analyzer" in field
    }
    assert named == set(ours.settings(RELEASES)["index"]["analysis"]["analyzer"])


def test_a_template_covers_its_own_indices_only():
    assert [patterns(alias) for alias in (RELEASES, REVISIONS)] == [
        [f"{RELEASES}-v1", f"{RELEASES}-v1-*"],
        [f"{REVISIONS}-v1", f"{REVISIONS}-v1-*"],
    ]
