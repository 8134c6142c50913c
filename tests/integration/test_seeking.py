"""What Faust does to offsets: a seek where nobody committed, a hole that holds all."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import faust
import pytest
from faust.transport.drivers.aiokafka import Transport

from communique.codec import Record
from communique.settings import WorkerSettings
from communique.topics import Naming, Service, Topic
from communique.worker.consume import committed, create_app
from communique.worker.kafka import create_topics
from communique.worker.producer import Producer
from communique.worker.progress import Progress

SOME = Service("seeker", (Topic("items", partitions=1),))


@dataclass
class Consuming:
    """A consumer that runs, what it was handed, and a way to send it more."""

    app: faust.App
    handed: asyncio.Queue
    send: Callable[[bytes], Awaitable[None]]
    progress: Progress

    async def next(self, seconds: float = 30) -> bytes:
        return await asyncio.wait_for(self.handed.get(), seconds)

    def stands(self):
        return self.progress.commits.look(committed(self.app))


@asynccontextmanager
async def consuming(engines, directory, *, acks=(), mend=lambda app: app):
    """Consume a topic, acking those offsets alone. Yields what is handed over."""
    naming = Naming(f"seeking-{time.monotonic_ns()}.")
    await create_topics(engines.connection, [*SOME.reads, SOME.replay], naming)
    handed, progress = asyncio.Queue(), Progress()

    async def send(value):
        async with Producer(engines.connection, client_id="test") as producer:
            await producer.send_all([Record(naming.topic(SOME.reads[0]), b"k", value)])

    async def settle(ours):
        for message in ours():
            handed.put_nowait(message.value)
        return [message for message in ours() if message.offset in acks]

    await send(b"first")
    app = mend(
        create_app(
            SOME,
            WorkerSettings(
                state_dir=directory,
                kafka_bootstrap_servers=engines.kafka,
                topic_prefix=naming.prefix,
            ),
            instance=0,
            settle=settle,
            assigned=lambda _: None,
            progress=progress,
        )
    )
    app.finalize()
    await app.start()
    try:
        yield Consuming(app, handed, send, progress)
    finally:
        await app.stop()


async def test_what_was_fetched_and_never_committed_is_fetched_again(engines, tmp_path):
    # As Faust does it with what it fetched while a rebalance was under way.
    async with consuming(engines, tmp_path) as running:
        assert await running.next() == b"first"
        await running.app.consumer.perform_seek()
        assert await running.next() == b"first"


async def test_without_our_transport_it_is_passed_over(engines, tmp_path):
    """Fails when Faust or aiokafka has mended it: then our transport can go."""

    def of_faust(app):
        app.transport = Transport(app.conf.broker_consumer, app)
        return app

    async with consuming(engines, tmp_path, mend=of_faust) as running:
        assert await running.next() == b"first"
        await running.app.consumer.perform_seek()
        with pytest.raises(TimeoutError):
            await running.next(seconds=3)


async def test_a_message_that_is_never_acked_holds_its_partition_and_is_seen(
    engines, tmp_path
):
    async with consuming(engines, tmp_path, acks={0, 3, 4}) as running:
        assert await running.next() == b"first"
        while running.stands() is not None:
            await asyncio.sleep(0.1)
        for value in (b"never", b"never", b"third", b"fourth"):
            await running.send(value)
            assert await running.next() == value
        await running.app.consumer.commit()
        assert running.stands().committed == 1
