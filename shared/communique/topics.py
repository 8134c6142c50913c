"""
Every topic of Communique: its name, its partitions, how long it is kept, who uses it.

Names here are without the prefix; `Naming` adds it. Partitions are never raised in
place: a key would move and its order would be lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from communique.events import (
    EnrichedRelease,
    Entry,
    Feed,
    FeedPolled,
    FeedPushed,
    LedgerLine,
    RawRelease,
    Signature,
    Tagging,
)
from communique.parts import Event

PARTITIONS = 12
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
MAX_RECORD_BYTES = 7 * 1024 * 1024
"""Producers refuse above this: a refused record poisons an idempotent producer."""
MAX_DEAD_LETTER_BYTES = MAX_MESSAGE_BYTES + 256 * 1024
"""A dead letter carries whatever its topic took, and the reason."""
_DEAD_LETTERS_TAKE = MAX_DEAD_LETTER_BYTES + 64 * 1024

DEAD_LETTERS = ".dlq"
REPLAY = ".replay"
"""How the names of those topics end, behind the group."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is created; `kept` None means for ever."""

    name: str
    event: type[Event] | None = None
    partitions: int = PARTITIONS
    compacted: bool = False
    kept: timedelta | None = None
    max_message_bytes: int = MAX_MESSAGE_BYTES
    segment_bytes: int = 64 * 1024 * 1024
    """Of a compacted topic: only closed segments are compacted."""

    @property
    def config(self) -> dict[str, str]:
        """Return the settings that the broker gets for this topic."""
        config = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_message_bytes),
        }
        if self.compacted:
            # A state file untouched for 7 days is rebuilt: tombstones outlive that.
            config["delete.retention.ms"] = _milliseconds(timedelta(days=14))
            # Short segments keep a restore short.
            config["segment.bytes"] = str(self.segment_bytes)
            config["segment.ms"] = _milliseconds(timedelta(hours=6))
        else:
            config["retention.ms"] = _milliseconds(self.kept) if self.kept else "-1"
        return config


FEEDS = Topic("feeds", Feed, compacted=True)
FEEDS_STATE = Topic("feeds.state", compacted=True)
FEEDS_PUSHED = Topic("feeds.pushed", FeedPushed, kept=timedelta(days=1))
FEEDS_POLLED = Topic("feeds.polled", FeedPolled, kept=timedelta(days=30))
ENTRIES = Topic("entries", Entry, kept=timedelta(days=7))
PAGES_STATE = Topic("pages.state", compacted=True)
RELEASES_RAW = Topic("releases.raw", RawRelease, kept=timedelta(days=400))
RELEASES_ENRICHED = Topic(
    "releases.enriched", EnrichedRelease, kept=timedelta(days=400)
)
RELEASES_SIGNATURES = Topic(
    "releases.signatures", Signature, partitions=1, kept=RELEASES_RAW.kept
)
TAGGINGS = Topic("taggings", Tagging, partitions=1)
# A hundred keys, written many times a second, and read whole every minute.
LEDGER = Topic(
    "ledger", LedgerLine, partitions=1, compacted=True, segment_bytes=4 * 1024 * 1024
)

SHARED_TOPICS = (
    FEEDS,
    FEEDS_STATE,
    FEEDS_PUSHED,
    FEEDS_POLLED,
    ENTRIES,
    PAGES_STATE,
    RELEASES_RAW,
    RELEASES_ENRICHED,
    RELEASES_SIGNATURES,
    TAGGINGS,
    LEDGER,
)


@dataclass(frozen=True, slots=True)
class Service:
    """
    A service and the co-partitioned topics that it reads as a group.

    `also_reads` has those that it reads without the group: broadcasts, and records
    that it looks up by their place. Of what it `watches` it reads nothing: it asks
    where those topics end.
    """

    name: str
    reads: tuple[Topic, ...]
    state: Topic | None = None
    writes: tuple[Topic, ...] = ()
    also_reads: tuple[Topic, ...] = ()
    watches: tuple[Topic, ...] = ()

    @property
    def dead_letters(self) -> Topic:
        """Return the topic of the messages that can never succeed here."""
        return _dead_letters(self.name)

    @property
    def inputs(self) -> tuple[Topic, ...]:
        """Return the topics whose messages the group settles."""
        return (*self.reads, self.replay)

    @property
    def needs(self) -> tuple[Topic, ...]:
        """Return the topics without which this service cannot keep its promises."""
        return tuple(dict.fromkeys((*self.all_reads, *self.all_writes, *self.watches)))

    @property
    def all_reads(self) -> tuple[Topic, ...]:
        """Return every topic that this service reads, with the group or without."""
        return (*self.inputs, *self.also_reads, *self._own)

    @property
    def all_writes(self) -> tuple[Topic, ...]:
        """Return every topic that this service writes."""
        return (*self.writes, self.dead_letters, *self._own)

    @property
    def _own(self) -> tuple[Topic, ...]:
        # Where it writes down how far it got, and reads that again at the next start.
        return (LEDGER, self.state) if self.state else (LEDGER,)

    @property
    def replay(self) -> Topic:
        """Return the topic of messages put back for this service alone."""
        return Topic(
            self.name + REPLAY,
            kept=timedelta(days=7),
            max_message_bytes=_DEAD_LETTERS_TAKE,
        )


def _dead_letters(name: str) -> Topic:
    return Topic(
        name + DEAD_LETTERS,
        partitions=1,
        kept=timedelta(days=90),
        max_message_bytes=_DEAD_LETTERS_TAKE,
    )


FEED_POLLER = Service(
    "feed-poller",
    reads=(FEEDS, FEEDS_PUSHED),
    state=FEEDS_STATE,
    writes=(ENTRIES, FEEDS_POLLED),
)
PAGE_FETCHER = Service(
    "page-fetcher",
    reads=(ENTRIES,),
    state=PAGES_STATE,
    writes=(RELEASES_RAW,),
    also_reads=(RELEASES_RAW,),
)
ENRICHMENT_WORKER = Service(
    "enrichment-worker",
    reads=(RELEASES_RAW,),
    writes=(RELEASES_ENRICHED, RELEASES_SIGNATURES, TAGGINGS),
    also_reads=(RELEASES_SIGNATURES, TAGGINGS),
)
_BEFORE_IT = (FEED_POLLER, PAGE_FETCHER, ENRICHMENT_WORKER)
SEARCH_INDEXER = Service(
    "search-indexer",
    reads=(RELEASES_ENRICHED, FEEDS_POLLED, FEEDS),
    # It also writes down how all groups are doing: `communique-pipeline`.
    also_reads=(
        *(service.dead_letters for service in _BEFORE_IT),
        _dead_letters("search-indexer"),
    ),
    watches=tuple(topic for service in _BEFORE_IT for topic in service.inputs),
)

SERVICES = (*_BEFORE_IT, SEARCH_INDEXER)


def all_topics() -> Iterator[Topic]:
    """Yield every topic that a running system needs."""
    yield from SHARED_TOPICS
    for service in SERVICES:
        yield service.dead_letters
        yield service.replay


@dataclass(frozen=True, slots=True)
class Naming:
    """Topic and group names under the setting `topic_prefix`."""

    prefix: str = field(default="communique.")

    def topic(self, topic: Topic) -> str:
        """Return the name of `topic` on the broker."""
        return self.prefix + topic.name

    def group(self, service: Service) -> str:
        """Return the consumer group of `service`, which is its Faust app id too."""
        return self.prefix + service.name


def _milliseconds(span: timedelta) -> str:
    return str(int(span.total_seconds() * 1000))
