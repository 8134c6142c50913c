"""Feeds at a glance."""

from datetime import timedelta

import pytest

from communique.events import FeedPolled
from operator_console.feed_health import SORTS, health, span
from tests.unit.feed_poller.examples import FEED, NOW


def visit(outcome="changed", *, hours_ago=1.0, published=0, **facts) -> FeedPolled:
    facts = {"failures": int(outcome == "failed")} | facts
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
        **facts,
    )


PAUSED = FEED.model_copy(update={"paused": True})


@pytest.mark.parametrize(
    ("feed", "visits", "state", "failures"),
    [
        (FEED, [], "waits", 0),
        (FEED, [visit("failed"), visit()], "ok", 0),
        (FEED, [visit(), visit("failed", failures=2)], "failed", 2),
        (FEED, [visit("failed", standing=("failing",), failures=5)], "failing", 5),
        (FEED, [visit("failed", standing=("not_a_feed",))], "not_a_feed", 1),
        (FEED, [visit("failed", standing=("gone",))], "gone", 1),
        (FEED, [visit("not_modified", standing=("silent",))], "silent", 0),
        (PAUSED, [visit("failed")], "paused", 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_state_is_what_the_last_visit_says(feed, visits, state, failures):
    found = health(feed, visits, now=NOW)
    assert (found.state, found.failures) == (state, failures)
    assert found.is_visited == (state not in ("paused", "gone"))


@pytest.mark.parametrize(
    ("days_ago", "shown"), [(None, False), (1, True), (8, False)], ids=str
)
def test_a_gap_is_shown_for_a_week(days_ago, shown):
    gap_at = None if days_ago is None else NOW - timedelta(days=days_ago)
    assert health(FEED, [visit(gap_at=gap_at)], now=NOW).has_gap(NOW) == shown


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
        "worse": [visit("failed", failures=3)],
        "silent": [visit(standing=("silent",))],
        "gone": [visit("failed", standing=("gone",))],
        "waits": [],
    }
    lines = [
        health(FEED.model_copy(update={"title": name}), visits, now=NOW)
        for name, visits in feeds.items()
    ]
    ordered = [line.feed.title for line in sorted(lines, key=SORTS["health"])]
    assert ordered == ["gone", "worse", "failing", "silent", "waits", "ok"]
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
