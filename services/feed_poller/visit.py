"""One visit to one feed: look, tell what that means, note it."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from communique.codec import Record
from communique.identity import host_key
from communique.safe_http import SafeClient
from communique.safe_text import safe_text
from communique.turns import Turn
from communique.worker.conclusions import Conclusions
from communique.worker.context import Context
from communique.worker.partition_state import Note, PartitionState, Task
from feed_poller.cadence import NextVisit, host_pause
from feed_poller.following import bounds_for, following
from feed_poller.hints import DAY_SECONDS
from feed_poller.history import History
from feed_poller.hubs import ASK_AGAIN_SECONDS, Hubs
from feed_poller.look import look
from feed_poller.look_back import look_back
from feed_poller.noted import noted, noted_past, peace_until
from feed_poller.seen import Seen
from feed_poller.settings import FeedPollerSettings
from feed_poller.tasks import FeedTask
from feed_poller.told import told

REQUESTS_AT_ONCE = 64
VISITS_AT_ONCE = 4 * REQUESTS_AT_ONCE
"""Others are asked while outcomes are written down, the more at once the cheaper."""
VISITS_WHILE_BEHIND = 3
"""Changes of the registry go ahead: Faust needs turns of the loop for each of them."""
LOOK_BACK_AGAIN_SECONDS = 60.0
"""After a document of a feed's past has not answered."""

log = structlog.get_logger(__name__)


class Visitor:
    """Runs due visits; every outcome is confirmed by the broker, step by step."""

    def __init__(
        self,
        context: Context,
        settings: FeedPollerSettings,
        client: SafeClient,
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
        self._requests = asyncio.Semaphore(REQUESTS_AT_ONCE)
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
            return await self._look_back(state, due, task, task.history)
        async with self._client.turns.visit() as turn:
            return await self._visit(state, due, task, value, turn)

    async def _visit(
        self,
        state: PartitionState,
        due: Task,
        task: FeedTask,
        value: bytes,
        turn: Turn,
    ) -> float | None:
        """Visit the feed of `task`, which is kept as `value`; `turn` is for its hub."""
        async with self._requests:
            started = self._now()
            seen, now = await look(
                self._client,
                task,
                now=self._now,
                bounds=bounds_for(task.feed, self._settings),
                interval_seconds=self._settings.poll_interval_seconds,
            )
        asked = None
        if self._hubs is not None:
            asked = self._hubs.due(seen.task, now.timestamp(), turn)
        if asked is not None:
            again = {"hub_due_at": now.timestamp() + ASK_AGAIN_SECONDS}
            seen = replace(seen, task=seen.task.model_copy(update=again))
        is_sitemap = task.round.following is not None
        next_one = following(
            seen,
            now,
            self._settings,
            # No sooner than the index itself has asked for.
            earliest=task.round.resume_at if is_sitemap else 0.0,
            rng=self._rng,
        )
        records = self._told(
            seen,
            started,
            now,
            NextVisit(now, "its next sitemap") if seen.task.round.waiting else next_one,
            due_at=due.due_at,
        )

        def conclude(known: bytes) -> tuple[list[Record], Note]:
            current = task if known == value else FeedTask.of(known)
            after = noted(current, seen, before=task, now=now, next_at=next_one.at)
            return records, after.note()

        if not await self._conclusions.conclude(state, due.id, conclude):
            return None  # removed while we were out
        if asked is not None and self._hubs is not None:
            await turn.at(host_key(asked.hub))
            async with self._requests:
                await self._hubs.subscribe(task.feed, asked, turn)
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
        return self._pause(seen.status, seen.retry_after_seconds)

    async def _look_back(
        self, state: PartitionState, due: Task, task: FeedTask, history: History
    ) -> float | None:
        async with self._requests:
            started = self._now()
            step = await look_back(self._client, task, history, seen_at=started)
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
        next_one = NextVisit(datetime.fromtimestamp(next_at, UTC), "its past")
        records = self._told(seen, started, now, next_one)

        def conclude(known: bytes) -> tuple[list[Record], Note]:
            current = FeedTask.of(known)
            after = noted_past(
                current,
                step.history,
                before=history,
                next_at=next_at,
                peace=peace_until(current, now, step.retry_after_seconds),
            )
            return records, after.note()

        if await self._conclusions.conclude(state, due.id, conclude):
            self._context.metrics.count(seen.outcome, at=now.timestamp())
            log.info(
                "looked back", feed=due.id, reason=safe_text(step.reason, limit=200)
            )
        return self._pause(step.status, step.retry_after_seconds)

    async def give_up(self, state: PartitionState, due: Task, error: Exception) -> None:
        """Put a feed off for a day whose visits crash us; its memory stays."""
        now = self._now()
        next_one = NextVisit(now + timedelta(seconds=DAY_SECONDS), "put off for a day")
        reason = f"a fault of ours, put off for a day: {error!r}"[:500]

        def conclude(known: bytes) -> tuple[list[Record], Note]:
            task = FeedTask.of(known)
            failed = task.model_copy(
                update={
                    "failures": task.failures + 1,
                    "due_at": next_one.at.timestamp(),
                    "round": task.round.stopped(),
                }
            )
            seen = Seen("failed", reason, None, failed)
            return self._told(seen, now, now, next_one), failed.note()

        await self._conclusions.conclude(state, due.id, conclude)

    def _told(
        self,
        seen: Seen,
        started: datetime,
        now: datetime,
        next_one: NextVisit,
        *,
        due_at: float | None = None,
    ) -> list[Record]:
        return told(
            seen,
            self._context.naming,
            started=started,
            now=now,
            following=next_one,
            due_at=due_at,
        )

    def _pause(self, status: int | None, asked_seconds: float | None) -> float:
        scope = self._settings.retry_after_scope
        return host_pause(status, asked_seconds, scope=scope)
