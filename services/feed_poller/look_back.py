"""Edge: one step into a feed's past; everything that it brings is backfill."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from communique.encoding import decoded
from communique.events import Entry
from communique.safe_http import SafeClient
from feed_poller.fetch import Failed, Fetched, fetch
from feed_poller.history import (
    MAX_ROBOTS_BYTES,
    History,
    begun,
    delayed,
    is_over,
    is_robots,
    sitemaps_of,
    stepped,
    stumbled,
    wanted,
)
from feed_poller.parse import NotAFeedError, ParsedFeed, parse
from feed_poller.tasks import FeedTask
from feed_poller.validators import Validators


@dataclass(frozen=True, slots=True)
class Step:
    """What one step brought: what is left to do, what is new, and that in words."""

    history: History | None
    """None: the backfill has come to its end."""
    published: tuple[Entry, ...]
    reason: str
    status: int | None
    failed: bool = False
    retry_after_seconds: float | None = None


async def look_back(
    client: SafeClient, task: FeedTask, history: History, *, seen_at: datetime
) -> Step:
    """Return what the next document of the past of a feed brings."""
    address = history.waiting[0] if history.waiting else task.url
    answer = await fetch(client, address, Validators())
    if isinstance(answer, Failed) and not answer.permanent:
        again = f"backfill: {address} did not answer ({answer.reason}), again later"
        return Step(
            delayed(history),
            (),
            again,
            answer.status,
            failed=True,
            retry_after_seconds=answer.retry_after_seconds,
        )
    if not isinstance(answer, Fetched):
        return _stumbled(history, task, address, "is not there", answer.status)
    if is_robots(address):
        robots = decoded(answer.body[:MAX_ROBOTS_BYTES], None, "utf-8")
        named = sitemaps_of(robots, answer.url)
        left = history.model_copy(update={"waiting": named, "steps": 1})
        words = f"backfill: the site has {len(named)} sitemaps"
        return Step(left, (), words, answer.status)
    read = partial(
        parse,
        answer.body,
        feed=task.feed,
        url=answer.url,
        seen_at=seen_at,
        content_type=answer.content_type,
        backfill=True,
        known_reused=task.reused_links,
        links=answer.links,
    )
    try:
        # In a thread: a long document must not hold up the visits to others.
        parsed = await asyncio.to_thread(read)
    except NotAFeedError as error:
        return _stumbled(history, task, address, str(error), answer.status)
    return _read(history, task, parsed, answer)


def _read(
    history: History, task: FeedTask, parsed: ParsedFeed, answer: Fetched
) -> Step:
    published = wanted(parsed.entries, history, task.known)
    if history.way is None:
        left = begun(history, task.feed, answer.url, parsed.older, parsed.entries)
        left = left.model_copy(update={"entries": len(published)})
    else:
        left = stepped(
            history,
            task.feed,
            parsed.entries,
            older=parsed.older,
            children=[child.address for child in parsed.children],
            published=len(published),
        )
    return _step(left, published, f"{len(parsed.entries)} entries", answer.status)


def _stumbled(
    history: History, task: FeedTask, address: str, why: str, status: int | None
) -> Step:
    return _step(stumbled(history, task.url), (), f"{address} {why}", status)


def _step(
    left: History, published: Sequence[Entry], words: str, status: int | None
) -> Step:
    reason = f"backfill by {left.way}: {words}, {len(published)} of them wanted"
    if left.way == "sitemaps" and left.under is None:
        reason += "; tell which pages are releases: feeds add URL --links-under"
    if is_over(left):
        reason += f"; complete, {left.entries} entries in {left.steps} documents"
        return Step(None, tuple(published), reason, status)
    return Step(left, tuple(published), reason, status)
