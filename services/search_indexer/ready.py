"""Sees to it that documents have their index: templates, aliases, the year's index."""

from collections.abc import Mapping
from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from communique.errors import NotReadyError
from search_indexer.families import FAMILIES, IndexName, parsed
from search_indexer.templates import version

INSTALL = "run `communique index install`"
REINDEX = "run `communique index reindex`"
UPDATE = "a newer Communique has changed it: update this one"


async def check_mapping(client: AsyncElasticsearch) -> None:
    """
    Return if the installed templates have all the fields that we write.

    Raises NotReadyError if one is missing, older than our own, or of another layout.
    """
    for alias in FAMILIES:
        await _check_template(client, alias)


async def ensure_index(client: AsyncElasticsearch, index: str) -> None:
    """
    Make `index` if its time has none, with its mapping and behind its aliases.

    Documents are written through `write_alias(index)`, which a reindex may have moved
    to another index. Two processes may do so at once: Elasticsearch lets one of them
    make it, and the aliases come with it in the same moment.

    Raises NotReadyError if the index or its template is older than our own mapping, or
    of another layout.
    """
    name = parsed(index)
    if name is None:
        raise NotReadyError(f"{index} is no name of an index of ours")
    held = await aliases_of_family(client, name.alias)
    current = await _made(client, name, held)
    mappings = await client.indices.get_mapping(index=current)
    meta = mappings[current]["mappings"].get("_meta", {})
    check_version(f"index {current}", int(meta.get("version", 0)), version(name.alias))


async def aliases_of_family(
    client: AsyncElasticsearch, alias: str
) -> Mapping[str, set[str]]:
    """Return every index of a family, of whatever layout, with its aliases."""
    try:
        answer = await client.indices.get_alias(index=f"{alias}-v*")
    except NotFoundError:
        return {}
    return {index: set(held["aliases"]) for index, held in answer.items()}


def check_version(what: str, installed: int, own: int) -> None:
    """Raise NotReadyError if `what` has an older mapping than our own."""
    if installed < own:
        raise NotReadyError(
            f"the {what} has mapping version {installed}, we need {own}: {INSTALL}"
        )


async def _made(
    client: AsyncElasticsearch, name: IndexName, held: Mapping[str, set[str]]
) -> str:
    """Return the index of the time of `name`, made if need be, behind its aliases."""
    same_time = {
        other: found
        for other in held
        if (found := parsed(other)) and found.period == name.period
    }
    written = [other for other in same_time if name.write_alias in held[other]]
    searched = [other for other in same_time if name.alias in held[other]]
    if written and searched:  # by turns two, while a reindex ends
        return written[0]
    current = next(iter((*written, *searched)), str(name))
    if current not in same_time:
        await _check_template(client, name.alias)
        await _create(client, name)
        return current
    layout = same_time[current].layout
    if layout != name.layout:
        why = UPDATE if layout > name.layout else REINDEX
        raise NotReadyError(
            f"the index {current} has layout {layout}, we need {name.layout}: {why}"
        )
    await client.indices.update_aliases(actions=added_aliases(current, name))
    return current


def added_aliases(index: str, name: IndexName) -> list[dict[str, Any]]:
    """Return the actions that put `index` behind both aliases of `name`."""
    return [
        {"add": {"index": index, "alias": name.alias}},
        {"add": {"index": index, "alias": name.write_alias, "is_write_index": True}},
    ]


async def _create(client: AsyncElasticsearch, name: IndexName) -> None:
    aliases = {name.alias: {}, name.write_alias: {"is_write_index": True}}
    try:
        await client.indices.create(index=str(name), aliases=aliases)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


async def _check_template(client: AsyncElasticsearch, alias: str) -> None:
    meta = await template_meta(client, alias)
    if meta is None:
        raise NotReadyError(f"Elasticsearch has no index template {alias}: {INSTALL}")
    what, layout = f"index template {alias}", int(meta.get("layout", 1))
    if layout > FAMILIES[alias].layout:
        raise NotReadyError(f"the {what} has layout {layout}: {UPDATE}")
    check_version(what, int(meta.get("version", 0)), version(alias))


async def template_meta(
    client: AsyncElasticsearch, alias: str
) -> Mapping[str, Any] | None:
    """Return `_meta` of the installed index template `alias`; None: there is none."""
    try:
        answer = await client.indices.get_index_template(name=alias)
    except NotFoundError:
        return None
    body = answer["index_templates"][0]["index_template"]
    meta: Mapping[str, Any] = body.get("_meta", {})
    return meta
