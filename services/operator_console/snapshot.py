"""
Edge: what Kafka says of every group at one moment, read so that it cannot contradict.

Only the topic `ledger` and offsets are read, while everything goes on. The numbers only
grow, and at any moment stands: start of the log, committed offset <= offset counted in
the ledger <= end of the log, since a message is there before it is counted, and counted
before it is acked. Read in this order, the later ones have only grown further from the
earlier ones: two in the wrong order are a fault and no accident of reading.

A state topic is written before an entry counts as scheduled, and told to the ledger
later. Its end is read last; only a line that reaches it is held against the entries.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from aiokafka.errors import GroupCoordinatorNotAvailableError

from communique.codec import Message, decode
from communique.connection import KafkaConnection
from communique.errors import PermanentError
from communique.events import LedgerLine
from communique.settings import KafkaSettings
from communique.topics import LEDGER, PAGE_FETCHER, SERVICES, Naming, Service
from communique.worker.kafka import admin_client
from communique.worker.reader import Reader
from operator_console.ledger import OVERDUE, Input, Line, Tasks

Place = tuple[str, int]
Lines = dict[tuple[str, str, int], LedgerLine]


async def read_snapshot(
    settings: KafkaSettings,
    services: tuple[Service, ...] = SERVICES,
    *,
    now: datetime,
) -> list[Line]:
    """
    Return every partition that the groups of `services` read, and of their tasks.

    Raises NotReadyError if Kafka is away, or a topic is missing.
    """
    kafka, naming = settings.connection, settings.naming
    inputs = [
        (service, naming.topic(topic))
        for service in services
        for topic in service.inputs
    ]
    states = [(one, naming.topic(one.state)) for one in services if one.state]
    async with Reader(kafka, client_id="communique-ledger") as reader:
        partitions = {
            topic: await reader.partitions(topic) for _, topic in (*inputs, *states)
        }
        before = await _bounds(reader, partitions)
        committed = await _committed(kafka, [naming.group(one) for one in services])
        lines = await read_lines(reader, naming)
        after = await _bounds(reader, partitions)
        aged = {
            topic: await reader.offsets_at(topic, partitions[topic], now - OVERDUE)
            for _, topic in states
        }
    found: list[Line] = [
        Input(
            (group := naming.group(service)),
            topic,
            number,
            start=before[topic][number][0],
            end=after[topic][number][1],
            committed=committed[group].get((topic, number)),
            line=lines.get((group, topic, number)),
        )
        for service, topic in inputs
        for number in partitions[topic]
    ]
    entries = _outcomes(found, naming.group(PAGE_FETCHER))
    found += [
        Tasks(
            (group := naming.group(service)),
            topic,
            number,
            end=after[topic][number][1],
            aged_end=aged[topic][number],
            line=lines.get((group, topic, number)),
            at=now,
            entries=entries[number] if service == PAGE_FETCHER else None,
        )
        for service, topic in states
        for number in partitions[topic]
    ]
    groups = [naming.group(service) for service in services]
    return sorted(found, key=lambda line: groups.index(line.group))


async def read_lines(reader: Reader, naming: Naming) -> Lines:
    """Return the newest line of each group, topic and partition."""
    topic = naming.topic(LEDGER)
    newest: dict[bytes | None, Message] = {}
    async for messages in reader.read(
        topic, dict.fromkeys(await reader.partitions(topic), 0)
    ):
        newest.update((message.key, message) for message in messages)
    lines: Lines = {}
    for message in newest.values():
        try:
            line = decode(message, LedgerLine)
        except PermanentError:
            continue  # a tombstone, or a foreign hand: nobody's counts are in it
        lines[line.group, line.topic, line.partition] = line
    return lines


async def _bounds(
    reader: Reader, partitions: Mapping[str, list[int]]
) -> dict[str, dict[int, tuple[int, int]]]:
    found = await asyncio.gather(
        *(reader.bounds(topic, numbers) for topic, numbers in partitions.items())
    )
    return dict(zip(partitions, found, strict=True))


async def _committed(
    kafka: KafkaConnection, groups: list[str]
) -> dict[str, dict[Place, int]]:
    found: dict[str, dict[Place, int]] = {}
    async with admin_client(kafka) as admin:
        for group in groups:
            try:
                offsets = await admin.list_consumer_group_offsets(group)
            except GroupCoordinatorNotAvailableError:  # no group ever committed here
                offsets = {}
            found[group] = {
                (tp.topic, tp.partition): told.offset
                for tp, told in offsets.items()
                if told.offset >= 0
            }
    return found


def _outcomes(lines: Iterable[Line], group: str) -> defaultdict[int, Counter[str]]:
    """Return what became of the messages of `group`, by partition over its topics."""
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.group == group:
            found[line.partition].update(line.outcomes)
    return found
