"""
Writes the documents of an index into a new one while the indexer goes on writing.

Why no document can be lost: versions decide which state of a document stays, in either
index, so copying may be done in any order and as often as one likes. The write alias
moves first; then the old index is blocked for writing, which Elasticsearch confirms
only when every write to it has ended; what is there then is compared, document by
document, and copied where it is newer. Only then is the new one searched
(docs/decisions/0021).
"""

from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError
from elasticsearch.helpers import async_streaming_bulk

from communique.errors import NotReadyError
from search_indexer.difference import differences
from search_indexer.documents import refilled
from search_indexer.families import IndexName
from search_indexer.install import indices, installed
from search_indexer.moves import Move, moves
from search_indexer.ready import INSTALL, UPDATE, added_aliases
from search_indexer.templates import Templates

PAGE = 2_000
"""Ids and versions that are compared at once."""
CHUNK = 200
"""Documents that are read at once."""
MAX_CHUNK_BYTES = 5_000_000
PASSES = 5
"""Of catching up before the switch; what is left then is copied behind it."""
KEEP_ALIVE = "5m"
REQUEST_SECONDS = 60.0

Say = Callable[[str, int, int], None]
"""Is told what is being done, how many documents of it are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many documents the new index got from the old one, and has in all."""

    copied: int
    documents: int


async def reindex(client: AsyncElasticsearch, move: Move, say: Say) -> Moved:
    """
    Do `move`, from wherever an earlier run has left it; the old index stays.

    Raises NotReadyError if the new index refuses a document, or does not have all of
    them in the end; the old one is searched then as before.
    """
    client = client.options(request_timeout=REQUEST_SECONDS)
    source, target = str(move.source), str(move.target)
    await _create(client, target)
    copied = 0
    for number in range(PASSES):
        late = await _copy(client, move, say, "catching up" if number else "copying")
        copied += late
        if late < PAGE:
            break
    await _write_to(client, move)
    # Confirmed when all that was under way to the old index has arrived there.
    await client.indices.add_block(index=source, block="write")
    copied += await _copy(client, move, say, "last documents")
    if missing := await _copy(client, move, say, "verifying"):
        raise NotReadyError(
            f"{target} lacks {missing} documents of {source}; run it once more."
        )
    await client.indices.update_aliases(
        actions=[
            {"remove": {"index": source, "alias": move.source.alias}},
            {"add": {"index": target, "alias": move.source.alias}},
        ]
    )
    await client.indices.refresh(index=target)
    counted = await client.count(index=target)
    return Moved(copied, counted["count"])


async def plan(
    client: AsyncElasticsearch,
    ours: Templates,
    *,
    aliases: Collection[str],
    everything: bool = False,
) -> list[Move]:
    """
    Return the moves that the families `aliases` need, or all that they could have.

    Raises NotReadyError if the templates are not ours: new indices come from them.
    """
    for difference in differences(await installed(client), ours):
        if difference.kind != "index":
            why = UPDATE if difference.state == "newer" else INSTALL
            raise NotReadyError(
                f"the {difference.kind} {difference.name} is not as ours: {why}"
            )
    found = await indices(client, aliases)
    return moves(found, ours, aliases=aliases, everything=everything)


async def drop(client: AsyncElasticsearch, kept: Iterable[IndexName]) -> list[str]:
    """Delete indices that a reindex has replaced, and return their names."""
    names = [str(name) for name in kept]
    for name in names:
        await client.indices.delete(index=name)
    return names


async def _create(client: AsyncElasticsearch, target: str) -> None:
    try:
        await client.indices.create(index=target)
    except BadRequestError as error:  # an earlier run has
        if error.error != "resource_already_exists_exception":
            raise


async def _write_to(client: AsyncElasticsearch, move: Move) -> None:
    """Let the indexer write to the new index from now on; in one step."""
    *_, write = added_aliases(str(move.target), move.target)
    old = {"index": str(move.source), "alias": move.source.write_alias}
    held = await client.indices.get_alias(index=str(move.source))
    is_written = old["alias"] in held[old["index"]]["aliases"]
    await client.indices.update_aliases(
        actions=[*([{"remove": old}] if is_written else []), write]
    )


async def _copy(client: AsyncElasticsearch, move: Move, say: Say, what: str) -> int:
    """Copy what is newer in the old index, or not in the new one; return how many."""
    source, target = str(move.source), str(move.target)
    copied = done = 0
    async for versions, total in _versions(client, source):
        there = await _found(client, target, list(versions))
        late = [id for id, version in versions.items() if there.get(id, -1) < version]
        for start in range(0, len(late), CHUNK):
            await _write(client, move, late[start : start + CHUNK])
        copied += len(late)
        done += len(versions)
        say(what, done, total)
    return copied


async def _versions(
    client: AsyncElasticsearch, index: str
) -> AsyncIterator[tuple[dict[str, int], int]]:
    """Yield the versions of all documents by id, page by page, and how many in all."""
    await client.indices.refresh(index=index)
    opened = await client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)
    pit, after = opened["id"], None
    try:
        while True:
            answer = await client.search(
                pit={"id": pit, "keep_alive": KEEP_ALIVE},
                size=PAGE,
                sort=[{"_shard_doc": "asc"}],
                search_after=after,
                version=True,
                source=False,
                track_total_hits=True,
                allow_partial_search_results=False,
            )
            hits = answer["hits"]["hits"]
            if not hits:
                return
            pit, after = answer["pit_id"], hits[-1]["sort"]
            versions = {hit["_id"]: hit["_version"] for hit in hits}
            yield versions, answer["hits"]["total"]["value"]
    finally:
        await client.close_point_in_time(id=pit)


async def _found(
    client: AsyncElasticsearch, index: str, ids: Sequence[str]
) -> Mapping[str, int]:
    """Return the versions of those of `ids` that `index` has."""
    answer = await client.mget(index=index, ids=list(ids), source=False)
    return {doc["_id"]: doc["_version"] for doc in answer["docs"] if doc.get("found")}


async def _write(client: AsyncElasticsearch, move: Move, ids: Sequence[str]) -> None:
    """Write documents as they are now into the new index; older ones never win."""
    answer = await client.mget(index=str(move.source), ids=list(ids))
    actions = (
        {
            "_op_type": "index",
            "_index": str(move.target),
            "_id": doc["_id"],
            "version": doc["_version"],
            "version_type": "external_gte",
            "_source": refilled(move.source.alias, doc["_source"]),
        }
        for doc in answer["docs"]
        if doc.get("found")
    )
    async for taken, item in async_streaming_bulk(
        client, actions, max_chunk_bytes=MAX_CHUNK_BYTES, raise_on_error=False
    ):
        result: dict[str, Any] = item["index"]
        if not taken and result["status"] != 409:  # it has a newer one
            reason = result.get("error", {}).get("reason", result["status"])
            raise NotReadyError(
                f"{move.target} refuses the document {result['_id']}: {reason}"
            )
