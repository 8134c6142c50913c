"""
Ends of tasks, written down together: one confirmation for all that end meanwhile.

A task that ends alone waits twice for the broker and once for the disk, with its
partition locked. So what ends while that goes on is written in one go after it, by the
first of them: a group commit. The others do not queue up for the lock, or whoever plans
new tasks would wait behind all of them.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from communique.codec import Record
from communique.worker.partition_state import Note, PartitionState
from communique.worker.producer import Producer, check_size

Conclude = Callable[[bytes], tuple[Sequence[Record], Note]]
"""Pure: what is known of a task now → what is to be told of it, and noted then."""


@dataclass(eq=False, slots=True)
class _Ending:
    """A task that has ended; `noted` is None until that is written down."""

    task_id: str
    conclude: Conclude
    noted: bool | None = None
    error: Exception | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)
    """It is over, or its turn to write."""

    @property
    def is_over(self) -> bool:
        return self.noted is not None or self.error is not None


@dataclass(slots=True)
class _Line:
    """The endings of a partition, one of which writes for all."""

    endings: list[_Ending] = field(default_factory=list)
    writer: _Ending | None = None

    def join(self, ending: _Ending) -> None:
        self.endings.append(ending)
        if self.writer is None:
            self.writer = ending
            ending.called.set()

    def leave(self, ending: _Ending) -> None:
        self.endings.remove(ending)
        if self.writer is not ending:
            return
        waiting = [one for one in self.endings if not one.is_over]
        self.writer = waiting[0] if waiting else None
        for one in self.endings:
            if one.is_over or one is self.writer:
                one.called.set()


class Conclusions:
    """Tells first and notes then, for all tasks of a partition that end together."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._lines: WeakKeyDictionary[PartitionState, _Line] = WeakKeyDictionary()

    async def conclude(
        self, state: PartitionState, task_id: str, conclude: Conclude
    ) -> bool:
        """
        Return when what `conclude` says is confirmed; False if the task is forgotten.

        Cut off in between, a task runs again and tells the same again. Raises what
        `conclude` and the producer raise.
        """
        ending = _Ending(task_id, conclude)
        line = self._lines.setdefault(state, _Line())
        line.join(ending)
        try:
            await ending.called.wait()
            if not ending.is_over:
                async with state.lock:
                    await self._write(state, list(line.endings))
        finally:
            line.leave(ending)  # also cut off: another one writes then
        if ending.error is not None:
            raise ending.error
        return bool(ending.noted)

    async def _write(self, state: PartitionState, waiting: Sequence[_Ending]) -> None:
        batch = [ending for ending in waiting if not ending.is_over]
        records: list[Record] = []
        notes: list[Note] = []
        noted: list[_Ending] = []
        for ending in batch:
            if (value := state.get(ending.task_id)) is None:
                ending.noted = False
                continue
            try:
                told, note = ending.conclude(value)
                for record in told:
                    check_size(record)
            except Exception as error:  # noqa: BLE001 - of one task, and raised by it
                ending.error = error
                continue
            records += told
            notes.append(note)
            noted.append(ending)
        if not noted:
            return
        try:
            await self._producer.send_all(records)
            await state.save(notes, self._producer)
        except Exception as error:
            for ending in noted:
                ending.error = error
            raise
        for ending in noted:
            ending.noted = True
