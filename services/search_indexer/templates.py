"""The files in mappings/ → bodies of templates: pure, but for reading them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from search_indexer.families import FAMILIES

PRIORITY = 500
"""Above Elasticsearch's own templates (100 and 200), so that `*-*` never takes ours."""

SETTINGS = "communique-settings"
"""The component template with what all our indices have: shards, copies, refresh."""
SETTINGS_VERSION = 1

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Templates:
    """Bodies by name: component templates, and the index templates made of them."""

    components: Mapping[str, Body]
    index: Mapping[str, Body]

    def settings(self, alias: str) -> Body:
        """Return the settings of an index behind `alias` that is made of these."""
        parts = (self.components[part] for part in (SETTINGS, mapping_component(alias)))
        merged: dict[str, Any] = {}
        for part in parts:
            merged |= part["template"]["settings"]["index"]
        return {"index": merged}


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


def templates(
    *,
    language_analyzers: bool,
    replicas: int,
    shards: int,
    lifecycles: Mapping[str, str] | None = None,
) -> Templates:
    """
    Return all that an index of ours is made of.

    Without `language_analyzers` the per-language fields are there but not stemmed, for
    a server that has no `english`. `lifecycles` are policies by alias.
    """
    components: dict[str, Body] = {
        SETTINGS: _settings(replicas=replicas, shards=shards)
    }
    for alias in FAMILIES:
        components[mapping_component(alias)] = _mapping(
            alias, language_analyzers=language_analyzers
        )
    return Templates(
        components,
        {alias: _index(alias, (lifecycles or {}).get(alias)) for alias in FAMILIES},
    )


def mapping_component(alias: str) -> str:
    """Return the name of the component template with the mapping of `alias`."""
    return f"{alias}-mapping"


def _settings(*, replicas: int, shards: int) -> Body:
    settings = {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        # Said, not left to the default: an index that nobody searches for 30 s would
        # rest, and the first search after that would find old documents.
        "refresh_interval": "1s",
    }
    return {
        "_meta": {"version": SETTINGS_VERSION},
        "template": {"settings": {"index": settings}},
    }


def _mapping(alias: str, *, language_analyzers: bool) -> Body:
    # With the analyzers: Elasticsearch refuses a component that names others.
    analysis = _read("analysis.json")["languages" if language_analyzers else "plain"]
    return {
        "_meta": {"version": version(alias)},
        "template": {
            "settings": {"index": {"analysis": analysis}},
            "mappings": mapping(alias),
        },
    }


def _index(alias: str, lifecycle: str | None) -> Body:
    """
    Return the body of the index template `alias`.

    Without an alias: a reindex fills an index before it may be found. `_meta` says what
    the indexer has to know before it makes one.
    """
    managed = {"settings": {"index": {"lifecycle": {"name": lifecycle}}}}
    return {
        "_meta": {"version": version(alias), "layout": FAMILIES[alias].layout},
        "index_patterns": patterns(alias),
        "priority": PRIORITY,
        "composed_of": [SETTINGS, mapping_component(alias)],
        **({"template": managed} if lifecycle else {}),
    }


@cache
def _read(name: str) -> dict[str, Any]:
    text = (files("search_indexer") / "mappings" / name).read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
