"""The indexer as a process on real engines, what it reads, and what it has written."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from communique.codec import Record, encode
from communique.connection import KafkaConnection
from communique.events import EnrichedRelease
from communique.topics import RELEASES_ENRICHED, Naming, all_topics
from communique.worker.kafka import create_topics
from search_indexer.families import RELEASES, REVISIONS
from search_indexer.install import install

NAMING = Naming("bench.")
BOTH = f"{RELEASES},{REVISIONS}"


@dataclass(frozen=True)
class Process:
    """A process that we started."""

    pid: int

    def memory_bytes(self) -> int:
        """Return the most memory that it has had at once."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


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
    """Run the service as `communique up` does while the block runs."""
    log = directory / "indexer.log"
    environment = {
        **os.environ,
        "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "COMMUNIQUE_ELASTICSEARCH_HOSTS": elasticsearch,
        "COMMUNIQUE_LANGUAGE_ANALYZERS": "false",
        "COMMUNIQUE_TOPIC_PREFIX": NAMING.prefix,
        "COMMUNIQUE_STATE_DIR": str(directory / "state"),
        "COMMUNIQUE_LOG_LEVEL": "WARNING",
    }
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "operator_console.service", "search-indexer"),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Process(process.pid)
        if process.returncode is not None:
            raise RuntimeError(f"the indexer ended: {log.read_text()[-2000:]}")
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


def chunks(things: Sequence[Record], size: int) -> list[Sequence[Record]]:
    """Return `things` in pieces."""
    return [things[start : start + size] for start in range(0, len(things), size)]
