"""Records that no service can read, for every topic that people could write to."""

from collections.abc import Iterator

from communique.codec import Message, Record
from communique.topics import (
    ENTRIES,
    FEEDS,
    FEEDS_PUSHED,
    FEEDS_STATE,
    PAGES_STATE,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    Naming,
)

KEY = b"poison-"
MIB = 1024 * 1024
HEADERS = (("ce_dataschema", b"urn:communique:schema:entry:99"),)


def poisonous(naming: Naming) -> Iterator[Record]:
    """Yield what must become a dead letter, each on its own topic."""
    for topic in (FEEDS, FEEDS_PUSHED, ENTRIES, RELEASES_RAW, RELEASES_ENRICHED):
        name = naming.topic(topic)
        yield Record(name, KEY + b"not-json", b"{ this is no JSON")
        yield Record(name, KEY + b"not-utf8", b"\xff\xfe\x00")
        yield Record(name, KEY + b"schema", b'{"wrong": "schema"}')
        yield Record(name, KEY + b"large", b"x" * (6 * MIB))
        yield Record(name, KEY + b"version", b"{}", HEADERS)
        if topic is not FEEDS:  # there it is a tombstone: the feed is removed
            yield Record(name, KEY + b"null", None)


def foreign_state(naming: Naming) -> list[Record]:
    """Return state records that nobody can read; they are no tasks, and no poison."""
    return [
        Record(naming.topic(topic), KEY + b"%d" % number, value)
        for topic in (FEEDS_STATE, PAGES_STATE)
        for number, value in enumerate((b"\xff", b"[]", b'{"host": 1}', b"null"))
    ]


def is_poison(message: Message) -> bool:
    """Return whether `message` is one of ours."""
    return (message.key or b"").startswith(KEY)
