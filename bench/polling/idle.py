"""What 100,000 feeds cost while none of them is due."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.polling import poller as service
from communique.codec import Record
from communique.identity import host_key, partition_for
from communique.topics import FEEDS_STATE
from communique.worker.producer import Producer
from feed_poller.tasks import FeedTask

FEEDS = 100_000
SECONDS = 30.0
KNOWN = 20
"""Entries that each feed remembers."""


async def idle(directory: Path) -> AsyncIterator[str]:
    """Yield the line: memory and time of a process that only waits."""
    async with service.engines(directory) as kafka:
        async with Producer(kafka, client_id="bench") as producer:
            for start in range(0, FEEDS, 1000):
                await producer.send_all(_states(range(start, start + 1000)))
        async with service.poller(kafka, directory) as poller:
            while await service.waiting(directory) < FEEDS:  # noqa: ASYNC110
                await asyncio.sleep(1.0)  # it is being restored
            await asyncio.sleep(5.0)
            before, started = poller.cpu_seconds(), time.perf_counter()
            await asyncio.sleep(SECONDS)
            share = (poller.cpu_seconds() - before) / (time.perf_counter() - started)
            memory = poller.memory_bytes()
    yield f"{FEEDS} idle feeds: {share:.1%} of a core, {memory / 1e6:.0f} MB at most"


def _states(numbers: range) -> list[Record]:
    urls = [f"https://ministry{number}.example/rss.xml" for number in numbers]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    notes = [
        FeedTask(
            host=host_key(feed.url),
            due_at=tomorrow,
            feed=feed,
            registered="bench.feeds/0/0",
            visits=1,
            known={f"{n:016x}": "0" * 24 for n in range(KNOWN)},
        ).note()
        for feed in service.feeds(urls, interval_seconds=86_400.0)
    ]
    return [
        Record(
            service.NAMING.topic(FEEDS_STATE),
            note.id.encode(),
            note.value,
            (),
            partition_for(host_key(url), FEEDS_STATE.partitions),
        )
        for note, url in zip(notes, urls, strict=True)
    ]
