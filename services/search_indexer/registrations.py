"""
A feed that is visited no more, as Elasticsearch stores it: pure.

Nobody visits a feed that is paused or removed, so its last visit would be how it is for
ever. What is told of it here is newer than that visit, and older than the one that
follows when it is resumed or registered again.
"""

from typing import Any

from communique.codec import Message, decode
from communique.errors import UndecodableError
from communique.events import Feed
from search_indexer.documents import MAX_ID_BYTES, BulkAction, UnindexableError
from search_indexer.families import FEEDS, index_name
from search_indexer.values import as_time, as_url, without_nothing


def registration_documents(message: Message) -> tuple[BulkAction, ...]:
    """
    Return what a message of `feeds` writes: nothing, if its feed is to be visited.

    Of a feed that is removed only its id stays: the tombstone has no more.

    Raises UndecodableError if the message is no registration, UnindexableError if its
    key is too long for an id.
    """
    if message.value is None:
        return (_unvisited(_key(message), "removed", message),)
    feed = decode(message, Feed)
    if not feed.paused:
        return ()
    told = {
        "title": feed.title,
        "ministry": feed.ministry,
        "country": feed.country,
        "url": as_url(feed.url),
    }
    return (_unvisited(feed.feed_id, "paused", message, **told),)


def _unvisited(feed_id: str, health: str, message: Message, **told: Any) -> BulkAction:  # noqa: ANN401
    document = {
        "@timestamp": as_time(message.at),
        "feed_id": feed_id,
        "health": health,
        **told,
    }
    return BulkAction(
        index_name(FEEDS, message.at),
        feed_id,
        int(message.at.timestamp() * 1000),
        without_nothing(document),
    )


def _key(message: Message) -> str:
    if not message.key:
        raise UndecodableError("no feed id as key")
    # One id that is too long makes Elasticsearch refuse the whole bulk request.
    if len(message.key) > MAX_ID_BYTES:
        raise UnindexableError(f"an id of more than {MAX_ID_BYTES} bytes")
    try:
        return message.key.decode()
    except UnicodeDecodeError:
        raise UndecodableError("the key is no feed id") from None
