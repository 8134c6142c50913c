"""
A service with one line of its delivery spoilt: `-m tests.programs.mutant SERVICE`.

COMMUNIQUE_TEST_MUTANT names the mutant. The fault suite must see each of
them lose or repeat releases; if it does not, it would not see it of us either.
"""

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata, TopicPartition

from communique.worker.producer import Producer
from communique.worker.settle import Settler
from communique.worker.settled import Settled
from communique.worker.states import States
from operator_console.service import run_named

_background: set[asyncio.Task[Any]] = set()


def _later(work: Awaitable[Any], seconds: float = 0.0) -> None:
    async def wait() -> None:
        await asyncio.sleep(seconds)
        await work

    task = asyncio.create_task(wait())
    _background.add(task)
    task.add_done_callback(_background.discard)


def ack_first() -> None:
    """Ack a batch when it comes, and settle it afterwards."""
    settle = Settler.settle

    async def spoilt(self: Settler, ours: Callable[[], Sequence[Any]]) -> Any:
        messages = list(ours())
        _later(settle(self, lambda: messages))
        return messages

    Settler.settle = spoilt  # type: ignore[method-assign]


def send_not_awaited() -> None:
    """Hand records to a producer as Faust's, and do not wait for the broker."""
    original = Producer.__init__

    def init(self: Producer, connection: Any, **more: Any) -> None:
        original(self, connection, **more)
        options = connection.client_options()
        # Not idempotent: what is not confirmed in time is dropped, not tried for ever.
        self._producer = AIOKafkaProducer(
            **options, acks="all", request_timeout_ms=5000
        )

    async def spoilt(self: Producer, records: Sequence[Any]) -> list[RecordMetadata]:
        for record in records:
            headers = list(record.headers)
            sent = await self._producer.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=record.partition,
                headers=headers,
            )
            sent.add_done_callback(lambda done: done.exception())
        return [_nowhere(record) for record in records]

    Producer.__init__ = init  # type: ignore[method-assign]
    Producer.send_all = spoilt  # type: ignore[method-assign]


def _nowhere(record: Any) -> RecordMetadata:
    place = TopicPartition(record.topic, record.partition or 0)
    return RecordMetadata(place.topic, place.partition, place, -1, 0, 0, 0)


def plain_take() -> None:
    """Read by `take_events`, which acks its buffer however the batch ended."""
    from faust.streams import Stream

    Stream.noack = lambda self: self  # type: ignore[method-assign]
    Stream.noack_take = Stream.take_events  # type: ignore[method-assign]


def ack_after_a_hole() -> None:
    """Leave a message for later, and ack those that come after it."""
    settle = Settler.settle

    async def spoilt(self: Settler, ours: Callable[[], Sequence[Any]]) -> Any:
        skipped = random.random() < 0.2
        return await settle(self, lambda: list(ours())[skipped:])

    Settler.settle = spoilt  # type: ignore[method-assign]


def version_from_the_offset() -> None:
    """Let the place in a topic say what is newer."""
    from search_indexer import handle as module

    offsets: dict[int, int] = {}
    decode, documents = module.decode, module.documents

    def decode_with_offset(message: Any, event: Any) -> Any:
        release = decode(message, event)
        offsets[id(release)] = message.offset
        return release

    def spoilt(release: Any) -> Any:
        version = offsets.pop(id(release)) + 1
        return tuple(replace(action, version=version) for action in documents(release))

    module.decode = decode_with_offset  # type: ignore[attr-defined]
    module.documents = spoilt  # type: ignore[attr-defined]


def state_after_ack() -> None:
    """Write down what is to be done three seconds after the message is acked."""
    plan = States.plan

    async def spoilt(self: States, messages: Sequence[Any], *a: Any, **k: Any) -> Any:
        _later(plan(self, messages, *a, **k), seconds=3.0)
        return [Settled("scheduled") for _ in messages]

    States.plan = spoilt  # type: ignore[method-assign]


MUTANTS: Mapping[str, Callable[[], None]] = {
    "ack-first": ack_first,
    "send-not-awaited": send_not_awaited,
    "plain-take": plain_take,
    "ack-after-a-hole": ack_after_a_hole,
    "version-from-the-offset": version_from_the_offset,
    "state-after-ack": state_after_ack,
}


if __name__ == "__main__":
    MUTANTS[os.environ["COMMUNIQUE_TEST_MUTANT"]]()
    sys.exit(run_named(sys.argv[1]))
