"""Wishes to have a feed visited now, as records; pure."""

from communique.codec import Record, encode
from communique.events import Feed, FeedPushed
from communique.identity import host_key, partition_for
from communique.topics import FEEDS_PUSHED, Naming


def pushed_record(pushed: FeedPushed, feed: Feed, naming: Naming) -> Record:
    """Return the record of `pushed`, which is about `feed`: its host's partition."""
    return encode(
        pushed,
        topic=naming.topic(FEEDS_PUSHED),
        key=feed.feed_id,
        partition=partition_for(host_key(feed.url), FEEDS_PUSHED.partitions),
        ce_id=f"{feed.feed_id}:{int(pushed.at.timestamp() * 1000)}",
        ce_type="feed.pushed",
        ce_time=pushed.at,
        source=feed.url,
        subject=feed.feed_id,
    )
