"""Puts into Elasticsearch what documents need, and says what was different."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from elasticsearch import AsyncElasticsearch, NotFoundError

from search_indexer.difference import (
    Difference,
    Index,
    Installed,
    differences,
)
from search_indexer.families import FAMILIES, parsed
from search_indexer.lifecycle import installed_policies, policies
from search_indexer.templates import Templates, mapping, templates

OWN = "communique-*"


@dataclass(frozen=True, slots=True)
class Installation:
    """What differed; and what this server cannot do, in sentences."""

    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()


async def install(
    client: AsyncElasticsearch,
    *,
    language_analyzers: bool,
    replicas: int = 0,
    shards: int = 1,
    retention: Mapping[str, timedelta] | None = None,
    dry_run: bool = False,
) -> Installation:
    """
    Put our templates, and new fields into the indices that exist; return what differed.

    Any number of processes may do so at any time. What a newer Communique installed is
    left alone. Analyzers, replicas, shards and retention (by alias) hold for indices
    made from now on.
    """
    wanted = policies(retention or {})
    there = await installed_policies(client) if wanted else {}
    notes: tuple[str, ...] = ()
    if there is None:
        wanted = {}
        notes = (
            "This server has no index lifecycle management: run `communique index "
            "expire` now and then, or old indices stay.",
        )
    ours = templates(
        language_analyzers=language_analyzers,
        replicas=replicas,
        shards=shards,
        lifecycles={alias: alias for alias in wanted},
    )
    found = (
        *(
            Difference("lifecycle policy", name, "changed" if name in there else "new")
            for name, policy in wanted.items()
            if there is not None and not _same_policy(there.get(name), policy)
        ),
        *differences(await installed(client), ours),
    )
    if not dry_run:
        for difference in found:
            if difference.state in ("new", "changed"):
                await _put(client, difference, ours, wanted)
    return Installation(found, notes)


async def installed(client: AsyncElasticsearch) -> Installed:
    """Return what of ours is on the server."""
    components = await _or_nothing(client.cluster.get_component_template, name=OWN)
    index_templates = await _or_nothing(client.indices.get_index_template, name=OWN)
    return Installed(
        components={
            one["name"]: one["component_template"]
            for one in components.get("component_templates", ())
        },
        templates={
            one["name"]: one["index_template"]
            for one in index_templates.get("index_templates", ())
        },
        indices=await indices(client, list(FAMILIES)),
    )


async def indices(
    client: AsyncElasticsearch, aliases: Sequence[str]
) -> dict[str, Index]:
    """Return all indices of these families, of whatever layout, by name."""
    patterns = [f"{alias}-v*" for alias in aliases]
    answer = await _or_nothing(client.indices.get, index=patterns)
    return {
        name: Index(
            frozenset(held.get("aliases", ())), held["mappings"], held["settings"]
        )
        for name, held in answer.items()
        if parsed(name)
    }


async def _or_nothing(
    ask: Callable[..., Awaitable[Any]], **asked: object
) -> Mapping[str, Any]:
    try:
        answer = await ask(**asked)
    except NotFoundError:
        return {}
    body: Mapping[str, Any] = answer.body
    return body


async def _put(
    client: AsyncElasticsearch,
    difference: Difference,
    ours: Templates,
    wanted: Mapping[str, Mapping[str, Any]],
) -> None:
    name = difference.name
    match difference.kind:
        case "lifecycle policy":
            await client.ilm.put_lifecycle(name=name, policy=wanted[name])
        case "component template":
            body = _with_meta(ours.components[name])
            await client.cluster.put_component_template(name=name, **body)
        case "index template":
            body = _with_meta(ours.index[name])
            await client.indices.put_index_template(name=name, **body)
        case "index":
            await _add_fields(client, name)


async def _add_fields(client: AsyncElasticsearch, name: str) -> None:
    parts = parsed(name)
    found = await indices(client, [parts.alias] if parts else [])
    if parts is None or name not in found:
        return  # it has just been removed
    ours = mapping(parts.alias)
    # Documents that are there do not have what is new: a reindex fills it.
    meta = {**ours["_meta"], "filled": found[name].filled}
    await client.indices.put_mapping(
        index=name, properties=ours["properties"], meta=meta
    )


def _with_meta(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"meta" if key == "_meta" else key: value for key, value in body.items()}


def _same_policy(found: Mapping[str, Any] | None, ours: Mapping[str, Any]) -> bool:
    if found is None:
        return False
    delete = found.get("phases", {}).get("delete", {})
    wanted: bool = delete.get("min_age") == ours["phases"]["delete"]["min_age"]
    return wanted
