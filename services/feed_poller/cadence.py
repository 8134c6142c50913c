"""When to visit a feed next; pure."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from http import HTTPStatus
from typing import Literal

from feed_poller.hints import DAY_SECONDS, HOUR_SECONDS, Hints
from feed_poller.rhythm import Rhythm

JITTER = 0.1
MAX_SKIP_SECONDS = 3 * DAY_SECONDS
"""A long weekend; what asks for more has made a mistake."""
MAX_INTERVAL_SECONDS = 30 * DAY_SECONDS
TOO_MANY_REQUESTS = HTTPStatus.TOO_MANY_REQUESTS
TOO_MANY_SECONDS = 60.0
"""How long a host is left alone that says 429 and not for how long."""

_GAP, _MANY, _SOME, _NONE = 0.25, 0.5, 0.9, 1.2
"""What becomes of the interval: window overrun, a third new, something new, nothing."""
_MANY_SHARE = 1 / 3
_EARLY = 0.8


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest interval, in seconds; equal: a fixed one."""

    floor_seconds: float
    ceiling_seconds: float

    def fit(self, seconds: float) -> float:
        """Return `seconds` within the bounds."""
        return min(max(seconds, self.floor_seconds), self.ceiling_seconds)


@dataclass(frozen=True, slots=True)
class Asks:
    """Below which wait server and document ask us not to go, in seconds."""

    cache_seconds: float | None = None
    """Cache-Control: max-age, or Expires."""
    retry_after_seconds: float | None = None
    hints: Hints = field(default_factory=Hints)

    def longest(self) -> tuple[float, str]:
        """Return the longest of them, a day at most each, and who asks for it."""
        asks = (
            (self.cache_seconds, "the server's cache headers ask for it"),
            (self.hints.ttl_seconds, "the feed's ttl asks for it"),
            (self.hints.update_seconds, "the feed's sy:updatePeriod asks for it"),
            (self.retry_after_seconds, "the server's Retry-After asks for it"),
        )
        return max(
            ((min(seconds, DAY_SECONDS), who) for seconds, who in asks if seconds),
            default=(0.0, ""),
        )


@dataclass(frozen=True, slots=True)
class NextVisit:
    """When, and why then."""

    at: datetime
    reason: str


def bounds_of(
    *,
    fixed_seconds: float | None,
    floor_seconds: float,
    ceiling_seconds: float,
) -> Bounds:
    """Return the bounds of a feed; a person's fixed interval is both of them."""
    if fixed_seconds is not None:
        fixed = min(fixed_seconds, MAX_INTERVAL_SECONDS)
        return Bounds(fixed, fixed)
    ceiling = min(ceiling_seconds, MAX_INTERVAL_SECONDS)
    return Bounds(min(floor_seconds, ceiling), ceiling)


def adapted(
    interval_seconds: float,
    *,
    entries: int,
    new: int,
    gap: bool,
    elapsed_seconds: float | None,
    window_seconds: float | None,
    bounds: Bounds,
) -> float:
    """
    Return the interval after a visit that found `new` of `entries` entries.

    The less two visits overlap, the sooner the next one; a visit without news makes it
    later, unless it came early (`elapsed_seconds` since the one before): that proves
    nothing. `window_seconds` is how long an entry stays listed: three visits at least
    fall into it.
    """
    if gap:
        factor = _GAP
    elif new and new >= entries * _MANY_SHARE:
        factor = _MANY
    elif new:
        factor = _SOME
    elif elapsed_seconds is not None and elapsed_seconds < _EARLY * interval_seconds:
        factor = 1.0
    else:
        factor = _NONE
    interval = interval_seconds * factor
    if window_seconds:
        interval = min(interval, window_seconds / 3)
    return bounds.fit(interval)


def next_visit(
    now: datetime,
    *,
    interval_seconds: float,
    bounds: Bounds,
    rng: random.Random,
    failures: int = 0,
    asks: Asks | None = None,
    rhythm: Rhythm | None = None,
    zone: tzinfo = UTC,
) -> NextVisit:
    """
    Return when a feed is due again, and why then.

    After its interval, which passes faster in the hours in which it has news, within
    its bounds, give or take a tenth. Each failure in a row doubles the wait, up to a
    day. What server and document ask for is kept, up to a day each, and hours and days
    to be skipped up to three. The jitter spreads feeds that were added, failed or were
    asked alike together; it makes no visit earlier than asked for.
    """
    asks = asks or Asks()
    wait, reason = bounds.fit(interval_seconds), "its interval"
    if failures > 0:
        doubled = wait * 2.0 ** min(failures, 32)
        wait, reason = max(wait, min(doubled, DAY_SECONDS)), _failed(failures)
    elif rhythm is not None and bounds.floor_seconds < bounds.ceiling_seconds:
        usual = wait
        wait = bounds.fit(
            rhythm.stretched(now, wait, zone, most=bounds.ceiling_seconds)
        )
        if wait < 0.8 * usual:
            reason = "its interval, shorter at this hour"
        elif wait > 1.25 * usual:
            reason = "its interval, longer at this hour"
    wait *= rng.uniform(1 - JITTER, 1 + JITTER)
    asked, who = asks.longest()
    if asked > wait:
        wait, reason = asked * rng.uniform(1.0, 1 + JITTER), who
    at = now + timedelta(seconds=wait)
    opens = _open(at, asks.hints)
    if opens > at:
        at = opens + timedelta(seconds=rng.uniform(0.0, HOUR_SECONDS / 4))
        reason = "the feed's skipHours or skipDays ask for it"
    return NextVisit(at, reason)


def not_before(following: NextVisit, earliest: float) -> NextVisit:
    """Return a visit as it was planned, or at `earliest` (epoch seconds) if later."""
    if following.at.timestamp() >= earliest:
        return following
    return NextVisit(datetime.fromtimestamp(earliest, UTC), "its interval")


def host_pause(
    status: int | None,
    retry_after_seconds: float | None,
    *,
    scope: Literal["by_status", "host", "feed"],
) -> float:
    """
    Return for how long the whole host is left alone, in seconds; a day at most.

    429 is about the visitor, so by default it stops all visits to the host; 503 and
    others are about the address, and stop those to the feed alone.
    """
    if scope == "feed" or (scope == "by_status" and status != TOO_MANY_REQUESTS):
        return 0.0
    if retry_after_seconds is None:
        return TOO_MANY_SECONDS if status == TOO_MANY_REQUESTS else 0.0
    return min(retry_after_seconds, DAY_SECONDS)


def _failed(failures: int) -> str:
    return (
        f"put off after {failures} failures in a row"
        if failures > 1
        else ("put off after a failure")
    )


def _open(at: datetime, hints: Hints) -> datetime:
    """Return the first moment from `at` on that the feed does not ask to skip."""
    if not hints.skip_hours and not hints.skip_days:
        return at
    last = at + timedelta(seconds=MAX_SKIP_SECONDS)
    moment = at.astimezone(UTC)
    while moment < last:
        if moment.hour not in hints.skip_hours and (
            moment.weekday() not in hints.skip_days
        ):
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return last
