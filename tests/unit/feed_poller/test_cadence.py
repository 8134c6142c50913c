"""When a feed is due again."""

import random

import pytest

from feed_poller.cadence import DAY_SECONDS, next_visit
from tests.unit.feed_poller.examples import NOW


def wait(*, seed=1, interval=900.0, failures=0, retry_after=None):
    due = next_visit(
        NOW,
        interval_seconds=interval,
        failures=failures,
        retry_after_seconds=retry_after,
        rng=random.Random(seed),
    )
    return (due - NOW).total_seconds()


def test_feed_is_visited_after_its_interval_give_or_take_a_tenth():
    waits = [wait(seed=seed) for seed in range(200)]
    assert 810 <= min(waits) < max(waits) <= 990
    assert len(set(waits)) > 100


@pytest.mark.parametrize(
    ("failures", "expected"),
    [(1, 1800), (2, 3600), (6, 57600), (7, DAY_SECONDS), (10_000, DAY_SECONDS)],
)
def test_failures_double_the_wait_up_to_a_day(failures, expected):
    assert wait(failures=failures) == pytest.approx(expected, rel=0.11)


def test_feed_visited_weekly_is_not_visited_daily_because_it_failed():
    assert wait(interval=7 * DAY_SECONDS, failures=3) > 6 * DAY_SECONDS


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [(7200.0, 7200.0), (1e9, DAY_SECONDS)],
    ids=["as asked", "a day at most"],
)
def test_nobody_comes_back_sooner_than_asked(retry_after, expected):
    assert wait(retry_after=retry_after) == pytest.approx(expected)


def test_retry_after_makes_no_visit_earlier():
    assert wait(retry_after=1.0) >= 810
