"""One visit to one feed: fetch, see what it means, tell it, remember it."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import structlog

from communique.codec import Record, encode
from communique.events import Entry, Feed, FeedPolled
from communique.identity import host_key, partition_for
from communique.safe_text import safe_text
from communique.topics import ENTRIES, FEEDS_POLLED, Naming
from communique.worker.conclusions import Conclusions
from communique.worker.context import Context
from communique.worker.partition_state import Note, PartitionState, Task
from feed_poller.cadence import (
    Asks,
    Bounds,
    NextVisit,
    bounds_of,
    host_pause,
    next_visit,
    not_before,
)
from feed_poller.fetch import Fetched, fetch
from feed_poller.hints import DAY_SECONDS
from feed_poller.history import History
from feed_poller.hubs import ASK_AGAIN_SECONDS, Hubs, asks_hub
from feed_poller.look_back import look_back
from feed_poller.rhythm import zone_of
from feed_poller.see import see
from feed_poller.see_sitemap import see_sitemap
from feed_poller.seen import Seen, counted, is_same_document
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import FeedTask
from feed_poller.trust import WORDS, is_plain
from feed_poller.validators import Validators

LOOK_BACK_AGAIN_SECONDS = 60.0
"""After a document of a feed's past has not answered."""

log = structlog.get_logger(__name__)


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
        self._conclusions = Conclusions(context.producer)
        callbacks = settings.callbacks
        self._hubs = Hubs(client, callbacks) if callbacks else None

    async def __call__(self, state: PartitionState, due: Task) -> float | None:
        """Visit the feed `due.id`; return for how long its host wants peace."""
        value = state.get(due.id)
        if value is None:
            return None
        task = FeedTask.of(value)
        started = self._now()
        if task.history is not None and started.timestamp() < task.history.resume_at:
            return await self._look_back(state, due, task, task.history, started)
        sitemap = task.round.following  # None: the feed itself is visited
        plain = is_plain(task.trust, started.timestamp())
        url, validators = (sitemap or task).url, (sitemap or task).validators
        if sitemap is None and plain:
            validators = Validators()
        fetched = await fetch(self._client, url, validators)
        now = self._now()
        bounds = self._bounds(task.feed)
        look = partial(
            partial(see_sitemap, task, sitemap)
            if sitemap is not None
            else partial(see, task, plain=plain),
            fetched,
            seen_at=now,
            bounds=bounds,
            interval_seconds=self._settings.poll_interval_seconds,
        )
        if isinstance(fetched, Fetched) and not is_same_document(task, fetched):
            # In a thread: a long document must not hold up the other visits.
            seen = await asyncio.to_thread(look)
        else:
            seen = look()
        seen = counted(seen, now)
        following = self._following(seen, now, bounds)
        if sitemap is not None:  # no sooner than the index itself has asked for
            following = not_before(following, task.round.resume_at)
        told = [
            *(
                entry_record(entry, self._context.naming, cause=task.registered)
                for entry in seen.published
            ),
            _polled_record(
                _polled(
                    seen,
                    started,
                    now,
                    NextVisit(now, "its next sitemap")
                    if seen.task.round.waiting
                    else following,
                    due_at=due.due_at,
                ),
                self._context.naming,
                cause=task.registered,
            ),
        ]
        asked = asks_hub(seen.task, now.timestamp()) if self._hubs else None
        if asked is not None:
            later = seen.task.model_copy(
                update={"hub_due_at": now.timestamp() + ASK_AGAIN_SECONDS}
            )
            seen = replace(seen, task=later)
        conclude = partial(
            _concluded,
            before=(value, task),
            seen=seen,
            now=now,
            next_at=following.at,
            told=told,
        )
        if not await self._conclusions.conclude(state, due.id, conclude):
            return None  # removed while we were out
        if asked is not None and self._hubs is not None:
            await self._hubs.subscribe(task.feed, asked)
        self._context.metrics.count(seen.outcome, at=now.timestamp())
        # Most visits bring nothing: they are told on `feeds.polled`, not in the log.
        if seen.outcome not in ("unchanged", "not_modified"):
            log.info(
                "visited",
                feed=safe_text(task.feed.title, limit=80),
                outcome=seen.outcome,
                published=len(seen.published),
                reason=safe_text(seen.reason, limit=200),
            )
        return host_pause(
            seen.status,
            seen.retry_after_seconds,
            scope=self._settings.retry_after_scope,
        )

    async def _look_back(
        self,
        state: PartitionState,
        due: Task,
        task: FeedTask,
        history: History,
        started: datetime,
    ) -> float | None:
        step = await look_back(self._client, task, history, seen_at=self._now())
        now = self._now()
        wait = LOOK_BACK_AGAIN_SECONDS if step.failed else 0.0
        next_at = now.timestamp() + wait if step.history else history.resume_at
        outcome = "changed" if step.published else "unchanged"
        seen = Seen(
            "failed" if step.failed else outcome,
            step.reason,
            step.status,
            task,
            published=step.published,
        )
        following = NextVisit(datetime.fromtimestamp(next_at, UTC), "its past")
        told = [
            *(
                entry_record(entry, self._context.naming, cause=task.registered)
                for entry in step.published
            ),
            _polled_record(
                _polled(seen, started, now, following),
                self._context.naming,
                cause=task.registered,
            ),
        ]

        def conclude(value: bytes) -> tuple[Sequence[Record], Note]:
            current = FeedTask.of(value)
            if current.history != history:  # asked for anew, or moved elsewhere
                return told, current.note()
            left = {"history": step.history, "due_at": next_at}
            return told, current.model_copy(update=left).note()

        if await self._conclusions.conclude(state, due.id, conclude):
            self._context.metrics.count(seen.outcome, at=now.timestamp())
            log.info(
                "looked back", feed=due.id, reason=safe_text(step.reason, limit=200)
            )
        return host_pause(
            step.status,
            step.retry_after_seconds,
            scope=self._settings.retry_after_scope,
        )

    async def give_up(self, state: PartitionState, due: Task, error: Exception) -> None:
        """Put a feed off for a day whose visits crash us; its memory stays."""
        now = self._now()
        next_at = now + timedelta(seconds=DAY_SECONDS)
        reason = f"a fault of ours, put off for a day: {error!r}"[:500]

        def conclude(value: bytes) -> tuple[Sequence[Record], Note]:
            task = FeedTask.of(value)
            failed = task.model_copy(
                update={
                    "failures": task.failures + 1,
                    "due_at": next_at.timestamp(),
                    "round": task.round.stopped(),
                }
            )
            polled = _polled(
                Seen("failed", reason, None, failed),
                now,
                now,
                NextVisit(next_at, "put off for a day"),
            )
            record = _polled_record(polled, self._context.naming, cause=task.registered)
            return [record], failed.note()

        await self._conclusions.conclude(state, due.id, conclude)

    def _bounds(self, feed: Feed) -> Bounds:
        settings = self._settings
        return bounds_of(
            fixed_seconds=feed.interval_seconds,
            floor_seconds=(
                feed.min_interval_seconds or settings.min_visit_interval_seconds
            ),
            ceiling_seconds=(
                feed.max_interval_seconds or settings.max_visit_interval_seconds
            ),
        )

    def _following(self, seen: Seen, now: datetime, bounds: Bounds) -> NextVisit:
        task = seen.task
        return next_visit(
            now,
            interval_seconds=(
                bounds.ceiling_seconds
                if (task.pushed_until or 0.0) > now.timestamp()  # its hub tells us
                else task.interval_seconds or self._settings.poll_interval_seconds
            ),
            bounds=bounds,
            failures=task.failures,
            asks=Asks(seen.fresh_seconds, seen.retry_after_seconds, task.hints),
            rhythm=task.rhythm,
            zone=zone_of(task.feed.time_zone),
            rng=self._rng,
        )


