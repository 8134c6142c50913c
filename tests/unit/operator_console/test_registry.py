"""The registry: feeds as records."""

from datetime import timedelta

import pytest

from communique.codec import Message, decode
from communique.events import Feed, FeedPolled
from communique.examples import EXAMPLES
from communique.identity import partition_for
from communique.topics import Naming
from operator_console.registry import feed_record, keep_visit

FEED = next(event for event in EXAMPLES if isinstance(event, Feed))
POLLED = next(event for event in EXAMPLES if isinstance(event, FeedPolled))


def test_a_feed_is_registered_under_its_id():
    record = feed_record(FEED, Naming("p."))
    assert (record.topic, record.key) == ("p.feeds", FEED.feed_id.encode())
    read = Message(record.topic, 0, 0, record.key, record.value, dict(record.headers))
    assert decode(read, Feed) == FEED


def test_all_feeds_of_a_host_are_one_process_s():
    other = FEED.model_copy(
        update={"feed_id": "0" * 36, "url": "https://ministry.example/other.xml"}
    )
    partitions = {feed_record(feed, Naming()).partition for feed in (FEED, other)}
    assert partitions == {partition_for("ministry.example:443", 12)}


@pytest.mark.parametrize(
    ("of", "days_ago", "kept"),
    [
        (None, None, [9, 8, 1, 0]),
        (None, 5, [1, 0]),
        (None, -1, [0]),
        (POLLED.feed_id, 5, [1, 0]),
        ("0" * 36, None, []),
    ],
    ids=["all", "of a week", "the last one at least", "of one feed", "of another"],
)
def test_visits_are_kept_as_far_as_they_are_asked_for(of, days_ago, kept):
    visits = {}
    now = POLLED.visited_at
    since = None if days_ago is None else now - timedelta(days=days_ago)
    for age in (9, 8, 1, 0):
        one = POLLED.model_copy(update={"visited_at": now - timedelta(days=age)})
        value = one.model_dump_json().encode()
        message = Message("feeds.polled", 0, 0, one.feed_id.encode(), value)
        keep_visit(visits, message, of=of, since=since)
    found = visits.get(POLLED.feed_id, [])
    assert [(now - one.visited_at).days for one in found] == kept
