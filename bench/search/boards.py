"""How long the panels of feeds and services take, over a month of both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from bench import engines, generated_health
from bench.search.filling import fill
from bench.search.panels import MONTH, panels
from bench.search.timing import HEAD, timed
from search_indexer.families import FEEDS, PIPELINE, POLLS
from search_indexer.install import install

VISITS = 200_000
FEEDS_VISITED = 5_000
MINUTES = 30 * 24 * 60
ASKED = 20
HEAP = "4g"


async def boards(visits: int = VISITS, minutes: int = MINUTES) -> AsyncIterator[str]:
    """Yield the report's lines."""
    until = datetime.now(UTC)
    with engines.elasticsearch(heap=HEAP) as server:
        async with AsyncElasticsearch(server.url, request_timeout=600) as client:
            await install(client, language_analyzers=False)
            for made in (
                generated_health.visits(visits, until=until, feeds=FEEDS_VISITED),
                generated_health.minutes(minutes, until=until),
            ):
                async for line in fill(client, made):
                    yield line
            counts = []
            for alias in (FEEDS, POLLS, PIPELINE):
                await client.indices.refresh(index=alias)
                counts.append((await client.count(index=alias))["count"])
            yield "{:,} feeds, {:,} visits, {:,} documents of the pipeline.".format(
                *counts
            )
            for line in HEAD:
                yield line
            for name, asked in panels(until, (FEEDS, POLLS, PIPELINE), MONTH):
                found = await timed(
                    name,
                    {
                        name: lambda asked=asked: client.search(
                            index=asked.alias,
                            body=dict(asked.body),
                            request_cache=False,
                        )
                    },
                    rounds=ASKED,
                )
                yield found.row()
