"""
What a service knows about its tasks: a compacted topic, and a file to look it up.

The topic is the truth. The file (SQLite, WAL) is an index of one partition of it, with
the cluster and the next offset that it has seen; it may be deleted at any time.
"""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from communique.codec import Message, Record
from communique.parts import Part
from communique.worker.kept_database import (
    Form,
    delete_kept,
    empty_kept,
    next_offset,
    note_offset,
    open_kept,
)
from communique.worker.producer import Producer
from communique.worker.reader import Reader

STALE_SECONDS = 7 * 86_400
"""A file that old may have missed tombstones (`delete.retention.ms` is 14 days)."""

PLANNED = "planned"
"""In a tally: how much was ever asked for; the sum of everything else in it."""
WAITING = "waiting"
"""In a tally: what of it has come to no outcome yet."""

Tally = Callable[[bytes], Mapping[str, int]]
"""Pure: the value of a record → what it adds to the counts of its partition."""

_FORM = Form(
    1,  # raised, too, when what a tally counts changes
    """
CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY, host TEXT, due_at REAL, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tally (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS task_by_host ON task (host, due_at)
    WHERE due_at IS NOT NULL;
""",
)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for `id` at `host`, at `due_at` (epoch seconds) or later."""

    id: str
    host: str
    due_at: float


@dataclass(frozen=True, slots=True)
class Note:
    """
    A record about to be written to a state topic; `value` None forgets the task.

    A value is a JSON object; `host` and `due_at` (epoch seconds, or null when nothing
    is to be done) are what the schedule goes by.
    """

    id: str
    value: bytes | None


class _Place(Part):
    """What the schedule needs of a record; the rest, which may be long, is not read."""

    host: str
    due_at: float | None


class PartitionState:
    """One partition of a `*.state` topic and its index; one writer at a time."""

    def __init__(
        self,
        directory: Path,
        topic: str,
        partition: int,
        *,
        cluster: str,
        tally: Tally = lambda _value: {},
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.lock = asyncio.Lock()
        """Held over each read-modify-write, so that plan and outcome never mix."""
        self.seen = 0
        """The offset after the newest record that was read or written here."""
        self._cluster = cluster
        self._tally = tally
        self._path = directory / f"{topic}-{partition}.sqlite"
        self._db = self._open()
        self._waiting = 0

    def close(self) -> None:
        """Close the file; what it holds stays."""
        self._db.close()

    async def restore(self, reader: Reader) -> None:
        """Apply what the topic has beyond the file; a doubtful file is made anew."""
        first, end = (await reader.bounds(self.topic, [self.partition]))[self.partition]
        if not first <= next_offset(self._db) <= end:
            empty_kept(self._db, _FORM, self._cluster, first)
        start = {self.partition: next_offset(self._db)}
        async for messages in reader.read(self.topic, start):
            self._apply(messages)
        with self._db:
            note_offset(self._db, max(end, next_offset(self._db)))
        self.seen = next_offset(self._db)
        row = self._db.execute("SELECT COUNT(*) FROM task WHERE due_at IS NOT NULL")
        self._waiting = row.fetchone()[0]

    async def save(
        self, notes: Sequence[Note], producer: Producer, *, cause: Message | None = None
    ) -> None:
        """Write `notes` to the topic and, once confirmed, to the file."""
        headers = (("communique_cause", cause.place.encode()),) if cause else ()
        records = [
            Record(self.topic, n.id.encode(), n.value, headers, self.partition)
            for n in notes
        ]
        confirmed = await producer.send_all(records)
        # Another process may have written in between (a holder that did not know yet
        # that it had lost the partition). Then this index has a hole: leave its offset
        # before the hole, so that the next restore reads it.
        start = next_offset(self._db)
        expected = range(start, start + len(notes))
        offsets = [metadata.offset for metadata in confirmed]
        with self._db:
            more = self._put((note.id, note.value) for note in notes)
            if offsets == list(expected):
                note_offset(self._db, expected.stop)
        self._waiting += more
        self.seen = max(self.seen, *(offset + 1 for offset in offsets))

    def get(self, task_id: str) -> bytes | None:
        """Return what is known of `task_id`, or None."""
        row = self._db.execute("SELECT value FROM task WHERE id = ?", (task_id,))
        found: tuple[bytes] | None = row.fetchone()
        return found[0] if found else None

    def hosts(self) -> list[tuple[str, float]]:
        """Return each host that has tasks, with the time of the first one."""
        return self._db.execute(
            "SELECT host, MIN(due_at) FROM task WHERE due_at IS NOT NULL GROUP BY host"
        ).fetchall()

    def first_task(self, host: str) -> Task | None:
        """Return the task of `host` that is due first, or None."""
        row: tuple[str, str, float] | None = self._db.execute(
            "SELECT id, host, due_at FROM task "
            "WHERE host = ? AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1",
            (host,),
        ).fetchone()
        return Task(*row) if row else None

    def first_due_at(self) -> float | None:
        """Return when the first task of all hosts is due, or None."""
        row = self._db.execute("SELECT MIN(due_at) FROM task WHERE due_at IS NOT NULL")
        due_at: float | None = row.fetchone()[0]
        return due_at

    def counts(self) -> dict[str, int]:
        """Return the sum of the tallies of all records."""
        return dict(self._db.execute("SELECT name, count FROM tally ORDER BY name"))

    def waiting(self) -> int:
        """Return how many tasks have a due time, without looking at each of them."""
        return self._waiting

    def values(self) -> Iterable[tuple[str, bytes]]:
        """Yield the id and value of everything known."""
        yield from self._db.execute("SELECT id, value FROM task ORDER BY id")

    def _apply(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        with self._db:
            self._put((_text(message.key), message.value) for message in messages)
            note_offset(self._db, messages[-1].offset + 1)

    def _put(self, values: Iterable[tuple[str, bytes | None]]) -> int:
        """Write records to the file; return how many more tasks have a due time."""
        change: Counter[str] = Counter()
        more = 0
        for task_id, value in values:
            row = self._db.execute(
                "SELECT value, due_at IS NOT NULL FROM task WHERE id = ?", (task_id,)
            )
            if (known := row.fetchone()) is not None:
                change.subtract(self._tally(known[0]))
                more -= known[1]
            place = _place(value)
            if value is None or place is None:
                self._db.execute("DELETE FROM task WHERE id = ?", (task_id,))
            else:
                change.update(self._tally(value))
                more += place[1] is not None
                self._db.execute(
                    "INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)",
                    (task_id, *place, value),
                )
        self._db.executemany(
            "INSERT INTO tally VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET count = count + excluded.count",
            [(name, count) for name, count in change.items() if count],
        )
        return more

    def _open(self) -> sqlite3.Connection:
        if _is_stale(self._path):
            delete_kept(self._path)
        return open_kept(self._path, _FORM, cluster=self._cluster)


def _place(value: bytes | None) -> tuple[str, float | None] | None:
    """Return host and due time of a state record; None if it is no state record."""
    if value is None:
        return None
    try:
        place = _Place.model_validate_json(value)
    except ValidationError:
        return None
    return place.host, place.due_at


def _text(key: bytes | None) -> str:
    return (key or b"").decode("utf-8", "replace")


def _is_stale(path: Path) -> bool:
    try:
        newest = max(
            file.stat().st_mtime
            for file in (path, path.with_name(path.name + "-wal"))
            if file.exists()
        )
    except ValueError:
        return False
    return newest < time.time() - STALE_SECONDS
