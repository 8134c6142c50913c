"""What is noted of a feed after a visit, whatever was noted while we were out; pure."""

from datetime import datetime

from communique.identity import host_key
from feed_poller.hints import DAY_SECONDS
from feed_poller.history import History
from feed_poller.seen import Seen
from feed_poller.tasks import FeedTask


def noted(
    current: FeedTask, seen: Seen, *, before: FeedTask, now: datetime, next_at: datetime
) -> FeedTask:
    """
    Return the task after a visit that found it as `before`, and finds it `current`.

    `next_at` is when it is to be visited again.
    """
    if current.registered != before.registered:
        # Registered anew while we were out: it is due again as it is now, and what we
        # told is remembered.
        kept: dict[str, object] = {"known": seen.task.known, "visits": seen.task.visits}
        if current.feed.url == before.feed.url:
            kept["peace_until"] = peace_until(current, now, seen.retry_after_seconds)
        return _in_peace(current.model_copy(update=kept))
    rests = current.feed.paused or seen.is_gone
    update = {
        "feed": current.feed,
        "host": host_key(seen.task.url),
        "due_at": None if rests else next_at.timestamp(),
    }
    if current.pushed_until != before.pushed_until:  # confirmed while we were out
        update |= {
            "pushed_until": current.pushed_until,
            "hub_due_at": current.hub_due_at,
        }
    if current.due_at != before.due_at and not rests:  # pushed while we were out
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
    update["peace_until"] = peace_until(current, now, seen.retry_after_seconds)
    return _in_peace(seen.task.model_copy(update=update))


def noted_past(
    current: FeedTask,
    left: History | None,
    *,
    before: History,
    next_at: float,
    peace: float | None = None,
) -> FeedTask:
    """Return the task after a step into its past that `left` so much of it to do."""
    if current.history != before:  # asked for anew, or moved elsewhere
        return current
    update = {"history": left, "due_at": next_at, "peace_until": peace}
    return _in_peace(current.model_copy(update=update))


def peace_until(
    task: FeedTask, now: datetime, asked_seconds: float | None
) -> float | None:
    """
    Return until when the server wants no visit, in epoch seconds; None: it never said.

    `asked_seconds` is what it said just now (Retry-After), of which a day is granted.
    """
    if asked_seconds is None:
        return task.peace_until
    return now.timestamp() + min(asked_seconds, DAY_SECONDS)


def _in_peace(task: FeedTask) -> FeedTask:
    """Return `task`, due no sooner than its server wants, whoever pushed or asked."""
    if task.due_at is None or task.peace_until is None:
        return task
    return task.model_copy(update={"due_at": max(task.due_at, task.peace_until)})
