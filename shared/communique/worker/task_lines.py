"""The ledger of tasks: how each partition of a schedule stands, told as it changes."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime

from communique.codec import Record
from communique.events import LedgerLine, TaskCount
from communique.topics import Naming
from communique.worker.ledger import record
from communique.worker.partition_state import PLANNED, WAITING, PartitionState

TELL_SECONDS = 2.0
AGAIN_SECONDS = 60.0
"""An unchanged line is told again: an owner that died late may have written its own."""
LAST_SECONDS = 2.0
"""For the last lines, when we stop: with Kafka away the next owner tells them."""


def task_line(
    group: str, state: PartitionState, *, ready_at: float | None
) -> LedgerLine:
    """
    Return how a partition stands, whose file is open.

    `ready_at` (epoch seconds) is when its first host that waits could be visited.
    """
    counts = state.counts()
    return LedgerLine(
        group=group,
        topic=state.topic,
        partition=state.partition,
        first=0,
        next_offset=state.seen,
        outcomes={
            name: count
            for name, count in counts.items()
            if count and name not in (PLANNED, WAITING)
        },
        tasks=TaskCount(
            planned=counts.get(PLANNED, 0),
            waiting=counts.get(WAITING, 0),
            ready_at=None
            if ready_at is None
            else datetime.fromtimestamp(ready_at, UTC),
        ),
    )


class TaskLines:
    """Tells the ledger how our partitions stand, as they change."""

    def __init__(
        self,
        standing: Callable[[], Iterable[LedgerLine]],
        naming: Naming,
        send_all: Callable[[Sequence[Record]], Awaitable[object]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._standing = standing
        self._naming = naming
        self._send_all = send_all
        self._clock = clock
        self._told: dict[tuple[str, int], tuple[LedgerLine, float]] = {}

    async def follow(self) -> None:
        """Tell what changes every few seconds, until cancelled, and then once more."""
        try:
            while True:
                await self.tell()
                await asyncio.sleep(TELL_SECONDS)
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_SECONDS):
                    await self.tell()

    async def tell(self) -> None:
        """Return once the broker has every line that is new, or was told long ago."""
        now = self._clock()
        lines = [line for line in self._standing() if self._is_due(line, now)]
        await self._send_all([record(line, self._naming) for line in lines])
        for line in lines:
            self._told[(line.topic, line.partition)] = (line, now)

    def _is_due(self, line: LedgerLine, now: float) -> bool:
        told = self._told.get((line.topic, line.partition))
        return told is None or told[0] != line or now - told[1] >= AGAIN_SECONDS
