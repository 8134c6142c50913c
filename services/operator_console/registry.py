"""The registry of feeds, as people read and write it: records on the topic `feeds`."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from communique.codec import Message, Record, decode, encode
from communique.connection import KafkaConnection
from communique.errors import PermanentError
from communique.events import Feed, FeedPolled
from communique.identity import host_key, partition_for
from communique.settings import KafkaSettings
from communique.topics import FEEDS, FEEDS_POLLED, Naming
from communique.worker.broadcast import Broadcast
from communique.worker.producer import Producer
from communique.worker.reader import Reader

Visits = dict[str, list[FeedPolled]]
"""The visits to each feed by its id, oldest first."""


def feed_record(feed: Feed, naming: Naming) -> Record:
    """
    Return the record that registers `feed`.

    Its partition goes by host, so that one process visits all feeds of a host.
    """
    return encode(
        feed,
        topic=naming.topic(FEEDS),
        key=feed.feed_id,
        partition=_partition(feed),
        ce_id=f"{feed.feed_id}:{int(feed.registered_at.timestamp() * 1000)}",
        ce_type="feed.registered",
        ce_time=feed.registered_at,
        source="registry",
        subject=feed.feed_id,
    )


def removal_record(feed: Feed, naming: Naming) -> Record:
    """Return the tombstone that takes `feed` out of the registry."""
    return Record(
        naming.topic(FEEDS), feed.feed_id.encode(), None, partition=_partition(feed)
    )


async def register(
    kafka: KafkaConnection, naming: Naming, feeds: Sequence[Feed]
) -> None:
    """Write `feeds` to the registry; returns when Kafka has confirmed all of them."""
    await send(kafka, [feed_record(feed, naming) for feed in feeds])


async def send(kafka: KafkaConnection, records: Sequence[Record]) -> None:
    """Write `records`; returns when Kafka has confirmed all of them."""
    async with Producer(kafka, client_id="communique-registry") as producer:
        await producer.send_all(list(records))


async def read_registry(settings: KafkaSettings) -> dict[str, Feed]:
    """Return every registered feed by its id, by country and title."""
    feeds: dict[str, Feed] = {}

    def take(message: Message) -> None:
        key = (message.key or b"").decode("utf-8", "replace")
        if message.value is None:
            feeds.pop(key, None)
        else:
            feeds[key] = decode(message, Feed)

    async with Reader(settings.connection, client_id="communique-feeds") as reader:
        topic = settings.naming.topic(FEEDS)
        await Broadcast(reader, topic, _skip_bad(take)).catch_up()
    ordered = sorted(
        feeds.values(), key=lambda feed: (feed.country or "~", feed.title.casefold())
    )
    return {feed.feed_id: feed for feed in ordered}


async def read_visits(
    settings: KafkaSettings, *, of: str | None = None, since: datetime | None = None
) -> Visits:
    """Return the visits that `feeds.polled` still has, as `keep_visit` keeps them."""
    visits: Visits = {}
    take = partial(keep_visit, visits, of=of, since=since)
    async with Reader(settings.connection, client_id="communique-feeds") as reader:
        topic = settings.naming.topic(FEEDS_POLLED)
        await Broadcast(reader, topic, _skip_bad(take)).catch_up()
    return visits


def keep_visit(
    visits: Visits, message: Message, *, of: str | None, since: datetime | None
) -> None:
    """
    Put the visit that `message` tells of into `visits`.

    Those to the feed `of` alone if one is named; those after `since`, and of a feed
    that has none the last one.
    """
    if of is not None and message.key != of.encode():
        return
    visit = decode(message, FeedPolled)
    made = visits.setdefault(visit.feed_id, [])
    if since is not None and made and made[-1].visited_at < since:
        made.clear()
    made.append(visit)


def _partition(feed: Feed) -> int:
    return partition_for(host_key(feed.url), FEEDS.partitions)


def _skip_bad(take: Callable[[Message], None]) -> Callable[[Message], None]:
    """Return `take` for a topic that may hold what the services call a dead letter."""

    def careful(message: Message) -> None:
        with suppress(PermanentError):
            take(message)

    return careful
