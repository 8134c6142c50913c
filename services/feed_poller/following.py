"""When a feed is visited next, by what a visit saw and what is set; pure."""

import random
from datetime import datetime

from communique.events import Feed
from feed_poller.cadence import (
    Asks,
    Bounds,
    NextVisit,
    bounds_of,
    next_visit,
    not_before,
)
from feed_poller.rhythm import zone_of
from feed_poller.seen import Seen
from feed_poller.settings import FeedPollerSettings


def bounds_for(feed: Feed, settings: FeedPollerSettings) -> Bounds:
    """Return the bounds of a feed's interval: its own before those of all feeds."""
    return bounds_of(
        fixed_seconds=feed.interval_seconds,
        floor_seconds=feed.min_interval_seconds or settings.min_visit_interval_seconds,
        ceiling_seconds=(
            feed.max_interval_seconds or settings.max_visit_interval_seconds
        ),
    )


def following(
    seen: Seen,
    now: datetime,
    settings: FeedPollerSettings,
    *,
    earliest: float,
    rng: random.Random,
) -> NextVisit:
    """Return the visit after the one that saw this, not before `earliest` (epoch)."""
    task = seen.task
    bounds = bounds_for(task.feed, settings)
    visit = next_visit(
        now,
        interval_seconds=(
            bounds.ceiling_seconds
            if (task.pushed_until or 0.0) > now.timestamp()  # its hub tells us
            else task.interval_seconds or settings.poll_interval_seconds
        ),
        bounds=bounds,
        failures=task.failures,
        asks=Asks(seen.fresh_seconds, seen.retry_after_seconds, task.hints),
        rhythm=task.rhythm,
        zone=zone_of(task.feed.time_zone),
        rng=rng,
    )
    return not_before(visit, earliest)
