"""Edge: goes out for what is next of a feed, and returns what the answer means."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from communique.safe_http import SafeClient
from feed_poller.cadence import Bounds
from feed_poller.fetch import Fetched, fetch
from feed_poller.see import see
from feed_poller.see_sitemap import see_sitemap
from feed_poller.seen import Seen, counted, is_same_document
from feed_poller.tasks import FeedTask
from feed_poller.trust import is_plain
from feed_poller.validators import Validators


async def look(
    client: SafeClient,
    task: FeedTask,
    *,
    now: Callable[[], datetime],
    bounds: Bounds,
    interval_seconds: float,
) -> tuple[Seen, datetime]:
    """
    Return what a look at the feed brings, and when the answer was there.

    Of a feed that is an index, the next sitemap of its round is looked at.
    """
    sitemap = task.round.following
    plain = is_plain(task.trust, now().timestamp())
    if sitemap is not None:
        fetched = await fetch(client, sitemap.url, sitemap.validators)
        judge = partial(see_sitemap, task, sitemap)
    else:
        known = Validators() if plain else task.validators
        fetched = await fetch(client, task.url, known)
        judge = partial(see, task, plain=plain)
    seen_at = now()
    judge = partial(
        judge,
        fetched,
        seen_at=seen_at,
        bounds=bounds,
        interval_seconds=interval_seconds,
    )
    if isinstance(fetched, Fetched) and not is_same_document(task, fetched):
        # In a thread: a long document must not hold up the other visits.
        seen = await asyncio.to_thread(judge)
    else:
        seen = judge()
    return counted(seen, seen_at), seen_at
