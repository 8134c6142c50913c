"""What is remembered of a feed between visits, and how a message changes it; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self

from pydantic import ValidationError

from communique.codec import Message, decode
from communique.errors import UndecodableError
from communique.events import Entry, Feed, FeedPushed, Part
from communique.identity import host_key
from communique.topics import FEEDS, Naming
from communique.worker.partition_state import PLANNED, WAITING, Note
from communique.worker.states import Planned
from feed_poller.validators import Validators

MIN_KNOWN = 500
MAX_REUSED = 50
DIGITS = 16
"""Of ids and fingerprints; 64 bits keep a feed's memory small and unambiguous."""


class FeedTask(Part):
    """The record of one feed on `feeds.state`; `due_at` in epoch seconds."""

    host: str
    due_at: float | None
    feed: Feed
    registered: str
    """The place of the message on `feeds` that holds it: the cause of its entries."""
    validators: Validators = Validators()
    known: Mapping[str, str] = {}
    """Release id to fingerprint, shortened; oldest first."""
    reused_links: tuple[str, ...] = ()
    """Links that the feed once gave to several entries: no id is made of them."""
    visits: int = 0
    failures: int = 0

    @classmethod
    def of(cls, value: bytes) -> Self:
        """Return the task that a state record holds."""
        return cls.model_validate_json(value)

    def note(self) -> Note:
        """Return the state record that holds this task."""
        return Note(
            self.feed.feed_id, self.model_dump_json(exclude_none=False).encode()
        )

    def knows(self, entry: Entry) -> bool:
        """Return whether `entry` was seen with this very text."""
        key = entry.release_id[:DIGITS]
        return self.known.get(key) == entry.fingerprint[:DIGITS]

    def with_entries(self, entries: Sequence[Entry]) -> Mapping[str, str]:
        """Return `known` with the entries of a document, without the oldest ones."""
        known = dict(self.known)
        for entry in entries:
            key = entry.release_id[:DIGITS]
            known.pop(key, None)
            known[key] = entry.fingerprint[:DIGITS]
        limit = max(MIN_KNOWN, 2 * len(entries))
        return dict(list(known.items())[-limit:])


def task_id(message: Message) -> str:
    """
    Return the feed id of a message on `feeds` or `feeds.pushed`: its key.

    Raises UndecodableError if there is none.
    """
    if not message.key:
        raise UndecodableError("no feed id as key")
    try:
        return message.key.decode()
    except UnicodeDecodeError:
        raise UndecodableError("the key is no feed id") from None


def plan(message: Message, known: bytes | None, *, naming: Naming) -> Planned:
    """Return what a message changes: a feed to visit, one to forget, a visit now."""
    now = message.timestamp_ms / 1000
    task = FeedTask.of(known) if known is not None else None
    # A dead letter that was put back is taken for what it was.
    if message.origin.startswith(f"{naming.topic(FEEDS)}/"):
        return _register(message, task, now)
    decode(message, FeedPushed)  # says nothing that matters, but must be one
    if task is None or task.feed.paused:
        return Planned("ignored")
    due = task.model_copy(update={"due_at": now})
    return Planned("scheduled", due.note(), task.host)


def tally(value: bytes) -> Mapping[str, int]:
    """Return what one record adds to the counts of its partition: one feed."""
    try:
        task = FeedTask.of(value)
    except ValidationError:
        return {}
    return {PLANNED: 1, "paused" if task.due_at is None else WAITING: 1}


def _register(message: Message, task: FeedTask | None, now: float) -> Planned:
    if task is not None and _is_older(message, task.registered):
        return Planned("known")  # a replay
    if message.value is None:  # a tombstone: the feed was removed
        return Planned(
            "removed", Note(task_id(message), None), task.host if task else None
        )
    feed = decode(message, Feed)
    if task is not None and task.feed == _as_of(feed, task.feed.registered_at):
        return Planned("known")  # said again, as `up` does at every start
    try:
        host = host_key(feed.url)
    except ValueError as error:
        raise UndecodableError(str(error)) from None
    due_at = None if feed.paused else now
    if task is None:
        fresh = FeedTask(host=host, due_at=due_at, feed=feed, registered=message.origin)
        return Planned("scheduled", fresh.note(), host)
    validators = task.validators if task.feed.url == feed.url else Validators()
    changed = task.model_copy(
        update={
            "host": host,
            "due_at": due_at,
            "feed": feed,
            "registered": message.origin,
            "validators": validators,
        }
    )
    return Planned("scheduled", changed.note(), host)


def _is_older(message: Message, registered: str) -> bool:
    log, _, offset = message.origin.rpartition("/")
    last_log, _, last_offset = registered.rpartition("/")
    if log != last_log or not (offset.isdecimal() and last_offset.isdecimal()):
        return False
    return int(offset) <= int(last_offset)


def _as_of(feed: Feed, registered_at: datetime) -> Feed:
    return feed.model_copy(update={"registered_at": registered_at})
