"""Reads any number of releases, a page at a time, as they were at one moment."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from elasticsearch import (
    ApiError,
    AsyncElasticsearch,
    NotFoundError,
    TransportError,
)

from search_indexer.ask import TIMEOUT_SECONDS, ask_all, in_words
from search_indexer.families import RELEASES

KEEP_ALIVE = "5m"
"""Between two pages: whoever takes longer over one finds the point in time gone."""

NEWEST_FIRST: Sequence[Mapping[str, str]] = (
    {"@timestamp": "desc"},
    {"release_id": "asc"},
)
"""By what never changes between two pages, as a score with the time in it would."""

Hit = Mapping[str, Any]


@asynccontextmanager
async def pages(
    client: AsyncElasticsearch,
    query: Mapping[str, Any],
    *,
    size: int,
    source: bool | Mapping[str, Any] = True,
    sort: Sequence[Mapping[str, str]] = NEWEST_FIRST,
) -> AsyncIterator[AsyncIterator[Sequence[Hit]]]:
    """
    Hold all hits of `query` open, as pages of up to `size`, each hit once.

    What is written meanwhile is not in them. Only one page is in memory; the point in
    time that they are read from is closed in any case.

    Raises NotReadyError, also between two pages, if not every hit can be read.
    """
    patient = client.options(max_retries=0, request_timeout=TIMEOUT_SECONDS)
    with in_words(RELEASES):
        opened = await patient.open_point_in_time(
            index=await _behind(patient) or RELEASES, keep_alive=KEEP_ALIVE
        )
    view = {"id": opened["id"], "keep_alive": KEEP_ALIVE}
    body = {
        "query": query,
        "size": size,
        "sort": list(sort),
        "_source": source,
        "track_total_hits": False,
        "pit": view,
    }
    try:
        yield _read(client, body)
    finally:
        # Elasticsearch forgets it by itself after a while, if it cannot be told.
        with suppress(ApiError, TransportError):
            await patient.close_point_in_time(id=view["id"])


async def _behind(client: AsyncElasticsearch) -> list[str]:
    # The embedded engine's point in time of an alias has but one of its indices.
    try:
        return sorted(await client.indices.get_alias(name=RELEASES))
    except NotFoundError:
        return []


async def _read(
    client: AsyncElasticsearch, body: dict[str, Any]
) -> AsyncIterator[Sequence[Hit]]:
    while True:
        answer = await ask_all(client, None, body)
        body["pit"]["id"] = answer.get("pit_id", body["pit"]["id"])
        hits: Sequence[Hit] = answer["hits"]["hits"]
        if not hits:
            return
        yield hits
        body["search_after"] = hits[-1]["sort"]
