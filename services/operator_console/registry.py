"""The registry of feeds, as people write it: records on the topic `feeds`."""

from collections.abc import Sequence

from communique.codec import Record, encode
from communique.connection import KafkaConnection
from communique.events import Feed
from communique.identity import host_key, partition_for
from communique.topics import FEEDS, Naming
from communique.worker.producer import Producer


def feed_record(feed: Feed, naming: Naming) -> Record:
    """
    Return the record that registers `feed`.

    Its partition goes by host, so that one process visits all feeds of a host.
    """
    return encode(
        feed,
        topic=naming.topic(FEEDS),
        key=feed.feed_id,
        partition=partition_for(host_key(feed.url), FEEDS.partitions),
        ce_id=f"{feed.feed_id}:{int(feed.registered_at.timestamp() * 1000)}",
        ce_type="feed.registered",
        ce_time=feed.registered_at,
        source="registry",
        subject=feed.feed_id,
    )


async def register(
    kafka: KafkaConnection, naming: Naming, feeds: Sequence[Feed]
) -> None:
    """Write `feeds` to the registry; returns when Kafka has confirmed all of them."""
    async with Producer(kafka, client_id="communique-registry") as producer:
        await producer.send_all([feed_record(feed, naming) for feed in feeds])
