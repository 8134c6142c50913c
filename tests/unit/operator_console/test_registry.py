"""The registry: feeds as records."""

from communique.codec import Message, decode
from communique.events import Feed
from communique.examples import EXAMPLES
from communique.identity import partition_for
from communique.topics import Naming
from operator_console.registry import feed_record

FEED = next(event for event in EXAMPLES if isinstance(event, Feed))


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
