"""Puts into Elasticsearch what documents need: templates, aliases, the year's index."""

from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from communique.errors import NotReadyError
from search_indexer.families import FAMILIES, alias_of
from search_indexer.templates import mapping, patterns, template, version

_INSTALL = "run `communique index install`"


async def install(
    client: AsyncElasticsearch,
    *,
    language_analyzers: bool,
    replicas: int = 0,
    shards: int = 1,
) -> None:
    """
    Put our index templates, and new fields into the indices that exist.

    Any number of processes may do so at any time. What a newer Communique installed is
    left alone. Analyzers, replicas and shards hold for indices made from now on.
    """
    for alias in FAMILIES:
        installed = await _template_version(client, alias)
        if installed is None or installed <= version(alias):
            body = template(
                alias,
                language_analyzers=language_analyzers,
                replicas=replicas,
                shards=shards,
            )
            await client.indices.put_index_template(name=alias, **body)
        for index, older in (await _versions(client, patterns(alias))).items():
            if older <= version(alias):
                ours = mapping(alias)
                await client.indices.put_mapping(
                    index=index, properties=ours["properties"], meta=ours["_meta"]
                )


async def check_mapping(client: AsyncElasticsearch) -> None:
    """
    Return if the installed templates have all the fields that we write.

    Raises NotReadyError if one is missing or older than our own.
    """
    for alias in FAMILIES:
        installed = await _template_version(client, alias)
        if installed is None:
            raise NotReadyError(
                f"Elasticsearch has no index template {alias}: {_INSTALL}"
            )
        _check_version(f"index template {alias}", installed, version(alias))


async def ensure_index(client: AsyncElasticsearch, index: str) -> None:
    """
    Make `index` if it is not there, with its mapping and behind its alias.

    Two processes may do so at once: Elasticsearch lets one of them, and the alias
    comes with the template in the same moment.

    Raises NotReadyError if the index or its template is older than our own mapping.
    """
    alias = alias_of(index)
    versions = await _versions(client, index)
    if index not in versions:
        await check_mapping(client)
        await _create(client, index)
        versions = await _versions(client, index)
    _check_version(f"index {index}", versions.get(index, 0), version(alias))
    if not await client.indices.exists_alias(index=index, name=alias):
        await client.indices.put_alias(index=index, name=alias)


async def _create(client: AsyncElasticsearch, index: str) -> None:
    try:
        await client.indices.create(index=index)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


async def _template_version(client: AsyncElasticsearch, name: str) -> int | None:
    try:
        answer = await client.indices.get_index_template(name=name)
    except NotFoundError:
        return None
    body = answer["index_templates"][0]["index_template"]
    return _version(body.get("template", {}).get("mappings", {}))


async def _versions(
    client: AsyncElasticsearch, pattern: str | list[str]
) -> dict[str, int]:
    try:
        answer = await client.indices.get_mapping(
            index=pattern, ignore_unavailable=True
        )
    except NotFoundError:
        return {}
    return {name: _version(body["mappings"]) for name, body in answer.items()}


def _version(mappings: dict[str, Any]) -> int:
    return int(mappings.get("_meta", {}).get("version", 0))


def _check_version(what: str, installed: int, own: int) -> None:
    if installed < own:
        raise NotReadyError(
            f"the {what} has mapping version {installed}, we need {own}: {_INSTALL}"
        )
