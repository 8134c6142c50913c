"""What follows from a visit, whatever is new in the document; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from communique.events import Entry, FeedEvent
from feed_poller.fetch import Failed, Fetched, NotModified
from feed_poller.moves import GIVE_UP_FAILURES, moving
from feed_poller.rhythm import zone_of
from feed_poller.standing import after_failure, after_visit
from feed_poller.tasks import FeedTask
from feed_poller.trust import Sight, judged


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit brought: how it is told, what is new, what is remembered."""

    outcome: str
    reason: str
    status: int | None
    task: FeedTask
    entries: int = 0
    published: tuple[Entry, ...] = ()
    events: tuple[FeedEvent, ...] = ()
    moved_to: str | None = None
    retry_after_seconds: float | None = None
    fresh_seconds: float | None = None
    is_gone: bool = False
    """The feed said that it is gone for good."""


def counted(seen: Seen, now: datetime) -> Seen:
    """Return `seen` with this visit in the share of those that cost one 304."""
    empties = seen.task.empties.after(
        empty=seen.outcome == "not_modified", at=now.timestamp()
    )
    return replace(seen, task=seen.task.model_copy(update={"empties": empties}))


def is_same_document(task: FeedTask, fetched: Fetched | NotModified | Failed) -> bool:
    """Return whether an answer is the very document that was read before."""
    return isinstance(fetched, Fetched) and task.digest == digest(fetched.body)


def digest(body: bytes) -> str:
    """Return the digest of a document as it came."""
    return blake2b(body, digest_size=8).hexdigest()


def failed(
    task: FeedTask, reason: str, answer: Failed, *, no_feed: bool = False
) -> Seen:
    """Return what it means that a visit brought no feed."""
    failures = task.failures + 1
    # Only what was registered can be gone; from elsewhere it goes back there.
    gone = answer.gone and task.address is None
    if gone:
        reason += "; it is visited no more, until it is registered again"
    standing, events = after_failure(
        task.standing, failures=failures, no_feed=no_feed, gone=gone
    )
    update: dict[str, Any] = {"failures": failures, "standing": standing}
    if task.address is not None and (answer.gone or failures >= GIVE_UP_FAILURES):
        update |= {"address": None, "move": None}
        reason += "; the address from which it moved is tried again"
    return Seen(
        "failed",
        reason,
        answer.status,
        task.model_copy(update=update),
        events=events,
        retry_after_seconds=answer.retry_after_seconds,
        is_gone=gone,
    )


def visited(
    task: FeedTask,
    fetched: Fetched | NotModified,
    seen_at: datetime,
    outcome: str,
    reason: str,
    facts: Mapping[str, Any],
    *,
    plain: bool,
    news: tuple[Entry, ...],
    entries: int = 0,
    gap: bool = False,
) -> Seen:
    """Return what every visit means that found a feed, whatever was new in it."""
    now = seen_at.timestamp()
    trust = judged(
        task.trust,
        Sight(
            asked=not plain,
            not_modified=isinstance(fetched, NotModified),
            before=task.validators,
            after=fetched.validators,
            same_document=is_same_document(task, fetched),
            news=bool(news) and task.visits > 0,
        ),
        now,
    )
    move = moving(task.move, fetched.moved_to, task.url, now)
    moved_to = move.to if move is not None and move.is_stable(now) else None
    read = task.model_copy(
        update={
            "failures": 0,
            "visits": task.visits + 1,
            "read_at": now,
            "trust": trust,
            "validators": task.validators if trust.checking else fetched.validators,
            "move": None if moved_to else move,
            "address": moved_to or task.address,
            "gap_at": now if gap else task.gap_at,
            **facts,
        }
    )
    standing, events = after_visit(
        task.standing,
        news=bool(news),
        silent=read.rhythm.is_silent(
            seen_at,
            zone_of(task.feed.time_zone),
            expected_a_day=task.feed.expected_entries_a_day,
        ),
    )
    if gap:
        events = (*events, "possible_gap")
    if moved_to:
        events = (*events, "moved")
        reason += "; it has moved for good and is visited there from now on"
    return Seen(
        outcome,
        reason,
        fetched.status,
        read.model_copy(update={"standing": standing}),
        entries=entries,
        published=news,
        events=events,
        moved_to=moved_to,
        fresh_seconds=fetched.fresh_seconds,
    )
