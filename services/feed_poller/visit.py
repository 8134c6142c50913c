"""One visit to one feed: fetch, parse, tell what is new, remember."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog

from communique.codec import Record, encode
from communique.events import Entry, Feed, FeedPolled
from communique.identity import host_key, partition_for
from communique.safe_text import safe_text
from communique.topics import ENTRIES, FEEDS_POLLED, Naming
from communique.worker.context import Context
from communique.worker.partition_state import PartitionState, Task
from feed_poller.cadence import DAY_SECONDS, next_visit
from feed_poller.changes import changes, newest
from feed_poller.fetch import Failed, Fetched, NotModified, fetch
from feed_poller.parse import NotAFeedError, parse
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import MAX_REUSED, FeedTask

MAX_TEXT_CHARACTERS = 1_000_000
MAX_INTERVAL_SECONDS = 30 * DAY_SECONDS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit brought: how it is told, what is new, what is remembered."""

    outcome: str
    reason: str
    status: int | None
    task: FeedTask
    entries: int = 0
    published: tuple[Entry, ...] = ()
    retry_after_seconds: float | None = None


class Visitor:
    """Runs due visits; every outcome is confirmed by the broker, step by step."""

    def __init__(
        self,
        context: Context,
        settings: FeedPollerSettings,
        client: httpx.AsyncClient,
        *,
        rng: random.Random,
        now: Callable[[], datetime],
    ) -> None:
        self._context = context
        self._settings = settings
        self._client = client
        self._rng = rng
        self._now = now

    async def __call__(self, state: PartitionState, due: Task) -> float | None:
        """Visit the feed `due.id`; return for how long its host wants peace."""
        value = state.get(due.id)
        if value is None:
            return None
        task = FeedTask.of(value)
        started = self._now()
        fetched = await fetch(self._client, task.feed.url, task.validators)
        now = self._now()
        # In a thread: a long document must not hold up the other visits.
        seen = await asyncio.to_thread(see, task, fetched, seen_at=now)
        next_at = next_visit(
            now,
            interval_seconds=min(
                task.feed.interval_seconds or self._settings.poll_interval_seconds,
                MAX_INTERVAL_SECONDS,
            ),
            failures=seen.task.failures,
            retry_after_seconds=seen.retry_after_seconds,
            rng=self._rng,
        )
        polled = _polled(seen, started, now, next_at)
        async with state.lock:
            current = state.get(due.id)
            if current is None:
                return None  # removed while we were out
            registered = FeedTask.of(current)  # perhaps anew while we were out
            feed = registered.feed
            naming = self._context.naming
            # The entries first, then the memory: cut off between the two, the next
            # visit tells them again under the same ids, and nobody minds.
            await self._context.producer.send_all(
                [
                    *(
                        entry_record(entry, naming, cause=task.registered)
                        for entry in seen.published
                    ),
                    _polled_record(polled, naming, cause=task.registered),
                ]
            )
            done = seen.task.model_copy(
                update={
                    "feed": feed,
                    "registered": registered.registered,
                    "host": host_key(feed.url),
                    "due_at": None if feed.paused else next_at.timestamp(),
                }
            )
            await state.save([done.note()], self._context.producer)
        self._context.metrics.count(seen.outcome, at=now.timestamp())
        # Most visits bring nothing: they are told on `feeds.polled`, not in the log.
        tell = log.debug if seen.outcome in ("unchanged", "not_modified") else log.info
        tell(
            "visited",
            feed=safe_text(task.feed.title, limit=80),
            outcome=seen.outcome,
            published=len(seen.published),
            reason=safe_text(seen.reason, limit=200),
        )
        # At most as long as visits are put off: no header closes a host for good.
        return min(seen.retry_after_seconds or 0.0, DAY_SECONDS)

    async def give_up(self, state: PartitionState, due: Task, error: Exception) -> None:
        """Put a feed off for a day whose visits crash us; its memory stays."""
        async with state.lock:
            if (value := state.get(due.id)) is None:
                return
            task = FeedTask.of(value)
            now = self._now()
            seen = Seen(
                "failed",
                f"a fault of ours, put off for a day: {error!r}"[:500],
                None,
                task.model_copy(update={"failures": task.failures + 1}),
            )
            next_at = now + timedelta(seconds=DAY_SECONDS)
            naming = self._context.naming
            polled = _polled(seen, now, now, next_at)
            await self._context.producer.send_all(
                [_polled_record(polled, naming, cause=task.registered)]
            )
            later = seen.task.model_copy(update={"due_at": next_at.timestamp()})
            await state.save([later.note()], self._context.producer)


