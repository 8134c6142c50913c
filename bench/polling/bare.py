"""What httpx can do by itself: the same requests, and nothing done with the answers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Pace:
    """Requests or visits a second, and the seconds of processor that each costs."""

    rate: float
    cost: float


def bare_requests(
    urls: Sequence[str],
    *,
    concurrency: int,
    seconds: float,
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> Pace:
    """Return the pace of httpx over `urls` on a loop of its own."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_requests(urls, concurrency, seconds))


async def _requests(urls: Sequence[str], concurrency: int, seconds: float) -> Pace:
    left = iter(range(10**9))
    done = 0
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        started = time.perf_counter()

        async def work() -> None:
            nonlocal done
            while time.perf_counter() - started < seconds:
                url = urls[next(left) % len(urls)]
                answer = await client.get(url, headers={"If-None-Match": '"v1"'})
                await answer.aread()
                done += 1

        busy = time.process_time()
        await asyncio.gather(*(work() for _ in range(concurrency)))
        busy = time.process_time() - busy
        return Pace(done / (time.perf_counter() - started), busy / done)
