"""
Doing what is due at third parties: one task of a host at a time, spaced, never lost.

The agent only writes tasks down (`States.plan`); this loop runs them. A task that is
cut off is still in the state topic with its due time, so it runs again.
"""

import asyncio
import contextlib
import heapq
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import structlog

from communique.worker.crashes import ALONE_AFTER, OURS, Crashes
from communique.worker.partition_state import PartitionState, Task

FAULT_SECONDS = 5.0
"""How long a host waits after a fault of our own, as a full disk, met its task."""
BEHIND = 50
"""Messages from which on visits make room for planning."""

log = structlog.get_logger(__name__)

Visit = Callable[[PartitionState, Task], Awaitable[float | None]]
"""
Runs one task to its recorded outcome: intent, event, done with the next due time.

Returns for how many seconds the host asks to be left alone (0: for none in particular),
or None if nobody was visited.
"""

GiveUp = Callable[[PartitionState, Task, Exception], Awaitable[None]]
"""Puts a task away that crashed the process three times; nothing of it is lost."""


@dataclass(slots=True)
class Hosts:
    """
    Which host may be visited next; pure, by the times that it is told.

    A host is ready when its first task is due and its gate is open. It is in one place
    at a time: waiting here, or out at work until `done`.
    """

    _heap: list[tuple[float, str]] = field(default_factory=list)
    _ready_at: dict[str, float] = field(default_factory=dict)
    _gates: dict[str, float] = field(default_factory=dict)
    _out: dict[str, float] = field(default_factory=dict)

    def put(self, host: str, due_at: float | None) -> None:
        """
        Say when the first task of `host` is due; None: it has none.

        Of a host that is out at work nothing is noted: `done` is followed by a `put`.
        """
        if host in self._out:
            return
        if due_at is None:
            self._ready_at.pop(host, None)
            return
        ready_at = max(due_at, self._gates.get(host, 0.0))
        if self._ready_at.get(host) != ready_at:
            self._ready_at[host] = ready_at
            heapq.heappush(self._heap, (ready_at, host))

    def next(self, now: float) -> str | None:
        """Return a host that is ready at `now` and count it as out at work."""
        while self._heap and self._heap[0][0] <= now:
            ready_at, host = heapq.heappop(self._heap)
            if self._ready_at.get(host) == ready_at:
                del self._ready_at[host]
                self._out[host] = now
                return host
        return None

    def done(self, host: str, *, gate: float) -> None:
        """Take `host` back; nobody visits it before `gate` (epoch seconds)."""
        self._out.pop(host, None)
        self._gates[host] = gate

    def next_at(self) -> float | None:
        """Return when the next host is ready, or None if none waits."""
        while self._heap and self._ready_at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def ready_at(self) -> float | None:
        """
        Return since when a host could be visited or is being visited; or from when on.

        None if there is nothing to do. A host with a long queue is ready anew after
        each visit, so only one that is not served keeps an old time.
        """
        times = (self.next_at(), min(self._out.values(), default=None))
        return min((at for at in times if at is not None), default=None)


