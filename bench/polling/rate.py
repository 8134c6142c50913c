"""Visits a second of the whole service, beside a bare loop before and after it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.polling import poller as service
from bench.polling.bare import bare_requests
from bench.polling.ministries import addresses

FEEDS = 5_000
CONCURRENCY = 64
SECONDS = 15.0


async def rate(directory: Path) -> AsyncIterator[str]:
    """Yield a line each: with documents that do not change, and that do each time."""
    for kind, words in (
        ("same", "the fifth feed sends the same document"),
        ("changing", "the fifth feed has one new entry"),
    ):
        folder = directory / kind
        folder.mkdir()
        async with service.ministries() as port:
            urls = list(addresses(FEEDS, port, kind=kind))
            before = await _bare(urls)
            visits, ours, memory = await _visits(folder, urls, port)
            after = await _bare(urls)
        bare, theirs = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
        yield (
            f"{words}: {visits:.0f} visits/s, bare httpx {bare:.0f} requests/s "
            f"({before[0]:.0f} before, {after[0]:.0f} after): {visits / bare:.2f}; "
            f"processor {ours * 1e3:.2f} and {theirs * 1e3:.2f} ms each: "
            f"{theirs / ours:.2f}; memory {memory / 1e6:.0f} MB"
        )


async def _bare(urls: list[str]) -> tuple[float, float]:
    return await bare_requests(urls, concurrency=CONCURRENCY, seconds=SECONDS / 2)


async def _visits(folder: Path, urls: list[str], port: int) -> tuple[float, float, int]:
    async with (
        service.engines(folder) as kafka,
        service.poller(kafka, folder) as poller,
    ):
        before = await service.served(port)
        await service.registered(kafka, service.feeds(urls, interval_seconds=1.0))
        again: list[int] = []
        while len(again) < len(urls):  # the first visits, which are another thing
            await asyncio.sleep(0.5)
            visits = await service.served(port) - before
            again = [count for count in visits.values() if count > 1]
        count, started = (await service.served(port)).total(), time.perf_counter()
        busy = poller.cpu_seconds()
        await asyncio.sleep(SECONDS)
        done = (await service.served(port)).total() - count
        seconds = time.perf_counter() - started
        busy = poller.cpu_seconds() - busy
        return done / seconds, busy / done, poller.memory_bytes()
