"""
Asking a broker again, but not at once.

A fetch says how long the broker may wait for data. Apache Kafka waits; the embedded
engine answers at once, and aiokafka asks again at once: hundreds of empty fetches a
second in every service. Here an empty answer that came too soon is waited out.
"""

import asyncio
import contextlib
from typing import Any
from weakref import WeakKeyDictionary

from aiokafka.consumer.fetcher import Fetcher

PACE_SECONDS = 0.05
"""Much less than what we ask of Kafka (0.2 s and more): there it never adds a wait."""
QUIET_SECONDS, QUIET_PACE_SECONDS = 1.0, 0.2
"""After so long without news it is asked less often: a desk at rest costs little."""


def pace_empty_fetches() -> None:
    """Make every consumer of this process wait; calling it again changes nothing."""
    # aiokafka has no setting for this. The method is private; the version is pinned.
    original = Fetcher._proc_fetch_request
    if getattr(original, "is_paced", False):
        return

    quiet_since: WeakKeyDictionary[Fetcher, float] = WeakKeyDictionary()

    async def paced(self: Fetcher, *request: Any) -> bool:  # noqa: ANN401 - as it comes
        loop = asyncio.get_running_loop()
        started = loop.time()
        brought_something: bool = await original(self, *request)
        if brought_something:
            quiet_since.pop(self, None)
            return True
        now = loop.time()
        quiet = now - quiet_since.setdefault(self, now) >= QUIET_SECONDS
        pace = QUIET_PACE_SECONDS if quiet else PACE_SECONDS
        left = pace - (now - started)
        if left > 0:
            # Like the original: whoever cancels a fetch awaits it and wants no error.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(left)
        return False

    paced.is_paced = True  # type: ignore[attr-defined]
    Fetcher._proc_fetch_request = paced
