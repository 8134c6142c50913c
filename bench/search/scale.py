"""How long searches and panels take over many generated releases, as they grow."""

import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from bench import engines, generated
from bench.search import collection
from bench.search.filling import fill
from bench.search.panels import panels
from bench.search.timing import HEAD, Timed, timed
from communique.query import Search, releases_query
from search_indexer.documents import documents
from search_indexer.facets import facet_aggregations
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.install import install
from search_indexer.search import search

HEAP = "4g"
FAMILIES = f"{RELEASES},{REVISIONS}"


async def scale(sizes: Sequence[int]) -> AsyncIterator[str]:
    """Yield the report's lines: each of `sizes` (releases, rising) is asked alike."""
    until = datetime.now(UTC)
    rising = sorted(sizes)
    made = map(documents, generated.releases(rising[-1], until=until))
    with engines.elasticsearch(heap=HEAP) as server:
        async with AsyncElasticsearch(server.url, request_timeout=600) as client:
            await install(client, language_analyzers=False)
            for fewer, more in itertools.pairwise([0, *rising]):
                began = time.monotonic()
                async for line in fill(client, itertools.islice(made, more - fewer)):
                    yield line
                took = time.monotonic() - began
                await client.indices.refresh(index=FAMILIES)
                size = await _bytes(client)
                yield f"\n### {more:,} releases\n"
                yield (
                    f"{size / 1e9:.1f} GB; the last {more - fewer:,} were written at "
                    f"{(more - fewer) / took:.0f} a second, revisions too."
                )
                for line in HEAD:
                    yield line
                async for one in _ask(client, until):
                    yield one.row()


async def _bytes(client: AsyncElasticsearch) -> int:
    stats = await client.indices.stats(index=FAMILIES, metric="store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


async def _ask(client: AsyncElasticsearch, now: datetime) -> AsyncIterator[Timed]:
    searches = {one.id: one.search(now) for one in collection.questions()}
    newest = {name: replace(one, sort="newest") for name, one in searches.items()}

    def body(asked: Search, **more: object) -> Callable[[], Awaitable[object]]:
        return lambda: client.search(
            index=RELEASES,
            body={**releases_query(asked, counted="aggs" in more), **more},
            request_cache=False,
        )

    yield await timed("search", {n: body(one) for n, one in searches.items()})
    yield await timed("search, newest", {n: body(one) for n, one in newest.items()})
    yield await timed(
        "search, highlights",
        {n: lambda one=one: search(client, one) for n, one in searches.items()},
    )
    yield await timed(
        "search, facets",
        {n: body(one, aggs=facet_aggregations()) for n, one in searches.items()},
    )
    yield await timed(
        "search without words, facets",
        {"all": body(Search(), aggs=facet_aggregations())},
        rounds=20,
    )
    for name, asked in panels(now, (RELEASES, REVISIONS)):
        yield await timed(
            name,
            {
                name: lambda asked=asked: client.search(
                    index=asked.alias, body=dict(asked.body), request_cache=False
                )
            },
            rounds=20,
        )
