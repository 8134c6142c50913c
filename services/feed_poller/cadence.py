"""When to visit a feed next; pure."""

import random
from datetime import datetime, timedelta

DAY_SECONDS = 24 * 3600.0
JITTER = 0.1


def next_visit(
    now: datetime,
    *,
    interval_seconds: float,
    failures: int,
    retry_after_seconds: float | None,
    rng: random.Random,
) -> datetime:
    """
    Return when a feed is due again: after its interval, give or take a tenth.

    Each failure in a row doubles the wait, up to a day. Retry-After is kept, up to a
    day too: a server that says "in a year" has made a mistake. The jitter spreads
    feeds that were added, or failed, together.
    """
    wait = interval_seconds
    if failures > 0:
        wait = max(wait, min(wait * 2.0 ** min(failures, 32), DAY_SECONDS))
    wait *= rng.uniform(1 - JITTER, 1 + JITTER)
    if retry_after_seconds is not None:
        wait = max(wait, min(retry_after_seconds, DAY_SECONDS))
    return now + timedelta(seconds=wait)
