"""What a server has, held against what we bring: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from search_indexer.families import FAMILIES, parsed
from search_indexer.templates import Body, Templates, mapping, version

Kind = Literal["component template", "index template", "index", "lifecycle policy"]
State = Literal["new", "changed", "reindex", "newer"]
"""
What `index install` does about it: make it, change it, nothing that it could (a
reindex can), nothing at all (a newer Communique made it).
"""


@dataclass(frozen=True, slots=True)
class Index:
    """An index as it is on the server."""

    aliases: frozenset[str]
    mappings: Body
    settings: Body

    @property
    def version(self) -> int:
        """Return the version of its mapping."""
        return int(self.mappings.get("_meta", {}).get("version", 0))

    @property
    def filled(self) -> int:
        """Return the version of the mapping whose fields all its documents have."""
        return int(self.mappings.get("_meta", {}).get("filled", self.version))


@dataclass(frozen=True, slots=True)
class Installed:
    """What of ours is on a server."""

    components: Mapping[str, Body]
    templates: Mapping[str, Body]
    indices: Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing on the server that is not as ours; `details` say in what."""

    kind: Kind
    name: str
    state: State
    details: tuple[str, ...] = ()


def differences(installed: Installed, ours: Templates) -> Iterator[Difference]:
    """Yield what differs: components, then templates, then indices."""
    for name, body in ours.components.items():
        yield from _of_component(name, installed.components.get(name), body)
    for alias, body in ours.index.items():
        yield from _of_template(alias, installed.templates.get(alias), body)
    for name, index in sorted(installed.indices.items()):
        yield from _of_index(name, index, ours)


def reasons_to_reindex(name: str, index: Index, ours: Templates) -> tuple[str, ...]:
    """Return why the documents of `index` should be written into a new one."""
    parts = parsed(name)
    if parts is None or parts.alias not in index.aliases:
        return ()
    family = FAMILIES[parts.alias]
    if parts.layout > family.layout or index.filled > version(parts.alias):
        return ()
    reasons = []
    if parts.layout < family.layout:
        reasons.append(f"layout {parts.layout}, ours is {family.layout}")
    if index.filled < version(parts.alias):
        reasons.append(f"documents from before mapping version {version(parts.alias)}")
    wanted, found = _flat(ours.settings(parts.alias)), _flat(index.settings)
    fixed = ("index.analysis.analyzer.", "index.number_of_shards")
    if any(
        found.get(key) != value
        for key, value in wanted.items()
        if key.startswith(fixed)
    ):
        reasons.append("other analyzers or shards")
    return tuple(reasons)


def missing_fields(index: Index, alias: str) -> list[str]:
    """Return the paths of our mapping that `index` does not have."""
    found = set(_fields(index.mappings.get("properties", {})))
    return [path for path in _fields(mapping(alias)["properties"]) if path not in found]


def _of_component(name: str, found: Body | None, ours: Body) -> Iterator[Difference]:
    if found is None:
        yield Difference("component template", name, "new")
    elif _version(found) > _version(ours):
        yield Difference("component template", name, "newer")
    elif details := _changes(found["template"], ours["template"]):
        yield Difference("component template", name, "changed", details)


def _of_template(name: str, found: Body | None, ours: Body) -> Iterator[Difference]:
    if found is None:
        yield Difference("index template", name, "new")
        return
    meta, own = found.get("_meta", {}), ours["_meta"]
    if _version(found) > own["version"] or meta.get("layout", 1) > own["layout"]:
        yield Difference("index template", name, "newer")
        return
    compared = ("_meta", "index_patterns", "priority", "composed_of", "template")
    there = {key: found.get(key, {}) for key in compared}
    if details := _changes(there, {key: ours.get(key, {}) for key in compared}):
        yield Difference("index template", name, "changed", details)


def _of_index(name: str, index: Index, ours: Templates) -> Iterator[Difference]:
    parts = parsed(name)
    if parts is None:
        return
    own = version(parts.alias)
    if parts.layout > FAMILIES[parts.alias].layout or index.version > own:
        yield Difference("index", name, "newer")
        return
    if parts.layout == FAMILIES[parts.alias].layout:
        added = missing_fields(index, parts.alias)
        if added or index.version < own:
            yield Difference("index", name, "changed", tuple(f"+ {a}" for a in added))
    if reasons := reasons_to_reindex(name, index, ours):
        yield Difference("index", name, "reindex", reasons)


def _version(body: Body) -> int:
    return int(body.get("_meta", {}).get("version", 0))


def _changes(found: Body, ours: Body) -> tuple[str, ...]:
    there, here = _flat(found), _flat(ours)
    added = [f"+ {key}" for key in here if key not in there]
    gone = [f"- {key}" for key in there if key not in here]
    other = [
        f"~ {key}: {there[key]} → {here[key]}"
        for key in here
        if key in there and there[key] != here[key]
    ]
    return (*added, *gone, *other)


def _flat(value: Any, at: str = "") -> dict[str, str]:  # noqa: ANN401
    """Return the leaves of a body by path, written as Elasticsearch gives them back."""
    if not isinstance(value, Mapping):
        return {at: str(value).lower() if isinstance(value, bool) else str(value)}
    flat: dict[str, str] = {} if value or not at else {at: "{}"}
    for key, inner in value.items():
        flat |= _flat(inner, f"{at}.{key}" if at else key)
    return flat


def _fields(fields: Body, at: str = "") -> Iterator[str]:
    for name, field in fields.items():
        if "type" in field:
            yield f"{at}{name}"
        yield from _fields(field.get("properties", {}), f"{at}{name}.")
        yield from _fields(field.get("fields", {}), f"{at}{name}.")
