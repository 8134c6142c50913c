"""How long searches and panels take over many generated releases, as they grow."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median, quantiles

from elasticsearch import AsyncElasticsearch

from bench import engines, generated
from bench.search import collection
from bench.search.panels import panels
from bench.search.ranking import writer
from communique.events import EnrichedRelease
from communique.query import Search, releases_query
from search_indexer.documents import documents
from search_indexer.facets import facet_aggregations
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.install import install
from search_indexer.search import search

BATCH = 1_000
ROUNDS = 3
TARGET_SECONDS = 0.3
HEAP = "4g"
FAMILIES = f"{RELEASES},{REVISIONS}"


@dataclass(frozen=True)
class Timed:
    """How long one kind of question took, in seconds; each time is of one question."""

    kind: str
    seconds: Sequence[float]
    slowest: str

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20)[-1]

    def row(self) -> str:
        """Return it as a row of a table, in milliseconds."""
        numbers = (median(self.seconds), self.p95, max(self.seconds))
        cells = (f"{number * 1000:.0f}" for number in numbers)
        return f"| {self.kind} | {' | '.join(cells)} | {self.slowest} |"


async def scale(sizes: Sequence[int]) -> AsyncIterator[str]:
    """Yield the report's lines: each of `sizes` (releases, rising) is asked alike."""
    until = datetime.now(UTC)
    rising = sorted(sizes)
    releases = generated.releases(rising[-1], until=until)
    with engines.elasticsearch(heap=HEAP) as server:
        async with AsyncElasticsearch(server.url, request_timeout=600) as client:
            await install(client, language_analyzers=False)
            for fewer, more in itertools.pairwise([0, *rising]):
                began = time.monotonic()
                async for line in _write(client, releases, fewer, more):
                    yield line
                took = time.monotonic() - began
                await client.indices.refresh(index=FAMILIES)
                size = await _bytes(client)
                yield f"\n### {more:,} releases\n"
                yield (
                    f"{size / 1e9:.1f} GB; the last {more - fewer:,} were written at "
                    f"{(more - fewer) / took:.0f} a second, revisions too."
                )
                yield "\n| asked | median ms | p95 ms | worst ms | slowest |"
                yield "|---|---|---|---|---|"
                async for timed in _ask(client, until):
                    yield timed.row()


async def _write(
    client: AsyncElasticsearch,
    releases: Iterator[EnrichedRelease],
    fewer: int,
    more: int,
) -> AsyncIterator[str]:
    bulk = writer(client)
    told = time.monotonic()
    under_way: asyncio.Future[object] = asyncio.ensure_future(asyncio.sleep(0))
    for start in range(fewer, more, BATCH):
        # Made while Elasticsearch is at the ones before.
        some = itertools.islice(releases, min(BATCH, more - start))
        made = [documents(one) for one in some]
        await under_way
        under_way = asyncio.ensure_future(bulk.write(made))
        await asyncio.sleep(0.001)  # so that it is sent
        if time.monotonic() - told > 60:
            told = time.monotonic()
            yield f"<!-- {start:,} written -->"
    await under_way


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

    yield await _timed("search", {n: body(one) for n, one in searches.items()})
    yield await _timed("search, newest", {n: body(one) for n, one in newest.items()})
    yield await _timed(
        "search, highlights",
        {n: lambda one=one: search(client, one) for n, one in searches.items()},
    )
    yield await _timed(
        "search, facets",
        {n: body(one, aggs=facet_aggregations()) for n, one in searches.items()},
    )
    yield await _timed(
        "search without words, facets",
        {"all": body(Search(), aggs=facet_aggregations())},
        rounds=20,
    )
    for name, asked in panels(now):
        yield await _timed(
            name,
            {
                name: lambda asked=asked: client.search(
                    index=asked.alias, body=dict(asked.body), request_cache=False
                )
            },
            rounds=20,
        )


async def _timed(
    kind: str,
    asks: dict[str, Callable[[], Awaitable[object]]],
    rounds: int = ROUNDS,
) -> Timed:
    """Ask all, `rounds` times in mixed order, one at a time; a first time warms up."""
    for ask in asks.values():
        await ask()
    seconds: dict[str, list[float]] = {name: [] for name in asks}
    order = [name for name in asks for _ in range(rounds)]
    random.Random(1).shuffle(order)
    for name in order:
        began = time.perf_counter()
        await asks[name]()
        seconds[name].append(time.perf_counter() - began)
        await asyncio.sleep(0)
    slowest = max(seconds, key=lambda name: median(seconds[name]))
    return Timed(kind, [one for some in seconds.values() for one in some], slowest)
