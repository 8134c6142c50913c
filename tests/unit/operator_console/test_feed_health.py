"""Feeds at a glance."""

from datetime import timedelta

import pytest

from communique.events import FeedPolled
from operator_console.feed_health import SORTS, health, span
from tests.unit.feed_poller.examples import FEED, NOW


def visit(outcome="changed", *, hours_ago=1.0, published=0) -> FeedPolled:
    at = NOW - timedelta(hours=hours_ago)
    return FeedPolled(
        feed_id=FEED.feed_id,
        url=FEED.url,
        title=FEED.title,
        visited_at=at,
        outcome=outcome,
        reason="because",
        published=published,
        duration_seconds=0.2,
        next_visit_at=at + timedelta(hours=2),
    )


PAUSED = FEED.model_copy(update={"paused": True})


@pytest.mark.parametrize(
    ("feed", "outcomes", "state", "failures"),
    [
        (FEED, [], "waits", 0),
        (FEED, ["failed", "changed"], "ok", 0),
        (FEED, ["changed", "failed", "failed"], "failing", 2),
        (PAUSED, ["failed"], "paused", 1),
    ],
)
def test_the_state_is_what_the_last_visits_say(feed, outcomes, state, failures):
    found = health(feed, [visit(one) for one in outcomes], now=NOW)
    assert (found.state, found.failures) == (state, failures)


def test_a_week_is_counted_and_no_more():
    visits = [
        visit(published=9, hours_ago=8 * 24),
        visit(published=2, hours_ago=24),
        visit("not_modified"),
    ]
    found = health(FEED, visits, now=NOW)
    assert (found.published, found.unchanged_share) == (2, 0.5)
    assert health(FEED, [], now=NOW).unchanged_share is None


def test_the_worst_come_first_by_health():
    feeds = {
        "ok": [visit()],
        "failing": [visit("failed")],
        "worse": [visit("failed")] * 3,
        "waits": [],
    }
    lines = [
        health(FEED.model_copy(update={"title": name}), visits, now=NOW)
        for name, visits in feeds.items()
    ]
    ordered = [line.feed.title for line in sorted(lines, key=SORTS["health"])]
    assert ordered == ["worse", "failing", "waits", "ok"]
    for sort in SORTS.values():
        assert len(sorted(lines, key=sort)) == len(lines)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (timedelta(seconds=-5), "5 s ago"),
        (timedelta(minutes=-90), "2 h ago"),
        (timedelta(days=3), "in 3 d"),
        (timedelta(minutes=2), "in 2 min"),
    ],
)
def test_a_time_is_told_by_its_distance(offset, words):
    assert span(NOW + offset, NOW) == words
