"""Every field in Elasticsearch is explained in one line."""

from pathlib import Path

import pytest

from search_indexer.families import FAMILIES
from search_indexer.fields import descriptions, fields_page, paths

PAGE = Path(__file__).parents[2] / "shared/schemas/index-fields.md"


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.alias)
def test_every_field_is_described_in_one_line_and_nothing_else_is(family):
    described = descriptions(family.mapping)
    assert described.keys() == {path for path, _ in paths(family.alias)}
    for line in described.values():
        assert line == line.strip()
        assert "\n" not in line
        assert "|" not in line


def test_the_page_is_that_of_the_mappings():
    assert PAGE.read_text("utf-8") == fields_page(), "run: make schemas"
