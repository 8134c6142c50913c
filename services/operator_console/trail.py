"""
Edge: reads topics whole to follow the entries of one feed to the index.

First how far each group counted, then the topics in the order of the way: whatever a
group had counted then has led to its record by the time that this is looked for.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from pydantic import ValidationError

from communique.codec import Message, decode
from communique.errors import PermanentError
from communique.events import Entry
from communique.settings import KafkaSettings
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    PAGE_FETCHER,
    PAGES_STATE,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    Naming,
    Service,
    Topic,
)
from communique.worker.reader import Reader
from operator_console.journey import (
    Aside,
    EntryTrace,
    Place,
    Reached,
    Step,
    cause_of,
    entry_fates,
    message_fates,
    origin_of,
)
from operator_console.snapshot import Lines, read_lines
from page_fetcher.tasks import PageTask

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caused:
    """A record about a release, and the message that led to it."""

    place: Place
    cause: Place | None
    release_id: str
    ce_id: bytes


async def follow_feed(
    settings: KafkaSettings, feed: str, say: Callable[[str], None]
) -> list[Step]:
    """
    Return what became of the entries of `feed` (its id) at each step.

    `say` hears what is being read. Raises NotReadyError if Kafka is away, or a topic is
    missing.
    """
    async with Reader(settings.connection, client_id="communique-ledger") as reader:
        scan = Scan(reader, settings.naming, say)
        lines = await read_lines(reader, settings.naming)
        entries = await scan.topic(ENTRIES, partial(_entry, feed=feed))
        releases = {entry.release_id for entry in entries}
        tasks = dict(await scan.topic(PAGES_STATE, partial(_task, releases=releases)))

        places = [entry.place for entry in entries]
        aside = await scan.aside(PAGE_FETCHER, places)
        raw = await scan.topic(RELEASES_RAW, partial(_caused, releases=releases))
        fates = entry_fates(
            entries,
            tasks,
            await scan.events(raw, releases),
            {record.cause for record in raw if record.cause},
            aside,
            _reached(PAGE_FETCHER, lines, settings.naming),
        )
        steps = [Step(PAGE_FETCHER.name, ENTRIES.name, fates)]

        places = _led_to(raw, aside, places)
        aside = await scan.aside(ENRICHMENT_WORKER, places)
        enriched = await scan.topic(
            RELEASES_ENRICHED, partial(_caused, releases=releases)
        )
        fates = message_fates(
            places,
            {record.cause for record in enriched if record.cause},
            aside,
            _reached(ENRICHMENT_WORKER, lines, settings.naming),
        )
        steps.append(Step(ENRICHMENT_WORKER.name, RELEASES_RAW.name, fates))

        places = _led_to(enriched, aside, places)
        aside = await scan.aside(SEARCH_INDEXER, places)
        fates = message_fates(
            places, None, aside, _reached(SEARCH_INDEXER, lines, settings.naming)
        )
        return [*steps, Step(SEARCH_INDEXER.name, RELEASES_ENRICHED.name, fates)]


@dataclass(frozen=True, slots=True)
class Scan:
    """Reads topics from their first record to their last."""

    reader: Reader
    naming: Naming
    say: Callable[[str], None]

    async def topic(self, topic: Topic, keep: Callable[[Message], T | None]) -> list[T]:
        """Return what `keep` makes of the records, in order; None is left out."""
        name, read, kept = self.naming.topic(topic), 0, []
        start = dict.fromkeys(await self.reader.partitions(name), 0)
        async for messages in self.reader.read(name, start):
            kept += [one for m in messages if (one := keep(m)) is not None]
            read += len(messages)
            self.say(f"{name}: {read} records read")
        return kept

    async def aside(self, service: Service, origins: Iterable[Place]) -> Aside:
        """Return what died of `origins`, and what was put back of them."""
        wanted = set(origins)

        def about(message: Message) -> Message | None:
            if origin_of(message) not in wanted:
                return None
            return replace(message, value=None)  # only the headers are needed

        letters = await self.topic(service.dead_letters, about)
        replays = await self.topic(service.replay, about)
        return Aside.of(letters, replays)

    async def events(
        self, raw: Iterable[Caused], releases: Iterable[str]
    ) -> Mapping[str, int]:
        """Return how many events each release has; nothing if old ones are gone."""
        name = self.naming.topic(RELEASES_RAW)
        bounds = await self.reader.bounds(name, await self.reader.partitions(name))
        if any(first > 0 for first, _ in bounds.values()):
            return {}
        found = Counter(dict.fromkeys(releases, 0))
        found.update(release for release, _ in {(r.release_id, r.ce_id) for r in raw})
        return found


def _entry(message: Message, *, feed: str) -> EntryTrace | None:
    if feed.encode() not in (message.value or b""):  # spares decoding all the others
        return None
    try:
        entry = decode(message, Entry)
    except PermanentError:
        return None
    if entry.issuer.feed_id != feed:
        return None
    return EntryTrace(message.place, entry.release_id, feed, entry.fingerprint)


def _task(message: Message, *, releases: Container[str]) -> tuple[str, PageTask] | None:
    release = (message.key or b"").decode("utf-8", "replace")
    if release not in releases or message.value is None:
        return None
    try:
        return release, PageTask.of(message.value)
    except ValidationError:
        return None


def _caused(message: Message, *, releases: Container[str]) -> Caused | None:
    release = (message.key or b"").decode("utf-8", "replace")
    if release not in releases:
        return None
    ce_id = message.headers.get("ce_id", b"")
    return Caused(message.place, cause_of(message), release, ce_id)


def _led_to(
    records: Iterable[Caused], aside: Aside, places: Iterable[Place]
) -> list[Place]:
    causes = {alias for place in places for alias in aside.places(place)}
    return [record.place for record in records if record.cause in causes]


def _reached(service: Service, lines: Lines, naming: Naming) -> Reached:
    return Reached(
        {
            (topic, partition): line.next_offset
            for (group, topic, partition), line in lines.items()
            if group == naming.group(service)
        }
    )
