"""What subscribers read in shared/schemas is what the services write."""

import json
from pathlib import Path

import jsonschema
import pytest

from communique.events import EVENTS
from communique.examples import EXAMPLES
from communique.schemas import asyncapi, json_schema, schema_files

SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"


def test_schema_files_are_those_of_the_models():
    found = {
        str(path.relative_to(SCHEMAS)): path.read_text()
        for path in SCHEMAS.rglob("*.json")
    }
    assert found == schema_files(), "run: make schemas"


def test_every_event_has_an_example():
    assert {type(example) for example in EXAMPLES} == set(EVENTS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.topic_schema)
def test_example_is_valid_under_its_schema(example):
    schema = json_schema(type(example))
    faults = jsonschema.validators.validator_for(schema)(schema).iter_errors(
        json.loads(example.model_dump_json())
    )
    assert [fault.message for fault in faults] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.topic_schema)
def test_example_offsets_name_the_words_they_stand_for(example):
    for tagged in (*getattr(example, "entities", ()), *getattr(example, "themes", ())):
        for place in getattr(tagged, "mentions", ()) or tagged.evidence:
            assert example.text[place.start : place.end] == place.text


def test_asyncapi_names_only_messages_that_it_defines():
    document = asyncapi()
    defined = set(document["components"]["messages"])
    for channel in document["channels"].values():
        assert set(channel["messages"]) <= defined