def see(
    task: FeedTask, fetched: Fetched | NotModified | Failed, *, seen_at: datetime
) -> Seen:
    """Return what a visit means: pure; a feed's first visit is backfill."""
    if isinstance(fetched, Failed):
        return Seen(
            "failed",
            fetched.reason,
            fetched.status,
            task.model_copy(update={"failures": task.failures + 1}),
            retry_after_seconds=fetched.retry_after_seconds,
        )
    read = task.model_copy(
        update={
            "failures": 0,
            "validators": fetched.validators,
            "visits": task.visits + 1,
        }
    )
    if isinstance(fetched, NotModified):
        return Seen(
            "not_modified", "304: nothing changed since the last visit", 304, read
        )
    try:
        parsed = parse(
            fetched.body,
            feed=task.feed,
            url=fetched.url,
            seen_at=seen_at,
            content_type=fetched.content_type,
            backfill=task.visits == 0,
            known_reused=task.reused_links,
        )
    except NotAFeedError as error:
        return Seen(
            "failed",
            str(error),
            fetched.status,
            task.model_copy(update={"failures": task.failures + 1}),
        )
    known = {
        entry.release_id: entry.fingerprint
        for entry in parsed.entries
        if task.knows(entry)
    }
    published = tuple(_fitting(entry) for entry in changes(parsed.entries, known))
    return Seen(
        "changed" if published else "unchanged",
        _reason(len(parsed.entries), len(published), parsed.warnings, task.visits == 0),
        fetched.status,
        read.model_copy(
            update={
                "known": read.with_entries(newest(parsed.entries)),
                "reused_links": tuple(sorted(parsed.reused_links))[:MAX_REUSED],
            }
        ),
        entries=len(parsed.entries),
        published=published,
    )


def entry_record(entry: Entry, naming: Naming, *, cause: str) -> Record:
    """Return the record of `entry`: a host's entries share one partition."""
    return encode(
        entry,
        topic=naming.topic(ENTRIES),
        key=entry.host,
        partition=partition_for(entry.host, ENTRIES.partitions),
        ce_id=f"{entry.release_id}:{entry.fingerprint}:{entry.issuer.feed_id}",
        ce_type="entry.seen",
        ce_time=entry.seen_at,
        source=entry.issuer.feed_url,
        subject=entry.release_id,
        cause=cause,
    )


def _fitting(entry: Entry) -> Entry:
    """Return `entry` as a record can carry it; the page has the rest of such a text."""
    return entry.model_copy(update={"text": entry.text[:MAX_TEXT_CHARACTERS]})


def _reason(entries: int, new: int, warnings: tuple[str, ...], first: bool) -> str:
    words = f"{entries} entries, {new} new or reworded"
    if first:
        words += ", first visit: backfill"
    if warnings:
        words += f"; {len(warnings)} warnings, as: {warnings[0]}"
    return words


def _polled(
    seen: Seen, started: datetime, now: datetime, next_at: datetime
) -> FeedPolled:
    feed: Feed = seen.task.feed
    return FeedPolled(
        feed_id=feed.feed_id,
        url=feed.url,
        title=feed.title,
        ministry=feed.ministry,
        country=feed.country,
        visited_at=started,
        outcome=seen.outcome,
        reason=seen.reason,
        status=seen.status,
        entries=seen.entries,
        published=len(seen.published),
        backfill=any(entry.backfill for entry in seen.published),
        duration_seconds=max(0.0, (now - started).total_seconds()),
        next_visit_at=next_at,
    )


def _polled_record(polled: FeedPolled, naming: Naming, *, cause: str) -> Record:
    return encode(
        polled,
        topic=naming.topic(FEEDS_POLLED),
        key=polled.feed_id,
        ce_id=f"{polled.feed_id}:{int(polled.visited_at.timestamp() * 1000)}",
        ce_type=f"feed.{polled.outcome}",
        ce_time=polled.visited_at,
        source=polled.url,
        subject=polled.feed_id,
        cause=cause,
    )
