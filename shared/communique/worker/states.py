"""The partitions of a state topic that this process owns: restored, planned, closed."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from communique.codec import Message
from communique.errors import NotReadyError, PermanentError
from communique.events import LedgerLine
from communique.worker.crashes import OURS
from communique.worker.partition_state import Note, PartitionState, Tally
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from communique.worker.schedule import FAULT_SECONDS, Schedule
from communique.worker.settled import Settled, bury
from communique.worker.task_lines import task_line

log = structlog.get_logger(__name__)

MAX_WAITING = 1_000_000
RESTORE_SECONDS = 5.0
"""How long a batch waits for its partition before the service says it is not ready."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The outcome of a message that is to be done later, and the note that says so."""

    outcome: str
    note: Note | None = None
    host: str | None = None


Plan = Callable[[Message, bytes | None], Planned]
"""Pure: a message and what is known of its task → what to note down."""


class States:
    """Follows the partitions that the group assigns, and plans batches into them."""

    def __init__(
        self,
        directory: Path,
        topic: str,
        *,
        cluster: str,
        producer: Producer,
        reader: Reader,
        schedule: Schedule,
        tally: Tally = lambda _value: {},
        clock: Callable[[], float] = time.time,
        waiting: Callable[[str | None], None] = lambda reason: None,
    ) -> None:
        self._directory = directory
        self._topic = topic
        self._cluster = cluster
        self._producer = producer
        self._reader = reader
        self._schedule = schedule
        self._tally = tally
        self._clock = clock
        self._waiting = waiting
        self._states: dict[int, PartitionState] = {}
        self._owned: set[int] = set()
        self._lost: set[int] = set()
        self._changed = asyncio.Event()
        self._restored = asyncio.Event()

    def own(self, partitions: set[int]) -> None:
        """Say which partitions are ours from now on; `follow` sees to the rest."""
        # What was taken away may have been written by another process since, even if
        # it is back before `follow` looks: it is closed and restored anew.
        self._lost |= set(self._states) - partitions
        self._owned = set(partitions)
        self._changed.set()

    async def follow(self) -> None:
        """Open and close partitions as they come and go, until cancelled."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                try:
                    await self._follow_on()
                except OURS as error:
                    await self._rest(str(error) or type(error).__name__)
                else:
                    self._waiting(None)
        finally:
            for partition in list(self._states):
                await self._close(partition)

    async def plan(
        self,
        messages: Sequence[Message],
        plan: Plan,
        *,
        task_id: Callable[[Message], str],
        dead_letters: str,
    ) -> list[Settled]:
        """
        Write down what `messages` ask for, and return one outcome a message, in order.

        `task_id` and `plan` raise PermanentError for a message that can never be done.

        Raises NotReadyError while a partition is not restored, or is full.
        """
        by_partition: dict[int, list[int]] = {}
        for index, message in enumerate(messages):
            by_partition.setdefault(message.partition, []).append(index)

        async def planned(partition: int, indices: Sequence[int]) -> list[Settled]:
            ours = [messages[index] for index in indices]
            return await self._plan(
                partition, ours, plan, task_id=task_id, dead_letters=dead_letters
            )

        # At once: each waits for what is being written of its partition.
        found = await asyncio.gather(
            *(planned(*part) for part in by_partition.items()), return_exceptions=True
        )
        settled: dict[int, Settled] = {}
        for indices, outcome in zip(by_partition.values(), found, strict=True):
            if isinstance(outcome, BaseException):
                raise outcome
            settled.update(zip(indices, outcome, strict=True))
        return [settled[index] for index in range(len(messages))]

    async def _plan(
        self,
        partition: int,
        messages: Sequence[Message],
        plan: Plan,
        *,
        task_id: Callable[[Message], str],
        dead_letters: str,
    ) -> list[Settled]:
        state = await self._state(partition)
        settled: list[Settled] = []
        notes: dict[str, Note] = {}
        hosts: set[str] = set()
        async with state.lock:
            for message in messages:
                try:
                    key = task_id(message)
                    known = notes[key].value if key in notes else state.get(key)
                    planned = plan(message, known)
                except PermanentError as error:
                    settled.append(bury(message, error, dead_letters=dead_letters))
                    continue
                if planned.note is not None:
                    notes[key] = planned.note
                if planned.host is not None:
                    hosts.add(planned.host)
                settled.append(Settled(planned.outcome))
            if notes:
                await state.save(list(notes.values()), self._producer)
        self._schedule.changed(partition, hosts)
        return settled

    def standing(self, group: str) -> list[LedgerLine]:
        """Return how the tasks of our partitions stand, for the ledger of `group`."""
        return [
            task_line(group, state, ready_at=self._ready_at(state))
            for partition, state in self._states.items()
            if partition not in self._lost
        ]

    def waiting(self) -> int:
        """Return how many tasks wait for their due time in this process."""
        return sum(state.waiting() for state in self._states.values())

    async def _state(self, partition: int) -> PartitionState:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RESTORE_SECONDS):
                while partition not in self._states or partition in self._lost:
                    self._restored.clear()
                    await self._restored.wait()
        state = self._states.get(partition)
        if state is None or partition in self._lost:
            raise NotReadyError(f"{self._topic}/{partition} is still being restored")
        if state.waiting() >= MAX_WAITING:
            raise NotReadyError(
                f"{self._topic}/{partition} has a million waiting tasks"
            )
        return state

    def _ready_at(self, state: PartitionState) -> float | None:
        ready_at = self._schedule.ready_at(state.partition)
        if ready_at is None and (due_at := state.first_due_at()) is not None:
            return max(due_at, self._clock())  # when we stop, and nobody is at work
        return ready_at

    async def _follow_on(self) -> None:
        while self._lost:
            await self._close(self._lost.pop())
        for partition in sorted(self._owned - set(self._states)):
            await self._restore(partition)

    async def _rest(self, reason: str) -> None:
        """Try again in a while, or at once if partitions come or go."""
        self._waiting(reason)
        log.warning("waits", reason=reason)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAULT_SECONDS):
                await self._changed.wait()
        self._changed.set()

    async def _restore(self, partition: int) -> None:
        state = PartitionState(
            self._directory,
            self._topic,
            partition,
            cluster=self._cluster,
            tally=self._tally,
        )
        try:
            await state.restore(self._reader)
        except BaseException:
            state.close()
            raise
        if self._changed.is_set():  # perhaps taken away while we read: look again
            state.close()
            return
        self._states[partition] = state
        self._schedule.add(state)
        self._restored.set()

    async def _close(self, partition: int) -> None:
        state = self._states.pop(partition)
        await self._schedule.remove(partition)
        async with state.lock:
            state.close()
