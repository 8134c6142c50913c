"""
Does it balance? What each group did with each partition, held against the log; pure.

Of an input: end - first = outcomes + in flight. Of tasks: planned = outcomes + waiting;
of the page fetcher's, entries that asked for nothing are counted as `already known`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from communique.events import LedgerLine

OVERDUE = timedelta(minutes=10)
SCHEDULED = "scheduled"
KNOWN = "known"
ALREADY_KNOWN = "already known"


@dataclass(frozen=True)
class Input:
    """A partition that a group reads; `line` None: it never settled any of it."""

    group: str
    topic: str
    partition: int
    start: int
    """The first offset that is kept."""
    end: int
    """The next one to be written."""
    committed: int | None
    line: LedgerLine | None

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Return how many messages came to which outcome."""
        return self.line.outcomes if self.line else {}

    @property
    def waiting(self) -> int:
        """Return how many messages have not come to an outcome yet."""
        if self.line is None:
            return self.end - self.start
        return max(0, self.end - self.line.next_offset)

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """Return what does not balance, a sentence each."""
        where = f"{self.group}, {self.topic}/{self.partition}"
        return tuple(f"{where}: {fault}." for fault in self._faults())

    def _faults(self) -> Iterator[str]:
        line = self.line
        if line is None:
            if self.committed is not None and self.committed > self.start:
                yield (
                    f"it is committed up to offset {self.committed}, and the ledger "
                    "has no line of it; set the group back to "
                    f"offset {self.start} to have it done again"
                )
            return
        settled = sum(line.outcomes.values())
        if line.next_offset - line.first != settled:
            yield (
                f"{line.next_offset - line.first} messages were passed "
                f"({line.first} to {line.next_offset - 1}), and {settled} outcomes "
                "were counted"
            )
        if line.next_offset > self.end:
            yield (
                f"it is counted up to offset {line.next_offset}, and the log ends at "
                f"{self.end}: the topic was made anew; go on under a new topic prefix"
            )
        elif self.committed is not None and self.committed > line.next_offset:
            yield (
                f"{self.committed - line.next_offset} messages were acked without an "
                f"outcome ({line.next_offset} to {self.committed - 1}); set the group "
                f"back to offset {line.next_offset}"
            )
        if self.start > line.next_offset:
            yield (
                f"{self.start - line.next_offset} messages are lost "
                f"({line.next_offset} to {self.start - 1}): retention removed them "
                "before they were read"
            )


@dataclass(frozen=True)
class Tasks:
    """A partition of a group's state topic: what was asked for, what became of it."""

    group: str
    topic: str
    partition: int
    end: int
    """The next offset to be written."""
    aged_end: int
    """The same as it was ten minutes ago."""
    line: LedgerLine | None
    at: datetime
    """When this was read."""
    entries: Mapping[str, int] | None = None
    """Outcomes of the messages that ask for tasks, if each asks for one."""

    @property
    def planned(self) -> int:
        """Return how many tasks there ever were."""
        return self.line.tasks.planned if self.line and self.line.tasks else 0

    @property
    def outcomes(self) -> Mapping[str, int]:
        """
        Return how many tasks came to which outcome, entries that were known among them.

        Those are what was read and not planned: an entry that was planned right before
        a crash is read again, and is `known` to its group then.
        """
        read = (self.entries or {}).get(SCHEDULED, 0) + (self.entries or {}).get(
            KNOWN, 0
        )
        known = {ALREADY_KNOWN: read - self.planned} if read > self.planned else {}
        return {**(self.line.outcomes if self.line else {}), **known}

    @property
    def waiting(self) -> int:
        """Return how many tasks have not come to an outcome yet."""
        return self.line.tasks.waiting if self.line and self.line.tasks else 0

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """Return what does not balance or is overdue, a sentence each."""
        where = f"{self.group}, {self.topic}/{self.partition}"
        return tuple(f"{where}: {fault}." for fault in self._faults())

    def _faults(self) -> Iterator[str]:
        counted = self.line.next_offset if self.line else 0
        if counted > self.end:
            yield (
                f"it is counted up to offset {counted}, and the log ends at "
                f"{self.end}: the topic was made anew; go on under a new topic prefix"
            )
        elif counted < self.aged_end:
            yield (
                "tasks were written down more than ten minutes ago and nobody counts "
                "them; see that the service runs"
            )
        if self.line is None or self.line.tasks is None:
            return
        settled = sum(self.line.outcomes.values())
        if self.planned != settled + self.waiting:
            yield (
                f"{self.planned} tasks were planned, {settled} came to an outcome "
                f"and {self.waiting} wait"
            )
        # Only if nothing was written since: inputs are counted at once, tasks later.
        is_newest = counted == self.end
        scheduled = (self.entries or {}).get(SCHEDULED, 0)
        if is_newest and scheduled > self.planned:
            yield (
                f"{scheduled} entries were scheduled, and the records know of "
                f"{self.planned}"
            )
        ready_at = self.line.tasks.ready_at
        if ready_at is not None and self.at - ready_at > OVERDUE:
            minutes = int((self.at - ready_at).total_seconds() // 60)
            yield (
                f"a task is {minutes} minutes overdue; see that the service runs and "
                "what it waits for"
            )


Line = Input | Tasks


@dataclass(frozen=True, slots=True)
class Row:
    """All partitions of one topic of a group, summed."""

    group: str
    topic: str
    total: int
    """Messages since the first that was settled; or tasks."""
    outcomes: dict[str, int]
    waiting: int
    """Messages in flight, or tasks that wait."""
    faults: int
    is_untouched: bool
    """Whether the group never settled any of it."""


def rows(lines: Iterable[Line]) -> list[Row]:
    """Return a row a group and topic, in the order in which they come."""
    by_topic: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        by_topic.setdefault((line.group, line.topic), []).append(line)
    return [_row(part) for part in by_topic.values()]


def faults(lines: Iterable[Line]) -> list[str]:
    """Return every fault; none: it balances."""
    return [fault for line in lines for fault in line.faults]


def told(line: Line) -> dict[str, object]:
    """Return a partition as `--json` prints it."""
    count = line.line
    common: dict[str, object] = {
        "group": line.group,
        "topic": line.topic,
        "partition": line.partition,
        "outcomes": dict(line.outcomes),
        "faults": list(line.faults),
    }
    if isinstance(line, Tasks):
        tasks = count.tasks if count else None
        return {
            **common,
            "planned": line.planned,
            "waiting": line.waiting,
            "ready_at": tasks.ready_at.isoformat()
            if tasks and tasks.ready_at
            else None,
        }
    return {
        **common,
        "first": count.first if count else None,
        "next_offset": count.next_offset if count else None,
        "committed": line.committed,
        "start": line.start,
        "end": line.end,
        "in_flight": line.waiting,
    }


def _row(part: Sequence[Line]) -> Row:
    outcomes: Counter[str] = Counter()
    for line in part:
        outcomes.update(line.outcomes)
    return Row(
        group=part[0].group,
        topic=part[0].topic,
        total=sum(_total(line) for line in part),
        outcomes=dict(outcomes),
        waiting=sum(line.waiting for line in part),
        faults=sum(len(line.faults) for line in part),
        is_untouched=all(line.line is None for line in part),
    )


def _total(line: Line) -> int:
    if isinstance(line, Tasks):
        return line.planned + line.outcomes.get(ALREADY_KNOWN, 0)
    if line.line is None:
        return line.waiting
    return max(line.end, line.line.next_offset) - line.line.first
