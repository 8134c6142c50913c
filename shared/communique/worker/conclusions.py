"""
Ends of tasks, written down together: one confirmation for all that end meanwhile.

A task that ends alone waits twice for the broker and once for the disk, with its
partition locked. So what ends while that goes on is written in one go after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

    @property
    def is_over(self) -> bool:
        return self.noted is not None or self.error is not None


class Conclusions:
    """Tells first and notes then, for all tasks of a partition that end together."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._waiting: WeakKeyDictionary[PartitionState, list[_Ending]] = (
            WeakKeyDictionary()
        )

    async def conclude(
        self, state: PartitionState, task_id: str, conclude: Conclude
    ) -> bool:
        """
        Return when what `conclude` says is confirmed; False if the task is forgotten.

        Cut off in between, a task runs again and tells the same again. Raises what
        `conclude` and the producer raise.
        """
        ending = _Ending(task_id, conclude)
        waiting = self._waiting.setdefault(state, [])
        waiting.append(ending)
        try:
            async with state.lock:
                # Whoever comes first writes for all who wait behind.
                if not ending.is_over:
                    await self._write(state, list(waiting))
        finally:
            waiting.remove(ending)
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
