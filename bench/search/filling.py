"""Writes what is generated as the indexer would, however much it is."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator, Sequence

from elasticsearch import AsyncElasticsearch

from bench.search.ranking import writer
from search_indexer.documents import BulkAction

BATCH = 1_000


async def fill(
    client: AsyncElasticsearch, made: Iterator[Sequence[BulkAction]]
) -> AsyncIterator[str]:
    """Write the documents of all messages; yield how far, once a minute."""
    bulk = writer(client)
    told, written = time.monotonic(), 0
    under_way: asyncio.Future[object] = asyncio.ensure_future(asyncio.sleep(0))
    # Made while Elasticsearch is at the ones before.
    while some := list(itertools.islice(made, BATCH)):
        await under_way
        under_way = asyncio.ensure_future(bulk.write(some))
        await asyncio.sleep(0.001)  # so that it is sent
        written += len(some)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            yield f"<!-- {written:,} written -->"
    await under_way
