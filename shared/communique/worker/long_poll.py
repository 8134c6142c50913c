"""
Asking a broker again, but not at once.

A fetch says how long the broker may wait for data. Apache Kafka waits; the embedded
engine answers at once, and aiokafka asks again at once: hundreds of empty fetches a
second in every service. Here an empty answer that came too soon is waited out.
"""

import asyncio
import contextlib
from typing import Any

from aiokafka.consumer.fetcher import Fetcher

PACE_SECONDS = 0.05
"""Much less than what we ask of Kafka (0.2 s and more): there it never adds a wait."""


def pace_empty_fetches() -> None:
    """Make every consumer of this process wait; calling it again changes nothing."""
    # aiokafka has no setting for this. The method is private; the version is pinned.
    original = Fetcher._proc_fetch_request
    if getattr(original, "is_paced", False):
        return

    async def paced(self: Fetcher, *request: Any) -> bool:  # noqa: ANN401 - as it comes
        loop = asyncio.get_running_loop()
        started = loop.time()
        brought_something: bool = await original(self, *request)
        left = PACE_SECONDS - (loop.time() - started)
        if not brought_something and left > 0:
            # Like the original: whoever cancels a fetch awaits it and wants no error.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(left)
        return brought_something

    paced.is_paced = True  # type: ignore[attr-defined]
    Fetcher._proc_fetch_request = paced
