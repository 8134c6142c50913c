"""From Kafka to searchable, beside bare bulk indexing of the same documents."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from elasticsearch import AsyncElasticsearch

from bench import engines, generated
from bench.indexing import indexer as service
from communique.connection import KafkaConnection
from communique.events import EnrichedRelease
from communique.worker.producer import Producer
from search_indexer.bulk import IN_FLIGHT, MAX_CHUNK_DOCUMENTS
from search_indexer.documents import documents
from search_indexer.families import parsed, write_alias
from search_indexer.ready import ensure_index

LOOK_SECONDS = 0.1
YEARS = 1.0


async def rate(count: int, rounds: int) -> AsyncIterator[str]:
    """Yield the figures of `rounds` runs of each kind, in turns, `count` releases."""
    until = datetime.now(UTC)
    events = list(generated.releases(count, until=until, years=YEARS))
    lines = [_line(action) for one in events for action in documents(one)]
    size = sum(len(line) for line in lines) / len(lines)
    yield f"{count} releases, {len(lines)} documents of {size / 1024:.1f} KB each"
    bare, ours, memory = [], [], []
    with engines.kafka_and_elasticsearch() as (kafka, elasticsearch):
        connection = KafkaConnection(kafka.bootstrap_servers)
        async with AsyncElasticsearch(elasticsearch.url, request_timeout=60) as client:
            await service.prepare(connection, client)
            await _produce(connection, events)
            await _bare(client, events, lines)  # Java is slow at first
            for number in range(1, rounds + 1):
                bare.append(await _bare(client, events, lines))
                yield f"round {number}: bare bulk {bare[-1]:.0f} documents/s"
                with engines.folder() as directory:
                    speed, most = await _ours(
                        client,
                        kafka.bootstrap_servers,
                        elasticsearch.url,
                        directory,
                        len(lines),
                    )
                ours.append(speed)
                memory.append(most)
                yield (
                    f"round {number}: indexer {speed:.0f} documents/s, "
                    f"{speed / bare[-1]:.2f} of bare, memory {most / 1e6:.0f} MB"
                )
                if number < rounds:
                    await _produce(connection, events)
    yield (
        f"median: bare {median(bare):.0f}, indexer {median(ours):.0f} documents/s: "
        f"{median(ours) / median(bare):.2f}; memory up to {max(memory) / 1e6:.0f} MB"
    )


async def _produce(
    connection: KafkaConnection, events: Sequence[EnrichedRelease]
) -> None:
    async with Producer(connection, client_id="bench") as producer:
        for some in service.chunks([service.record(one) for one in events], 1000):
            await producer.send_all(some)


async def _bare(
    client: AsyncElasticsearch,
    events: Sequence[EnrichedRelease],
    lines: Sequence[bytes],
) -> float:
    """Send what is made already, in requests as large and as many as the indexer's."""
    await service.emptied(client)
    for index in sorted({a.index for one in events for a in documents(one)}):
        await ensure_index(client, index)
    waiting = iter(range(0, len(lines), MAX_CHUNK_DOCUMENTS))

    async def send() -> None:
        for start in waiting:
            chunk = lines[start : start + MAX_CHUNK_DOCUMENTS]
            answer = await client.perform_request(
                "POST",
                "/_bulk",
                headers={
                    "content-type": "application/x-ndjson",
                    "accept": "application/json",
                },
                body=b"".join(chunk),
            )
            assert not answer.body["errors"]

    async def send_all() -> None:
        await asyncio.gather(*(send() for _ in range(IN_FLIGHT)))

    return await _speed(client, len(lines), send_all)


async def _ours(
    client: AsyncElasticsearch,
    kafka: str,
    elasticsearch: str,
    directory: Path,
    count: int,
) -> tuple[float, int]:
    """Return the documents a second of the service, and the most memory it had."""
    await service.emptied(client)
    async with service.indexer(kafka, elasticsearch, directory) as process:

        async def nothing() -> None:
            """Do nothing: the service is at it."""

        speed = await _speed(client, count, nothing)
        return speed, process.memory_bytes()


async def _speed(
    client: AsyncElasticsearch, count: int, work: Callable[[], Awaitable[None]]
) -> float:
    """
    Return how many documents a second became searchable while `work` ran.

    The clock runs from the moment that Elasticsearch has taken a first one, so that
    the start of a process is not in it, to the search that finds them all.
    """
    at_work = asyncio.ensure_future(work())
    while not (before := await service.taken(client)):
        await asyncio.sleep(LOOK_SECONDS / 5)
        if at_work.done():
            await at_work  # it may have failed
    began = time.monotonic()
    while await service.searchable(client) < count:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_SECONDS)
    took = time.monotonic() - began
    await at_work
    return (count - before) / took


def _line(action) -> bytes:
    name = parsed(action.index)
    assert name is not None
    head = {
        "index": {
            "_index": write_alias(action.index),
            "_id": action.id,
            "version": action.version,
            "version_type": "external_gte",
        }
    }
    body = json.dumps(action.document, ensure_ascii=False, separators=(",", ":"))
    return f"{json.dumps(head)}\n{body}\n".encode()
