"""The files in mappings/ → bodies of index templates: pure, but for reading them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from search_indexer.families import FAMILIES

PRIORITY = 500
"""Above Elasticsearch's own templates (100 and 200), so that `*-*` never takes ours."""


@cache
def mapping(alias: str) -> dict[str, Any]:
    """Return the mapping of the indices behind `alias`. Shared: do not change it."""
    return _read(FAMILIES[alias].mapping)


def version(alias: str) -> int:
    """Return `_meta.version` of our own mapping; a new field raises it."""
    return int(mapping(alias)["_meta"]["version"])


def patterns(alias: str) -> list[str]:
    """Return the names that indices behind `alias` may have."""
    stem = FAMILIES[alias].stem
    return [stem, f"{stem}-*"]


def template(
    alias: str, *, language_analyzers: bool, replicas: int, shards: int
) -> dict[str, Any]:
    """
    Return the body of the index template `alias`.

    It carries the alias too, so an index is behind it from its first moment, whoever
    makes it. Without `language_analyzers` the per-language fields are there but not
    stemmed, for a server that has no `english`.
    """
    analysis = _read("analysis.json")
    return {
        "index_patterns": patterns(alias),
        "priority": PRIORITY,
        "template": {
            "settings": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                # Said, not left to the default: an index that nobody searches for 30 s
                # would rest, and the first search after that would find old documents.
                "refresh_interval": "1s",
                "analysis": analysis["languages" if language_analyzers else "plain"],
            },
            "mappings": mapping(alias),
            "aliases": {alias: {}},
        },
    }


@cache
def _read(name: str) -> dict[str, Any]:
    text = (files("search_indexer") / "mappings" / name).read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
