"""The indexer as a process on real engines, what it reads, and what it has written."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from bench.process import Process, running_service
from communique.codec import Record, encode
from communique.connection import KafkaConnection
from communique.events import EnrichedRelease
from communique.topics import RELEASES_ENRICHED, Naming, all_topics
from communique.worker.kafka import create_topics
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.install import install

NAMING = Naming("bench.")
BOTH = f"{RELEASES},{REVISIONS}"


def record(event: EnrichedRelease) -> Record:
    """Return `event` as the enrichment writes it."""
    return encode(
        event,
        topic=NAMING.topic(RELEASES_ENRICHED),
        key=event.release_id,
        ce_id=f"{event.release_id}:{event.version}:{event.generation}",
        ce_type=f"release.{event.change}",
        ce_time=event.revision_seen_at,
        subject=event.release_id,
        version=event.version,
    )


async def prepare(kafka: KafkaConnection, client: AsyncElasticsearch) -> None:
    """Make the topics and the templates."""
    await create_topics(kafka, all_topics(), NAMING)
    await install(client, language_analyzers=False)


async def emptied(client: AsyncElasticsearch) -> None:
    """Take away what both families hold, so that the next run begins with nothing."""
    held = await client.indices.get_alias(
        index=[f"{RELEASES}-*", f"{REVISIONS}-*"], allow_no_indices=True
    )
    for index in held:
        await client.indices.delete(index=index)


async def searchable(client: AsyncElasticsearch) -> int:
    """Return how many documents of both families a search finds; none at first."""
    answer = await client.options(ignore_status=(404, 503)).count(
        index=BOTH, ignore_unavailable=True
    )
    return int(answer.get("count", 0))


async def taken(client: AsyncElasticsearch) -> int:
    """Return how many documents Elasticsearch has taken, searchable or not."""
    answer = await client.indices.stats(
        index=[f"{RELEASES}-*", f"{REVISIONS}-*"], metric="indexing"
    )
    return int(answer["_all"]["primaries"].get("indexing", {}).get("index_total", 0))


@asynccontextmanager
async def indexer(
    kafka: str, elasticsearch: str, directory: Path
) -> AsyncIterator[Process]:
    """Run the service on these engines while the block runs."""
    async with running_service(
        "search-indexer",
        directory,
        COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS=kafka,
        COMMUNIQUE_ELASTICSEARCH_HOSTS=elasticsearch,
        COMMUNIQUE_LANGUAGE_ANALYZERS="false",
        COMMUNIQUE_TOPIC_PREFIX=NAMING.prefix,
    ) as process:
        yield process


def chunks(things: Sequence[Record], size: int) -> list[Sequence[Record]]:
    """Return `things` in pieces."""
    return [things[start : start + size] for start in range(0, len(things), size)]
