"""When a feed is due again, and why then."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed_poller.cadence import (
    Asks,
    Bounds,
    adapted,
    bounds_of,
    host_pause,
    next_visit,
)
from feed_poller.hints import DAY_SECONDS, HOUR_SECONDS, Hints
from feed_poller.rhythm import Rhythm

MONDAY = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SATURDAY = MONDAY + timedelta(days=5)
NIGHT = MONDAY.replace(hour=1)
EVENING = MONDAY.replace(hour=17)
MINUTE = 60.0
BOUNDS = Bounds(5 * MINUTE, HOUR_SECONDS)
OFFICE = Rhythm(
    hours=tuple(10 if 8 <= hour < 17 else 0 for hour in range(24)),
    days=(18, 18, 18, 18, 18, 0, 0),
)
DELHI = ZoneInfo("Asia/Kolkata")
WEEKEND = Hints(skip_days=(5, 6))
NIGHTS = Hints(skip_hours=(0, 1, 2, 3, 4, 5))


class Middle(random.Random):
    """Chance that always says: in the middle."""

    def uniform(self, a, b):
        return (a + b) / 2


def due(now=MONDAY, *, interval=900.0, bounds=BOUNDS, rng=None, hints=None, **more):
    asks = Asks(
        more.pop("cache", None), more.pop("retry_after", None), hints or Hints()
    )
    return next_visit(
        now,
        interval_seconds=interval,
        bounds=bounds,
        asks=asks,
        rng=rng or Middle(),
        **more,
    )


def wait(now=MONDAY, **more):
    return (due(now, **more).at - now).total_seconds()


# `asked` and `skipped` are the middle of the jitter that comes on top of an ask.
def asked(seconds):
    return seconds * 1.05


def skipped(seconds):
    return seconds + 450.0


TABLE = {
    "its interval": ({}, 900, "its interval"),
    "not below the floor": ({"interval": 1.0}, 300, "its interval"),
    "not above the ceiling": ({"interval": DAY_SECONDS}, 3600, "its interval"),
    "a fixed interval": ({"bounds": Bounds(7.0, 7.0)}, 7, "its interval"),
    "max-age": ({"cache": 1800.0}, asked(1800), "cache headers"),
    "a shorter max-age": ({"cache": 60.0}, 900, "its interval"),
    "max-age above the ceiling": ({"cache": 7200.0}, asked(7200), "cache"),
    "max-age of a year": ({"cache": 365 * DAY_SECONDS}, asked(DAY_SECONDS), "cache"),
    "ttl": ({"hints": Hints(ttl_seconds=3000.0)}, asked(3000), "ttl"),
    "a shorter ttl": ({"hints": Hints(ttl_seconds=60.0)}, 900, "its interval"),
    "ttl of a week": (
        {"hints": Hints(ttl_seconds=7 * DAY_SECONDS)},
        asked(DAY_SECONDS),
        "ttl",
    ),
    "sy:update": ({"hints": Hints(update_seconds=7200.0)}, asked(7200), "sy:"),
    "sy:update yearly": (
        {"hints": Hints(update_seconds=365 * DAY_SECONDS)},
        asked(DAY_SECONDS),
        "sy:",
    ),
    "the longest ask": (
        {"cache": 1200.0, "hints": Hints(ttl_seconds=2400.0, update_seconds=1800.0)},
        asked(2400),
        "ttl",
    ),
    "retry-after": ({"retry_after": 7200.0, "failures": 1}, asked(7200), "Retry-After"),
    "retry-after shorter than backoff": (
        {"retry_after": 60.0, "failures": 2},
        3600,
        "after 2 failures",
    ),
    "retry-after of a year": (
        {"retry_after": 3e7, "failures": 1},
        asked(DAY_SECONDS),
        "Retry-After",
    ),
    "retry-after of a good answer": (
        {"retry_after": 1800.0},
        asked(1800),
        "Retry-After",
    ),
    "one failure": ({"failures": 1}, 1800, "after a failure"),
    "two failures": ({"failures": 2}, 3600, "after 2 failures"),
    "six failures": ({"failures": 6}, 57600, "after 6 failures"),
    "seven failures": ({"failures": 7}, DAY_SECONDS, "after 7 failures"),
    "failures without end": ({"failures": 10_000}, DAY_SECONDS, "10000"),
    "a weekly feed that failed": (
        {"interval": 7 * DAY_SECONDS, "bounds": Bounds(60.0, 7 * DAY_SECONDS)}
        | {"failures": 3},
        7 * DAY_SECONDS,
        "after 3 failures",
    ),
    "a fixed interval that failed": (
        {"bounds": Bounds(10.0, 10.0), "failures": 2},
        40,
        "after 2 failures",
    ),
    "failures and the rhythm": (
        {"failures": 1, "rhythm": OFFICE},
        1800,
        "after a failure",
    ),
    "a busy hour": ({"rhythm": OFFICE}, 300, "shorter at this hour"),
    "a quiet night": ({"now": NIGHT, "rhythm": OFFICE}, 3118, "longer at this hour"),
    "a quiet day": ({"now": SATURDAY, "rhythm": OFFICE}, 3600, "longer"),
    "an evening": ({"now": EVENING, "rhythm": OFFICE}, 891, "its interval"),
    "busy hours are the feed's own": (
        {"now": NIGHT.replace(hour=4), "rhythm": OFFICE, "zone": DELHI},
        300,
        "shorter at this hour",
    ),
    "a quiet hour in its zone": (
        {"now": MONDAY.replace(hour=15), "rhythm": OFFICE, "zone": DELHI},
        3118,
        "longer at this hour",
    ),
    "a fixed interval has no rhythm": (
        {"bounds": Bounds(900.0, 900.0), "rhythm": OFFICE},
        900,
        "its interval",
    ),
    "a rhythm that is not known yet": (
        {"rhythm": Rhythm(hours=(0,) * 10 + (19,) + (0,) * 13, days=(19,) + (0,) * 6)},
        900,
        "its interval",
    ),
    "a busy hour, and max-age": (
        {"rhythm": OFFICE, "cache": 600.0},
        asked(600),
        "cache",
    ),
    "hours to skip": (
        {"now": MONDAY.replace(hour=23, minute=50), "hints": NIGHTS},
        skipped(6 * HOUR_SECONDS + 600),
        "skipHours",
    ),
    "hours to skip, not now": ({"hints": NIGHTS}, 900, "its interval"),
    "within hours to skip": (
        {"now": NIGHT, "hints": NIGHTS},
        skipped(4.5 * HOUR_SECONDS),
        "skipHours",
    ),
    "days to skip": (
        {"now": SATURDAY, "hints": WEEKEND},
        skipped(38.5 * HOUR_SECONDS),
        "skipDays",
    ),
    "days to skip, not now": ({"hints": WEEKEND}, 900, "its interval"),
    "more days than a long weekend": (
        {"hints": Hints(skip_days=(0, 1, 2, 3, 4, 5))},
        skipped(3 * DAY_SECONDS + 900),
        "skipDays",
    ),
    "days to skip after a ttl": (
        {"now": SATURDAY - timedelta(hours=10), "hints": WEEKEND}
        | {"cache": 15 * HOUR_SECONDS},
        skipped(48.5 * HOUR_SECONDS),
        "skipDays",
    ),
    "a failure and days to skip": (
        {"now": SATURDAY, "hints": WEEKEND, "failures": 1},
        skipped(38.5 * HOUR_SECONDS),
        "skipDays",
    ),
}


@pytest.mark.parametrize(("known", "expected", "reason"), TABLE.values(), ids=TABLE)
def test_a_feed_is_due_again(known, expected, reason):
    known = dict(known)
    now = known.pop("now", MONDAY)
    found = due(now, **known)
    assert (found.at - now).total_seconds() == pytest.approx(expected, rel=0.01)
    assert reason in found.reason


def test_the_wait_is_the_interval_give_or_take_a_tenth():
    waits = [wait(rng=random.Random(seed)) for seed in range(200)]
    assert 810 <= min(waits) < max(waits) <= 990
    assert len(set(waits)) > 100


@pytest.mark.parametrize(
    "known",
    [{"cache": 3600.0}, {"retry_after": 3600.0, "failures": 1}, {"failures": 3}],
    ids=["max-age", "retry-after", "outage"],
)
def test_feeds_that_were_put_off_together_do_not_come_back_together(known):
    waits = sorted(wait(rng=random.Random(seed), **known) for seed in range(500))
    assert waits[-1] - waits[0] > 0.09 * waits[0]
    in_one_second = max(
        sum(start <= other < start + 1 for other in waits) for start in waits
    )
    assert in_one_second < 15


@given(
    st.floats(1, 1e6),
    st.integers(0, 100),
    st.none() | st.floats(1, 1e9),
    st.none() | st.floats(1, 1e9),
    st.none() | st.floats(1, 1e9),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC)
    ),
    st.integers(),
)
def test_nobody_comes_back_sooner_than_asked_or_than_a_floor_nor_never(
    interval, failures, cache, ttl, retry_after, now, seed
):
    waited = wait(
        now,
        interval=interval,
        failures=failures,
        cache=cache,
        retry_after=retry_after,
        hints=Hints(ttl_seconds=ttl, skip_hours=(1, 2), skip_days=(6,)),
        rhythm=OFFICE,
        rng=random.Random(seed),
    )
    wanted = [min(ask, DAY_SECONDS) for ask in (cache, ttl, retry_after) if ask]
    assert waited >= max(wanted, default=0.0) - 1e-3
    assert waited >= 0.9 * BOUNDS.floor_seconds
    assert waited <= 1.1 * DAY_SECONDS + 3 * DAY_SECONDS + HOUR_SECONDS


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, 1080.0),
        ({"new": 1}, 810.0),
        ({"new": 7}, 450.0),
        ({"new": 20, "gap": True}, 300.0),
        ({"interval": 3600.0, "new": 20, "gap": True}, 900.0),
        ({"interval": 3500.0}, 3600.0),
        ({"interval": 301.0, "new": 7}, 300.0),
        ({"elapsed": 60.0}, 900.0),
        ({"elapsed": 800.0}, 1080.0),
        ({"elapsed": 60.0, "new": 7}, 450.0),
        ({"window": 1800.0}, 600.0),
        ({"window": 86_400.0}, 1080.0),
        ({"window": 60.0}, 300.0),
        ({"entries": 0}, 1080.0),
    ],
    ids=[
        "nothing new: later",
        "something new: sooner",
        "a third of it new: twice as often",
        "no overlap: four times as often",
        "no overlap from afar",
        "not above the ceiling",
        "not below the floor",
        "an early visit proves nothing",
        "one on time does",
        "an early visit with news counts",
        "three visits in the life of an entry",
        "a long window",
        "a window that runs away",
        "an empty document",
    ],
)
def test_the_interval_adapts_to_the_overlap_of_two_visits(facts, expected):
    found = adapted(
        facts.get("interval", 900.0),
        entries=facts.get("entries", 20),
        new=facts.get("new", 0),
        gap=facts.get("gap", False),
        elapsed_seconds=facts.get("elapsed"),
        window_seconds=facts.get("window"),
        bounds=BOUNDS,
    )
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("fixed", "floor", "ceiling", "expected"),
    [
        (None, 300.0, 3600.0, Bounds(300.0, 3600.0)),
        (60.0, 300.0, 3600.0, Bounds(60.0, 60.0)),
        (None, 7200.0, 3600.0, Bounds(3600.0, 3600.0)),
        (None, 300.0, 1e9, Bounds(300.0, 30 * DAY_SECONDS)),
    ],
    ids=["settings", "fixed by a person", "the wrong way round", "30 days at most"],
)
def test_bounds(fixed, floor, ceiling, expected):
    found = bounds_of(fixed_seconds=fixed, floor_seconds=floor, ceiling_seconds=ceiling)
    assert found == expected


@pytest.mark.parametrize(
    ("status", "retry_after", "scope", "expected"),
    [
        (429, 120.0, "by_status", 120.0),
        (503, 120.0, "by_status", 0.0),
        (429, None, "by_status", 60.0),
        (503, None, "by_status", 0.0),
        (429, 1e9, "by_status", DAY_SECONDS),
        (429, 120.0, "feed", 0.0),
        (503, 120.0, "host", 120.0),
        (503, None, "host", 0.0),
        (None, None, "host", 0.0),
    ],
)
def test_whom_retry_after_stops(status, retry_after, scope, expected):
    assert host_pause(status, retry_after, scope=scope) == expected
