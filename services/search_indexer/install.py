"""Puts into Elasticsearch what documents need, and says what was different."""

from collections.abc import Awaitable, Callable, Collection, Mapping
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
NO_ILM = (
    "This server has no index lifecycle management: run `communique index expire` now "
    "and then, or old indices stay."
)


@dataclass(frozen=True, slots=True)
class Installation:
    """What differed; and what this server cannot do, in sentences."""

    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    """What we bring to a server that can do what this one can."""

    templates: Templates
    policies: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...] = ()


async def bring(
    client: AsyncElasticsearch,
    *,
    language_analyzers: bool,
    replicas: int = 0,
    shards: int = 1,
    retention: Mapping[str, timedelta] | None = None,
) -> Ours:
    """
    Return what we would install on this server.

    `retention` by alias becomes a policy, if the server has lifecycle management.
    """
    wanted = policies(retention or {})
    has_ilm = not wanted or await installed_policies(client) is not None
    kept = wanted if has_ilm else {}
    return Ours(
        templates(
            language_analyzers=language_analyzers,
            replicas=replicas,
            shards=shards,
            lifecycles={alias: alias for alias in kept},
        ),
        kept,
        () if has_ilm else (NO_ILM,),
    )


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
    ours = await bring(
        client,
        language_analyzers=language_analyzers,
        replicas=replicas,
        shards=shards,
        retention=retention,
    )
    there = await installed_policies(client) if ours.policies else {}
    found = (
        *(
            Difference("lifecycle policy", name, "changed" if name in there else "new")
            for name, policy in ours.policies.items()
            if there is not None and not _same_policy(there.get(name), policy)
        ),
        *differences(await installed(client), ours.templates),
    )
    if not dry_run:
        for difference in found:
            if difference.state in ("new", "changed"):
                await _put(client, difference, ours)
    return Installation(found, ours.notes)


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
    client: AsyncElasticsearch, aliases: Collection[str]
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
    ours: Ours,
) -> None:
    name = difference.name
    match difference.kind:
        case "lifecycle policy":
            await client.ilm.put_lifecycle(name=name, policy=ours.policies[name])
        case "component template":
            body = _with_meta(ours.templates.components[name])
            await client.cluster.put_component_template(name=name, **body)
        case "index template":
            body = _with_meta(ours.templates.index[name])
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