def _concluded(
    value: bytes,
    *,
    before: tuple[bytes, FeedTask],
    seen: Seen,
    now: datetime,
    next_at: datetime,
    told: Sequence[Record],
) -> tuple[Sequence[Record], Note]:
    """Return what to tell and to note, given what is known of the feed by now."""
    known, task = before
    current = task if value == known else FeedTask.of(value)
    if current.registered != task.registered:
        # Registered anew while we were out: it is due again as it is now, and what we
        # told is remembered.
        kept = {"known": seen.task.known, "visits": seen.task.visits}
        return told, current.model_copy(update=kept).note()
    rests = current.feed.paused or seen.is_gone
    update = {
        "feed": current.feed,
        "host": host_key(seen.task.url),
        "due_at": None if rests else next_at.timestamp(),
    }
    if current.pushed_until != task.pushed_until:  # confirmed while we were out
        update |= {
            "pushed_until": current.pushed_until,
            "hub_due_at": current.hub_due_at,
        }
    if current.due_at != task.due_at and not rests:  # pushed while we were out
        update["due_at"] = current.due_at
        update["round"] = seen.task.round.stopped()
    elif seen.task.round.waiting and not rests:
        resume = {"resume_at": next_at.timestamp()}
        update["round"] = seen.task.round.model_copy(update=resume)
        update["due_at"] = now.timestamp()
    if current.history is not None and not rests:  # its past goes on at once
        resume = {"resume_at": next_at.timestamp()}
        update["history"] = current.history.model_copy(update=resume)
        update["due_at"] = now.timestamp()
    return told, seen.task.model_copy(update=update).note()


def entry_record(entry: Entry, naming: Naming, *, cause: str) -> Record:
    """Return the record of `entry`: a host's entries share one partition."""
    host = entry.host
    return encode(
        entry,
        topic=naming.topic(ENTRIES),
        key=host,
        partition=partition_for(host, ENTRIES.partitions),
        ce_id=f"{entry.release_id}:{entry.fingerprint}:{entry.issuer.feed_id}",
        ce_type="entry.seen",
        ce_time=entry.seen_at,
        source=entry.issuer.feed_url,
        subject=entry.release_id,
        cause=cause,
    )


def _polled(
    seen: Seen,
    started: datetime,
    now: datetime,
    following: NextVisit,
    *,
    due_at: float | None = None,
) -> FeedPolled:
    task, feed, verdict = seen.task, seen.task.feed, seen.task.trust.verdict
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
        next_visit_at=following.at,
        next_visit_reason=following.reason,
        events=seen.events,
        validators=verdict,
        verdict=WORDS[verdict],
        moved_to=seen.moved_to,
        address=task.address,
        standing=task.standing,
        failures=task.failures,
        not_modified_share=task.empties.share,
        news_at=_moment(task.rhythm.last_at),
        gap_at=_moment(task.gap_at),
        late_seconds=None
        if due_at is None
        else round(max(0.0, started.timestamp() - due_at), 3),
    )


def _moment(epoch_seconds: float | None) -> datetime | None:
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, UTC)


def _polled_record(polled: FeedPolled, naming: Naming, *, cause: str) -> Record:
    return encode(
        polled,
        topic=naming.topic(FEEDS_POLLED),
        key=polled.feed_id,
        ce_id=polled.visit_id,
        ce_type=f"feed.{polled.outcome}",
        ce_time=polled.visited_at,
        source=polled.url,
        subject=polled.feed_id,
        cause=cause,
    )
