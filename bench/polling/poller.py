"""The real service on the embedded engines: started, watched, stopped."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bench.process import Process, running_service
from communique.connection import KafkaConnection
from communique.events import Feed
from communique.identity import feed_id
from communique.topics import Naming, all_topics
from communique.worker.kafka import create_topics
from operator_console.local.engines import embedded_engines
from operator_console.registry import register

NAMING = Naming("bench.")


@asynccontextmanager
async def ministries() -> AsyncIterator[int]:
    """Serve the ministries from a process of their own; yield their port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.polling.ministries",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def served(port: int) -> Counter[str]:
    """Return how often the ministries were asked for each feed."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        return Counter((await client.get(f"http://127.0.0.1:{port}/_served")).json())


@asynccontextmanager
async def engines(directory: Path) -> AsyncIterator[KafkaConnection]:
    """Run the embedded engines with our topics while the block runs."""
    async with embedded_engines(directory / "engines") as running:
        kafka = KafkaConnection(running.kafka)
        await create_topics(kafka, all_topics(), NAMING)
        yield kafka


@asynccontextmanager
async def poller(
    kafka: KafkaConnection, directory: Path, **settings: str
) -> AsyncIterator[Process]:
    """Run the service on these engines, with `settings`, while the block runs."""
    settings = {
        "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": ",".join(kafka.servers),
        "COMMUNIQUE_TOPIC_PREFIX": NAMING.prefix,
        "COMMUNIQUE_HOST_SPACING_SECONDS": "0",
        "COMMUNIQUE_ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        **settings,
    }
    async with running_service("feed-poller", directory, **settings) as process:
        yield process


async def waiting(directory: Path) -> int:
    """Return how many tasks the poller says that it holds; 0 before it answers."""
    try:
        (address,) = (directory / "state").glob("*.address")
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://{address.read_text().strip()}/metrics")
    except (ValueError, OSError, httpx.HTTPError):
        return 0
    lines = answer.text.splitlines()
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in lines
        if line.startswith("communique_tasks_waiting")
    )


def feeds(urls: Sequence[str], *, interval_seconds: float) -> list[Feed]:
    """Return `urls` as a registry that is visited every `interval_seconds`."""
    now = datetime.now(UTC)
    return [
        Feed(
            feed_id=feed_id(url),
            url=url,
            title=f"Ministry {number}",
            interval_seconds=interval_seconds,
            registered_at=now,
        )
        for number, url in enumerate(urls)
    ]


async def registered(kafka: KafkaConnection, some: Sequence[Feed]) -> None:
    """Register feeds, a thousand at a time."""
    for start in range(0, len(some), 1000):
        await register(kafka, NAMING, some[start : start + 1000])
