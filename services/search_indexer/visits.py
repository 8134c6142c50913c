"""
One visit to a feed as Elasticsearch stores it: pure.

The feed's health is what its newest visit tells of it, so a replay, in any order, ends
in the same document. `registrations` tells of feeds that are visited no more.
"""

from datetime import datetime
from typing import Any, Literal

from communique.codec import Message
from communique.events import FeedPolled
from search_indexer.documents import FIRST_YEAR, BulkAction, UnindexableError
from search_indexer.families import FEEDS, POLLS, index_name
from search_indexer.values import as_time, as_url, without_nothing

Health = Literal["gone", "not_a_feed", "failing", "failed", "silent", "ok"]
"""
The worst that is true of a feed. `failed`: its last visit, but not yet so many in a
row that it counts as `failing`.
"""

_TELLING = ("changed", "failed")
"""Outcomes that are kept each; the others are a number in the feed's health."""


def visit_documents(event: FeedPolled, message: Message) -> tuple[BulkAction, ...]:
    """
    Return what `event` writes: the feed's health, and the visit if it says something.

    A visit that changed or failed or began or ended something does.

    Raises UnindexableError if the visit is said to be of a year that has no index.
    """
    _check_year(event.visited_at, message)
    version = int(event.visited_at.timestamp() * 1000)
    common = _common(event)
    health = BulkAction(
        index_name(FEEDS, event.visited_at),
        event.feed_id,
        version,
        without_nothing({**common, **_health(event)}),
    )
    if event.outcome not in _TELLING and not event.events:
        return (health,)
    visit = BulkAction(
        index_name(POLLS, event.visited_at),
        event.visit_id,
        version,
        without_nothing(common),
    )
    return health, visit


def health(event: FeedPolled) -> Health:
    """Return in a word how the feed is after this visit."""
    standing = event.standing or ()
    if "gone" in standing:
        return "gone"
    if "not_a_feed" in standing:
        return "not_a_feed"
    if "failing" in standing:
        return "failing"
    if event.outcome == "failed":
        return "failed"
    return "silent" if "silent" in standing else "ok"


def _common(event: FeedPolled) -> dict[str, Any]:
    return {
        "@timestamp": as_time(event.visited_at),
        "feed_id": event.feed_id,
        "title": event.title,
        "ministry": event.ministry,
        "country": event.country,
        "url": as_url(event.url),
        "outcome": event.outcome,
        "reason": event.reason,
        "status": event.status,
        "entries": event.entries,
        "published": event.published,
        "backfill": event.backfill,
        "duration_seconds": event.duration_seconds,
        "late_seconds": event.late_seconds,
        "next_visit_at": as_time(event.next_visit_at),
        "next_visit_reason": event.next_visit_reason or None,
        "events": list(event.events),
        "failures": event.failures,
        "moved_to": event.moved_to,
    }


def _health(event: FeedPolled) -> dict[str, Any]:
    return {
        "health": health(event),
        "standing": list(event.standing or ()),
        "address": event.address,
        "not_modified_share": event.not_modified_share,
        "news_at": as_time(event.news_at),
        "gap_at": as_time(event.gap_at),
        "validators": event.validators,
        "verdict": event.verdict or None,
    }


def _check_year(visited_at: datetime, message: Message) -> None:
    # By the record's own time and not by a clock: a replay finds the same.
    last = message.at.year + 1
    if not FIRST_YEAR <= visited_at.year <= last:
        raise UnindexableError(
            f"visited in {visited_at.year}, which is not within {FIRST_YEAR}..{last}"
        )
