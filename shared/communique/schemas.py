"""
The contract for subscribers in any language: JSON Schema, AsyncAPI 3 and examples.

`python -m communique.schemas shared/schemas` (or `make schemas`) writes the files; a
test holds them equal to the models.
"""

import json
import sys
from pathlib import Path
from typing import Any

from communique.events import EVENTS, SCHEMA_VERSION
from communique.examples import EXAMPLES
from communique.parts import Event
from communique.topics import Naming, all_topics

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_files() -> dict[str, str]:
    """Return the text of every file below shared/schemas, by its path there."""
    files = {
        f"{event.topic_schema}.v{SCHEMA_VERSION}.schema.json": json_schema(event)
        for event in EVENTS
    }
    files |= {
        f"examples/{example.topic_schema}.json": example.model_dump(mode="json")
        for example in EXAMPLES
    }
    files["asyncapi.json"] = asyncapi()
    return {
        path: json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        for path, value in files.items()
    }


def json_schema(event: type[Event]) -> dict[str, Any]:
    """Return the JSON Schema of an event as it is written."""
    schema = event.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": schema_id(event), **schema}


def schema_id(event: type[Event]) -> str:
    """Return what stands in `ce_dataschema` of such an event."""
    return f"urn:communique:schema:{event.topic_schema}:{SCHEMA_VERSION}"


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3 document: a channel a topic, a message an event."""
    naming = Naming()
    with_events = [topic for topic in all_topics() if topic.event is not None]
    channels, operations = {}, {}
    for topic in with_events:
        name = topic.event.topic_schema if topic.event else ""
        channels[topic.name] = {
            "address": naming.topic(topic),
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {
                "kafka": {
                    "topic": naming.topic(topic),
                    "partitions": topic.partitions,
                    "topicConfiguration": {
                        "cleanup.policy": ["compact" if topic.compacted else "delete"]
                    },
                }
            },
        }
        operations[f"read.{topic.name}"] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{topic.name}"},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Communique",
            "version": str(SCHEMA_VERSION),
            "description": "Government press releases as events on Kafka.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": {e.topic_schema: _message(e) for e in EVENTS}},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.topic_schema,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "description": "CloudEvents 1.0, binary mode, and ours",
            "properties": {
                "ce_id": {"type": "string", "description": "same event, same id"},
                "ce_type": {"type": "string"},
                "ce_subject": {"type": "string"},
                "ce_dataschema": {"type": "string", "const": schema_id(event)},
                "communique_version": {"type": "string"},
                "communique_cause": {"type": "string"},
            },
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{event.topic_schema}.v{SCHEMA_VERSION}.schema.json"},
        },
    }


def main(directory: Path) -> None:
    """Write all files below `directory`, and remove what does not belong there."""
    files = schema_files()
    for file in directory.rglob("*.json"):
        if str(file.relative_to(directory)) not in files:
            file.unlink()
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