class Schedule:
    """
    Runs due tasks of the partitions that it is given; at most `limit` at once.

    At most `limit_behind` while `lag` messages have not been planned yet, if it is
    given: where visits are so many that they keep the loop busy, what comes in would
    wait behind them for minutes.
    """

    def __init__(
        self,
        visit: Visit,
        give_up: GiveUp,
        *,
        crashes: Crashes,
        spacing_seconds: float,
        limit: int = 64,
        limit_behind: int | None = None,
        lag: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.time,
        waiting: Callable[[str | None], None] = lambda reason: None,
    ) -> None:
        self._visit = visit
        self._give_up = give_up
        self._crashes = crashes
        self._spacing_seconds = spacing_seconds
        self._most = limit
        self._most_behind = limit if limit_behind is None else limit_behind
        self._lag = lag
        self._clock = clock
        self._waiting = waiting
        self._hosts: dict[int, Hosts] = {}
        self._states: dict[int, PartitionState] = {}
        self._added_at: dict[int, float] = {}
        self._at_work: dict[asyncio.Task[None], int] = {}
        self._fault: BaseException | None = None
        self._wake = asyncio.Event()

    def add(self, state: PartitionState) -> None:
        """Take the tasks of a restored partition in."""
        hosts = Hosts()
        for host, due_at in state.hosts():
            hosts.put(host, due_at)
        self._states[state.partition] = state
        self._hosts[state.partition] = hosts
        self._added_at[state.partition] = self._clock()
        self._wake.set()

    def changed(self, partition: int, hosts: Iterable[str]) -> None:
        """Look again at the first tasks of `hosts`: the agent wrote new ones down."""
        if (state := self._states.get(partition)) is None:
            return
        for host in hosts:
            task = state.first_task(host)
            self._hosts[partition].put(host, task.due_at if task else None)
        self._wake.set()

    def ready_at(self, partition: int) -> float | None:
        """
        Return since when a host of `partition` waits, or from when on; epoch seconds.

        Never earlier than when we took the partition over: gates died with its owner.
        """
        hosts = self._hosts.get(partition)
        if hosts is None or (at := hosts.ready_at()) is None:
            return None
        return max(at, self._added_at[partition])

    async def remove(self, partition: int) -> None:
        """Stop what runs for a partition; nothing hangs on it, it runs again."""
        self._states.pop(partition, None)
        self._hosts.pop(partition, None)
        running = [task for task, where in self._at_work.items() if where == partition]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def run(self) -> None:
        """Run until cancelled; raises what a visit raises: a fault of ours."""
        try:
            while True:
                self._wake.clear()
                self._start_due()
                await self._rest()
                if self._fault is not None:
                    raise self._fault
        finally:
            for partition in list(self._states):
                await self.remove(partition)

    @property
    def _limit(self) -> int:
        return self._most_behind if self._lag() >= BEHIND else self._most

    def _start_due(self) -> None:
        now = self._clock()
        while self._hosts and len(self._at_work) < self._limit:
            # The host that is ready first, whatever its partition: those whose hosts
            # are always ready leave room for the others.
            partition = min(self._hosts, key=self._next_at)
            hosts = self._hosts.pop(partition)
            self._hosts[partition] = hosts  # of equals, the next one has its turn
            if (host := hosts.next(now)) is None:
                return
            self._start(partition, host)

    def _next_at(self, partition: int) -> float:
        next_at = self._hosts[partition].next_at()
        return math.inf if next_at is None else next_at

    def _start(self, partition: int, host: str) -> None:
        work = asyncio.create_task(self._work(self._states[partition], host))
        self._at_work[work] = partition
        work.add_done_callback(self._ended)

    def _ended(self, work: asyncio.Task[None]) -> None:
        del self._at_work[work]
        if not work.cancelled() and (fault := work.exception()) is not None:
            self._fault = fault
        self._wake.set()

    async def _work(self, state: PartitionState, host: str) -> None:
        pause = None
        if (task := state.first_task(host)) and task.due_at <= self._clock():
            pause = await self._guarded(state, task)
        if (hosts := self._hosts.get(state.partition)) is None:
            return
        wait = 0.0 if pause is None else max(self._spacing_seconds, pause)
        hosts.done(host, gate=self._clock() + wait)
        self.changed(state.partition, [host])

    async def _guarded(self, state: PartitionState, task: Task) -> float | None:
        """Run a visit; a fault of ours is waited out, the third crash gives it up."""
        key = f"task/{task.id}"
        try:
            pause = await self._visit(state, task)
        except OURS as error:
            reason = str(error) or type(error).__name__
            self._waiting(reason)
            log.warning("waits", reason=reason)
            return FAULT_SECONDS
        except Exception as error:
            if self._crashes.count(key) < ALONE_AFTER:
                self._crashes.add(key)
                raise
            await self._give_up(state, task, error)
            log.exception("gave up", task=task.id)
            pause = 0.0
        self._waiting(None)
        self._crashes.forget(key)
        return pause

    async def _rest(self) -> None:
        if len(self._at_work) >= self._limit:
            await self._wake.wait()
            return
        times = [at for hosts in self._hosts.values() if (at := hosts.next_at())]
        # The clock is a wall clock and may be set; look at least once a second.
        wait = max(0.0, min(times) - self._clock()) if times else 1.0
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: Python 3.11's loses a cancel that meets the wake-up.
            async with asyncio.timeout(min(wait, 1.0)):
                await self._wake.wait()
