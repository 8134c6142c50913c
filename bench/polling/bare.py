"""What httpx can do by itself: the same requests, and nothing done with the answers."""

import asyncio
import time
from collections.abc import Sequence

import httpx


async def bare_requests(
    urls: Sequence[str], *, concurrency: int, seconds: float
) -> tuple[float, float]:
    """Return requests a second, and seconds of processor a request, over `urls`."""
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
        return done / (time.perf_counter() - started), busy / done
