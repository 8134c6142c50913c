"""What is remembered of a release, and how an entry changes it; pure."""

import math
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import ValidationError

from communique.codec import Message, decode
from communique.events import Entry
from communique.parts import Fingerprint, Part
from communique.topics import ENTRIES, Naming
from communique.worker.partition_state import PLANNED, WAITING, Note
from communique.worker.states import Planned

DIGITS = 8
MAX_FEEDS = 4
MAX_PENDING = 256
"""Of so many unread entries of one release, older ones go: far above any feed."""


Outcome = Literal["released", "unchanged", "dead", "expired", "dropped"]
"""What became of a planned entry; `dropped`: too many waited before it."""

_SHORT: Mapping[Outcome, str] = {
    "released": "r",
    "unchanged": "u",
    "dead": "d",
    "expired": "e",
    "dropped": "c",
}


class Intent(Part):
    """The event that is about to be written; a restart that meets it finishes it."""

    revision: int
    version: int
    fingerprint: Fingerprint


class PageTask(Part):
    """
    The record of one release on `pages.state`.

    At rest some 300 bytes; with a full memory 600, and below 1,000 whatever the host's
    name; up to 20 more for each entry that waits.
    """

    host: str
    due_at: float | None
    attempt: int = 0
    pending: tuple[str, ...] = ()
    """Entries to work on, newest last: `offset`, or `r` + `offset` on the replay."""
    last: int = -1
    """Offset of the newest entry ever planned: older ones are a replay."""
    last_replayed: int = -1
    """The same for the replay topic."""
    feeds: Mapping[str, str] = {}
    """Feed id to the fingerprint of its entry, both shortened; at most four."""
    revision: int = 0
    version: int = 0
    fingerprint: Fingerprint | None = None
    first_seen_ms: int = 0
    raw: str | None = None
    """`partition/offset` of the last event on `releases.raw`."""
    intent: Intent | None = None
    planned: int = 0
    """Entries that ever stood in `pending`."""
    settled: Mapping[str, int] = {}
    """Of these, how many came to which outcome; one letter each."""

    @classmethod
    def of(cls, value: bytes) -> Self:
        """Return the task that a state record holds."""
        return cls.model_validate_json(value)

    def note(self, release_id: str) -> Note:
        """Return the state record that holds this task."""
        return Note(release_id, self.model_dump_json(exclude_defaults=True).encode())

    def settle(self, place: str, outcome: Outcome) -> Self:
        """Return the task without `place`, counted: one record carries both."""
        return self.model_copy(
            update={
                "pending": tuple(other for other in self.pending if other != place),
                "settled": _counted(self.settled, outcome, 1),
            }
        )

    def forget(self, entry: Entry) -> Self:
        """Return the task as if `entry` had not come: put back, it is read again."""
        feed, text = entry.issuer.feed_id[:DIGITS], entry.fingerprint[:DIGITS]
        feeds = {k: v for k, v in self.feeds.items() if (k, v) != (feed, text)}
        return self.model_copy(update={"feeds": feeds})

    def rested(self, *, now: float) -> Self:
        """
        Return the task after a visit; due now if more entries came meanwhile.

        An intent stays until its event is confirmed: the event may be out already, and
        what comes next must not take its numbers.
        """
        return self.model_copy(
            update={"attempt": 0, "due_at": now if self.pending else None}
        )


def task_id(message: Message) -> str:
    """Return the release id of an entry; raises PermanentError if it is none."""
    return decode(message, Entry).release_id


def plan(message: Message, known: bytes | None, *, naming: Naming) -> Planned:
    """
    Return what an entry asks for: its page is read, or nothing, as it is known.

    An entry below the newest one planned was planned too: a replay of `entries` changes
    nothing, from whichever offset. One that is put back is no news either, if its feed
    has said something newer since.
    """
    entry = decode(message, Entry)
    task = PageTask.of(known) if known is not None else None
    is_replayed = message.topic != naming.topic(ENTRIES)
    feed, text = entry.issuer.feed_id[:DIGITS], entry.fingerprint[:DIGITS]
    if task is None:
        task = PageTask(host=entry.host, due_at=None)
    last = task.last_replayed if is_replayed else task.last
    is_outdated = feed in task.feeds and _written_at(message, naming) < task.last
    if message.offset <= last or is_outdated or task.feeds.get(feed) == text:
        return Planned("known")
    feeds = {**{key: task.feeds[key] for key in task.feeds if key != feed}, feed: text}
    place = f"r{message.offset}" if is_replayed else str(message.offset)
    pending = (*task.pending, place)
    settled = task.settled
    if (excess := len(pending) - MAX_PENDING) > 0:
        settled = _counted(settled, "dropped", excess)
    planned = task.model_copy(
        update={
            "host": entry.host,
            "due_at": message.timestamp_ms / 1000,
            "attempt": 0,
            "pending": pending[-MAX_PENDING:],
            "planned": task.planned + 1,
            "settled": settled,
            "last_replayed" if is_replayed else "last": message.offset,
            "feeds": dict(list(feeds.items())[-MAX_FEEDS:]),
        }
    )
    return Planned("scheduled", planned.note(entry.release_id), entry.host)


def _written_at(message: Message, naming: Naming) -> float:
    """Return the offset that an entry had on `entries`; infinite if it had none."""
    log, _, offset = message.origin.rpartition("/")
    here = f"{naming.topic(ENTRIES)}/{message.partition}"
    return int(offset) if log == here and offset.isdecimal() else math.inf


def tally(value: bytes) -> Mapping[str, int]:
    """
    Return what one record adds to the counts of its partition; a foreign one nothing.

    `planned` is the sum of all the others.
    """
    try:
        task = PageTask.of(value)
    except ValidationError:
        return {}
    return {
        PLANNED: task.planned,
        WAITING: len(task.pending),
        **{str(name): task.settled.get(short, 0) for name, short in _SHORT.items()},
    }


def _counted(
    settled: Mapping[str, int], outcome: Outcome, count: int
) -> Mapping[str, int]:
    short = _SHORT[outcome]
    return {**settled, short: settled.get(short, 0) + count}
