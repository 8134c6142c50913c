"""Edge: the newest events of releases, put back to be tagged again."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass

from communique.codec import CAUSE, RETAG, Message, Record, decode
from communique.errors import PermanentError
from communique.events import RawRelease
from communique.identity import partition_for
from communique.topics import ENRICHMENT_WORKER, RELEASES_RAW, Naming, Topic
from communique.worker.producer import Producer
from communique.worker.reader import Reader

Wanted = Callable[[bytes], bool]
"""Whether a release is meant, by its key."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How many messages were looked at, and the ones among them to be tagged again."""

    messages: int
    chosen: tuple[Message, ...] = ()


async def newest(
    reader: Reader, naming: Naming, start: Mapping[int, int], wanted: Wanted
) -> AsyncIterator[Passed]:
    """
    Yield the newest event of each wanted release, from the offsets in `start` on.

    What was erased or cannot be read is left out. Each partition is read twice: for the
    places of the newest events, then for these. Memory holds one place a release of one
    partition, and a fetch.

    Raises NotReadyError if the topic is missing.
    """
    topic = naming.topic(RELEASES_RAW)
    for partition, first in start.items():
        places: dict[bytes, int] = {}
        async for messages in reader.read(topic, {partition: first}):
            for message in messages:
                if message.key is not None and wanted(message.key):
                    places[message.key] = message.offset
            yield Passed(len(messages))
        if not places:
            continue
        async for messages in reader.read(topic, {partition: min(places.values())}):
            chosen = (m for m in messages if places.get(m.key or b"") == m.offset)
            yield Passed(len(messages), tuple(m for m in chosen if _has_tags(m)))


async def newest_of(
    reader: Reader, naming: Naming, topic: Topic, release_id: str
) -> Message | None:
    """Return the newest message of one release on `topic`, or None if there is none."""
    name = naming.topic(topic)
    partition = partition_for(release_id, topic.partitions)
    found = None
    if partition not in await reader.partitions(name):
        return None
    async for messages in reader.read(name, {partition: 0}):
        for message in messages:
            if message.key == release_id.encode():
                found = message
    return found


async def put_again(
    producer: Producer, naming: Naming, messages: Iterable[Message]
) -> int:
    """Put raw releases back for the enrichment alone; return how many, confirmed."""
    confirmed = await producer.send_all([retag_record(one, naming) for one in messages])
    return len(confirmed)


def retag_record(message: Message, naming: Naming) -> Record:
    """
    Return the record that has `message`, a raw release, tagged again.

    Key, bytes and headers are the original ones, the partition too. It is marked, so
    that nobody takes its tags for news.
    """
    headers = {k: v for k, v in message.headers.items() if k not in {CAUSE, RETAG}}
    return Record(
        topic=naming.topic(ENRICHMENT_WORKER.replay),
        key=message.key or b"",
        value=message.value,
        headers=(*headers.items(), (CAUSE, message.place.encode()), (RETAG, b"1")),
        partition=message.partition,
    )


def _has_tags(message: Message) -> bool:
    try:
        return decode(message, RawRelease).change != "erased"
    except PermanentError:
        return False  # a dead letter, which has a command of its own
