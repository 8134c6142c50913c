"""Counting: what a group did with each partition, confirmed before the ack."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from communique.codec import Message, Record, decode, encode
from communique.errors import PermanentError
from communique.events import LedgerLine
from communique.topics import LEDGER, Naming
from communique.worker.reader import Reader

COMPACTED = "compacted"
"""The outcome of offsets that are gone because a newer record of their key came."""
EXPIRED = "expired"
"""The outcome of offsets that retention removed before the group came to them."""


def advance(
    line: LedgerLine | None,
    settled: Iterable[tuple[Message, str]],
    *,
    group: str,
    compacted: bool,
) -> LedgerLine | None:
    """
    Return the line after `settled`: messages of one partition, in order, and outcomes.

    Offsets below `next_offset` were counted before and are not counted again, so a
    redelivery changes nothing. A hole between offsets is counted too.
    """
    counts = Counter(line.outcomes if line else {})
    for message, outcome in settled:
        if line is None:
            line = LedgerLine(
                group=group,
                topic=message.topic,
                partition=message.partition,
                first=message.offset,
                next_offset=message.offset,
            )
        if message.offset < line.next_offset:
            continue
        if hole := message.offset - line.next_offset:
            counts[COMPACTED if compacted else EXPIRED] += hole
        counts[outcome] += 1
        line = line.model_copy(update={"next_offset": message.offset + 1})
    return line.model_copy(update={"outcomes": dict(counts)}) if line else None


def record(line: LedgerLine, naming: Naming) -> Record:
    """Return the record that carries `line`."""
    key = f"{line.group}/{line.topic}/{line.partition}"
    ce_id = f"{key}:{line.next_offset}"
    if line.tasks and line.tasks.ready_at:  # a gate moves without a new record of state
        ce_id += f":{int(line.tasks.ready_at.timestamp() * 1000)}"
    return encode(
        line,
        topic=naming.topic(LEDGER),
        key=key,
        ce_id=ce_id,
        ce_type="ledger.advanced",
        ce_time=datetime.fromtimestamp(0, UTC),
        source=line.group,
    )


class Ledger:
    """The lines of one group, as the topic has them."""

    def __init__(self, group: str, naming: Naming, reader: Reader) -> None:
        self._group = group
        self._topic = naming.topic(LEDGER)
        self._reader = reader
        self._next_offset = 0
        self._lines: dict[tuple[str, int], LedgerLine] = {}

    async def refresh(self) -> None:
        """Read the topic on to its end: another process may have had our partitions."""
        async for messages in self._reader.read(self._topic, {0: self._next_offset}):
            for message in messages:
                self._next_offset = message.offset + 1
                self._take(message)

    def line(self, topic: str, partition: int) -> LedgerLine | None:
        """Return the line of a partition; None if the group never settled any of it."""
        return self._lines.get((topic, partition))

    def put(self, line: LedgerLine) -> None:
        """Take `line`, which the broker has confirmed, as the newest."""
        self._lines[(line.topic, line.partition)] = line

    def _take(self, message: Message) -> None:
        try:
            line = decode(message, LedgerLine)
        except PermanentError:
            return  # a foreign record; nobody's counts are in it
        if line.group == self._group:
            self.put(line)
