"""How long it takes from an event on `releases.enriched` to a search that finds it."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from statistics import median, quantiles

from elasticsearch import AsyncElasticsearch

from bench import engines, generated
from bench.indexing import indexer as service
from communique.connection import KafkaConnection
from communique.worker.producer import Producer
from search_indexer.families import RELEASES

A_SECOND = 20
LOOK_SECONDS = 0.02
WARM_UP_SECONDS = 5.0


async def freshness(seconds: float) -> AsyncIterator[str]:
    """Yield the figures of `seconds` of 20 releases a second."""
    count = int((seconds + WARM_UP_SECONDS) * A_SECOND)
    until = datetime.now(UTC)
    events = list(generated.releases(count, until=until, years=0.01, seed=2))
    sent: dict[str, float] = {}
    waits: list[float] = []
    with engines.kafka_and_elasticsearch() as (kafka, server), engines.folder() as home:
        connection = KafkaConnection(kafka.bootstrap_servers)
        async with (
            AsyncElasticsearch(server.url) as client,
            Producer(connection, client_id="bench") as producer,
        ):
            await service.prepare(connection, client)
            async with service.indexer(kafka.bootstrap_servers, server.url, home):
                first = events.pop()
                await producer.send_all([service.record(first)])
                while not await service.searchable(client):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)
                began = time.monotonic()

                async def send() -> None:
                    for number, event in enumerate(events):
                        due = began + number / A_SECOND
                        await asyncio.sleep(max(0.0, due - time.monotonic()))
                        sent[event.release_id] = time.monotonic()
                        await producer.send_all([service.record(event)])

                sending = asyncio.ensure_future(send())
                while sent or not sending.done():
                    for name in await _found(client, list(sent)):
                        at = sent.pop(name)
                        if at > began + WARM_UP_SECONDS:
                            waits.append(time.monotonic() - at)
                    await asyncio.sleep(LOOK_SECONDS)
                await sending
    p95 = quantiles(waits, n=20)[-1]
    yield (
        f"from the event to a search hit: median {median(waits):.2f} s, p95 {p95:.2f} "
        f"s, worst {max(waits):.2f} s ({len(waits)} releases, {A_SECOND} a second)"
    )


async def _found(client: AsyncElasticsearch, names: list[str]) -> list[str]:
    answer = await client.search(
        index=RELEASES,
        query={"terms": {"release_id": names}},
        size=max(len(names), 1),
        source=False,
    )
    return [hit["_id"] for hit in answer["hits"]["hits"]]
