"""Edge: reads dead letters from their topics, and puts them back."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from communique.codec import Message
from communique.topics import Naming, Service
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.dead_letters import (
    DeadLetter,
    LetterId,
    cause_of,
    dead_letter_of,
    replay_record,
)


@dataclass(frozen=True, slots=True)
class Letters:
    """The dead letters of a group, oldest first, and which were put back before."""

    letters: list[DeadLetter]
    replayed: set[LetterId]


async def read_letters(reader: Reader, service: Service, naming: Naming) -> Letters:
    """
    Return what the dead letters of `service` say, without their bytes.

    Which were put back is known as long as the replay topic keeps them, or if they died
    again.

    Raises NotReadyError if a topic is missing.
    """
    letters: list[DeadLetter] = []
    replayed: set[LetterId] = set()
    for topic in (service.dead_letters, service.replay):
        name = naming.topic(topic)
        start = dict.fromkeys(await reader.partitions(name), 0)
        async for messages in reader.read(name, start):
            causes = (cause_of(message, service, naming) for message in messages)
            replayed.update(cause for cause in causes if cause)
            if topic == service.dead_letters:
                letters += (dead_letter_of(message, service) for message in messages)
    return Letters(letters, replayed)


async def read_letter(
    reader: Reader, letter: LetterId, service: Service, naming: Naming
) -> Message | None:
    """Return the dead letter itself, or None if it is not kept (any more)."""
    name = naming.topic(service.dead_letters)
    if letter.partition not in await reader.partitions(name):
        return None
    return await reader.one(name, letter.partition, letter.offset)


async def put_back(
    reader: Reader,
    producer: Producer,
    service: Service,
    naming: Naming,
    chosen: Collection[LetterId],
) -> AsyncIterator[tuple[LetterId, str]]:
    """
    Put `chosen` back for `service` alone, and yield each with its new place.

    In the order in which they died. What is yielded is confirmed; cut off, the next run
    sees what was done.
    """
    start: dict[int, int] = {}
    for one in chosen:
        start[one.partition] = min(one.offset, start.get(one.partition, one.offset))
    async for messages in reader.read(naming.topic(service.dead_letters), start):
        found = {
            one: message
            for message in messages
            if (one := LetterId(service.name, message.partition, message.offset))
            in chosen
        }
        confirmed = await producer.send_all(
            [replay_record(message, service, naming) for message in found.values()]
        )
        for one, at in zip(found, confirmed, strict=True):
            yield one, f"{at.topic}/{at.partition}/{at.offset}"
