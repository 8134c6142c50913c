"""Visits to feeds for tests: one that says everything, and hypothesis strategies."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from communique.codec import Message
from communique.events import Feed, FeedPolled

FEED_ID = "11111111-2222-5333-8444-555555555555"
VISITED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
FEED: dict[str, Any] = {
    "feed_id": FEED_ID,
    "url": "https://health.example/feed.xml",
    "title": "Ministry of Health: news",
    "ministry": "Ministry of Health",
    "country": "KE",
}
"""What its registration and each visit to it tell of the feed."""


def visit(**changes: Any) -> FeedPolled:
    """Return a visit that fills every field, but for `changes`."""
    fields: dict[str, Any] = {
        **FEED,
        "visited_at": VISITED,
        "outcome": "changed",
        "reason": "20 entries, 2 new or reworded",
        "status": 200,
        "entries": 20,
        "published": 2,
        "backfill": False,
        "duration_seconds": 0.4,
        "next_visit_at": VISITED + timedelta(minutes=15),
        "next_visit_reason": "its interval",
        "events": ("possible_gap",),
        "validators": "believed",
        "verdict": "its validators are believed",
        "moved_to": "https://www.health.example/feed.xml",
        "address": "https://www.health.example/feed.xml",
        "standing": ("silent",),
        "failures": 0,
        "not_modified_share": 0.875,
        "news_at": VISITED,
        "gap_at": VISITED,
        "late_seconds": 1.5,
    }
    return FeedPolled(**{**fields, **changes})


def visit_message(event: FeedPolled, offset: int = 0, **changes: Any) -> Message:
    """Return the message that carries `event`."""
    fields: dict[str, Any] = {
        "topic": "communique.feeds.polled",
        "partition": 0,
        "offset": offset,
        "key": event.feed_id.encode(),
        "value": event.model_dump_json().encode(),
        "timestamp_ms": int(event.visited_at.timestamp() * 1000),
    }
    return Message(**{**fields, **changes})


_words = st.text(max_size=30)
_moments = st.datetimes(
    min_value=datetime(1995, 1, 1),  # noqa: DTZ001
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)

visits = st.builds(
    FeedPolled,
    feed_id=st.sampled_from([FEED_ID, FEED_ID.replace("1", "2")]),
    url=_words | st.just("http://[broken"),
    title=_words,
    ministry=st.none() | _words,
    country=st.none() | st.just("KE"),
    visited_at=_moments,
    outcome=st.sampled_from(["changed", "unchanged", "not_modified", "failed"]),
    reason=_words,
    status=st.none() | st.integers(100, 599),
    duration_seconds=st.floats(0, 1e6),
    next_visit_at=_moments,
    events=st.lists(st.sampled_from(["silent", "moved", "recovered"]), max_size=2).map(
        tuple
    ),
    standing=st.none()
    | st.lists(st.sampled_from(["silent", "gone", "failing"]), max_size=2).map(tuple),
    failures=st.none() | st.integers(0, 99),
    not_modified_share=st.none() | st.floats(0, 1),
    news_at=st.none() | _moments,
)
"""Any visit that the contract allows."""


def registration_message(event: Feed | None, **changes: Any) -> Message:
    """Return the message on `feeds` that carries `event`; None: a tombstone."""
    fields: dict[str, Any] = {
        "topic": "communique.feeds",
        "partition": 0,
        "offset": 0,
        "key": FEED_ID.encode(),
        "value": None if event is None else event.model_dump_json().encode(),
        "timestamp_ms": int(VISITED.timestamp() * 1000) + 1_000,
    }
    return Message(**{**fields, **changes})


def registered(**changes: Any) -> Feed:
    """Return the registration of the feed that `visit` visits."""
    fields: dict[str, Any] = {
        **FEED,
        "registered_at": VISITED,
    }
    return Feed(**{**fields, **changes})
