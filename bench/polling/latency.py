"""How long an entry takes from the byte on the wire to its event on `entries`."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median, quantiles

from aiokafka import AIOKafkaConsumer

from bench.polling import poller as service
from bench.polling.ministries import addresses
from communique.codec import decode
from communique.events import Entry
from communique.topics import ENTRIES
from communique.worker.reader import message

FEEDS = 200
INTERVAL_SECONDS = 4.0
SECONDS = 30.0


async def latency(directory: Path) -> AsyncIterator[str]:
    """Yield the line: feeds at their own times, each fifth with news at each visit."""
    async with (
        service.ministries() as port,
        service.engines(directory) as kafka,
        service.poller(kafka, directory),
    ):
        urls = list(addresses(FEEDS, port, kind="changing"))
        feeds = service.feeds(urls, interval_seconds=INTERVAL_SECONDS)
        for start in range(0, FEEDS, 10):  # feeds do not come in a crowd
            await service.registered(kafka, feeds[start : start + 10])
            await asyncio.sleep(INTERVAL_SECONDS * 10 / FEEDS)
        waits = await _waits(kafka)
    p95 = quantiles(waits, n=20)[-1]
    yield (
        f"from the answer to `entries`: median {median(waits) * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, worst {max(waits) * 1000:.0f} ms "
        f"({len(waits)} entries, {FEEDS / INTERVAL_SECONDS:.0f} visits/s)"
    )


async def _waits(kafka) -> list[float]:
    waits = []
    async with AIOKafkaConsumer(
        service.NAMING.topic(ENTRIES), **kafka.client_options()
    ) as consumer:
        began = time.time()
        settled = began + 2 * INTERVAL_SECONDS  # first visits are over
        while time.time() < settled + SECONDS:
            batches = await consumer.getmany(timeout_ms=200)
            now = time.time()
            for records in batches.values():
                for record in records:
                    entry = decode(message(record), Entry)
                    made = float(entry.guid or 0)
                    if made > settled:
                        waits.append(now - made)
            await asyncio.sleep(0)
    return waits
