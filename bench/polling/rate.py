"""Visits a second of the whole service, beside a bare loop before and after it."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from bench.polling import poller as service
from bench.polling.bare import Pace, bare_requests
from bench.polling.ministries import addresses
from communique.worker.loop import new_event_loop

FEEDS = 5_000
CONCURRENCY = 64
SECONDS = 15.0
LOOPS = {"its usual loop": asyncio.new_event_loop, "our loop": new_event_loop}
"""httpx alone is measured on the loop that it gets by default, and on the services'."""


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
            before = [await _bare(urls, name) for name in LOOPS]
            ours, memory = await _visits(folder, urls, port)
            after = [await _bare(urls, name) for name in LOOPS]
        yield (
            f"{words}: {ours.rate:.0f} visits/s, processor {ours.cost * 1e3:.2f} ms "
            f"each; memory {memory / 1e6:.0f} MB"
        )
        for name, *runs in zip(LOOPS, before, after, strict=True):
            yield f"  beside bare httpx on {name}: {_beside(ours, *runs)}"


def _beside(ours: Pace, before: Pace, after: Pace) -> str:
    rate, cost = (before.rate + after.rate) / 2, (before.cost + after.cost) / 2
    return (
        f"{rate:.0f} requests/s ({before.rate:.0f} before, {after.rate:.0f} after), "
        f"{cost * 1e3:.2f} ms each: {ours.rate / rate:.2f} by the clock, "
        f"{cost / ours.cost:.2f} by the processor"
    )


async def _bare(urls: list[str], loop: str) -> Pace:
    ask = partial(bare_requests, urls, concurrency=CONCURRENCY, seconds=SECONDS / 2)
    return await asyncio.to_thread(ask, new_loop=LOOPS[loop])


async def _visits(folder: Path, urls: list[str], port: int) -> tuple[Pace, float]:
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
        return Pace(done / seconds, busy / done), poller.memory_bytes()
