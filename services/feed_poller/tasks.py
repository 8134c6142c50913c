"""What is remembered of a feed between visits, and how a message changes it; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import ValidationError

from communique.codec import Message, decode
from communique.errors import UndecodableError
from communique.events import Feed, FeedPushed, Standing
from communique.identity import host_key
from communique.parts import Part
from communique.topics import FEEDS, Naming
from communique.worker.partition_state import PLANNED, WAITING, Note
from communique.worker.states import Planned
from feed_poller.empties import Empties
from feed_poller.hints import Hints
from feed_poller.history import History
from feed_poller.moves import Move
from feed_poller.rhythm import Rhythm
from feed_poller.rounds import Round
from feed_poller.trust import Trust
from feed_poller.validators import Validators
from feed_poller.websub import LEASE_SECONDS, Offer, renew_at

MAX_REUSED = 50
_READ_BY = ("kind", "selectors", "links_under", "time_zone", "language", "country")
"""The facts of a feed by which its documents are read."""


class FeedTask(Part):
    """The record of one feed on `feeds.state`; `due_at` in epoch seconds."""

    host: str
    due_at: float | None
    feed: Feed
    registered: str
    """The place of the message on `feeds` that holds it: the cause of its entries."""
    address: str | None = None
    """Where the feed has moved to; None: it is where it was registered."""
    move: Move | None = None
    """A move that has not proven stable yet."""
    validators: Validators = Validators()
    trust: Trust = Trust()
    digest: str | None = None
    """Of the last document that was read, as it came."""
    hints: Hints = Hints()
    rhythm: Rhythm = Rhythm()
    interval_seconds: float | None = None
    """What the visits so far have led to; None: what the setting says."""
    read_at: float | None = None
    """When the feed was last read, a 304 included; epoch seconds."""
    standing: tuple[Standing, ...] = ()
    known: Mapping[str, str] = {}
    """`memory.Known`: what is remembered of its entries."""
    reused_links: tuple[str, ...] = ()
    """Links that the feed once gave to several entries: no id is made of them."""
    hub: Offer | None = None
    """Who pushes, by the last document."""
    hub_due_at: float | None = None
    """When the hub is asked again, in epoch seconds; None: it never was."""
    pushed_until: float | None = None
    """How long the hub has promised to push."""
    peace_until: float | None = None
    """Until when its server asked not to be visited (Retry-After), pushed or not."""
    history: History | None = None
    """A backfill that goes on."""
    round: Round = Round()
    """Of a feed that is a sitemap index: the visits to its sitemaps."""
    visits: int = 0
    failures: int = 0
    empties: Empties = Empties()
    gap_at: float | None = None
    """When entries may last have been missed; epoch seconds."""

    @classmethod
    def of(cls, value: bytes) -> Self:
        """Return the task that a state record holds."""
        return cls.model_validate_json(value)

    def note(self) -> Note:
        """Return the state record that holds this task."""
        return Note(
            self.feed.feed_id, self.model_dump_json(exclude_defaults=True).encode()
        )

    @property
    def url(self) -> str:
        """Return the address to visit."""
        return self.address or self.feed.url

    @property
    def is_gone(self) -> bool:
        """Return whether the feed said 410 and is visited no more."""
        return self.due_at is None and "gone" in self.standing


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
    pushed = decode(message, FeedPushed)
    if task is None or task.due_at is None:  # paused or gone
        return Planned("ignored")
    if pushed.lease_seconds is not None:
        lease = min(pushed.lease_seconds, LEASE_SECONDS)
        confirmed = task.model_copy(
            update={
                "pushed_until": now + lease,
                "hub_due_at": renew_at(now, lease),
            }
        )
        return Planned("confirmed", confirmed.note(), task.host)
    # Of an index, the sitemaps that still wait will be named again.
    update: dict[str, object] = {
        "due_at": max(now, task.peace_until or now),
        "round": task.round.stopped(),
    }
    if pushed.backfill_since is not None:
        since = pushed.backfill_since.timestamp()
        update["history"] = History(since=since, resume_at=task.due_at)
    return Planned("scheduled", task.model_copy(update=update).note(), task.host)


def tally(value: bytes) -> Mapping[str, int]:
    """Return what one record adds to the counts of its partition: one feed."""
    try:
        found = _Waiting.model_validate_json(value)
    except ValidationError:
        return {}
    if found.due_at is not None:
        return {PLANNED: 1, WAITING: 1}
    return {PLANNED: 1, "gone" if "gone" in found.standing else "paused": 1}


class _Waiting(Part):
    """What a tally needs of a record; the rest of it is not looked at."""

    due_at: float | None
    standing: tuple[str, ...] = ()


def _register(message: Message, task: FeedTask | None, now: float) -> Planned:
    if task is not None and _is_older(message, task.registered):
        return Planned("known")  # a replay
    if message.value is None:  # a tombstone: the feed was removed
        return Planned(
            "removed", Note(task_id(message), None), task.host if task else None
        )
    feed = decode(message, Feed)
    is_same = task is not None and task.feed == _as_of(feed, task.feed.registered_at)
    if task is not None and is_same and not task.is_gone:
        return Planned("known")  # said again, as `up` does at every start
    if task is None:
        task = FeedTask(host="", due_at=None, feed=feed, registered=message.origin)
    changed = task.model_copy(
        update={
            "feed": feed,
            "registered": message.origin,
            **({} if _is_read_alike(task.feed, feed) else _TO_READ_ANEW),
            **({} if task.feed.url == feed.url else _ELSEWHERE),
        }
    )
    due_at = None if feed.paused else max(now, changed.peace_until or now)
    try:
        host = host_key(changed.url)
    except ValueError as error:
        raise UndecodableError(str(error)) from None
    note = changed.model_copy(update={"host": host, "due_at": due_at}).note()
    return Planned("scheduled", note, host)


_TO_READ_ANEW = {"digest": None, "validators": Validators(), "round": Round()}
"""What is forgotten when the same bytes may mean something else."""

_ELSEWHERE = {
    **_TO_READ_ANEW,
    "address": None,
    "move": None,
    "trust": Trust(),
    "hints": Hints(),
    "hub": None,
    "hub_due_at": None,
    "pushed_until": None,
    "peace_until": None,
    "history": None,
}
"""What is forgotten when a feed is registered at another address."""


def _is_older(message: Message, registered: str) -> bool:
    log, _, offset = message.origin.rpartition("/")
    last_log, _, last_offset = registered.rpartition("/")
    if log != last_log or not (offset.isdecimal() and last_offset.isdecimal()):
        return False
    return int(offset) <= int(last_offset)


def _is_read_alike(one: Feed, other: Feed) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _READ_BY)


def _as_of(feed: Feed, registered_at: datetime) -> Feed:
    return feed.model_copy(update={"registered_at": registered_at})
