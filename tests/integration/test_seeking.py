"""What a rebalance does to the offsets of partitions that nobody ever committed."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from faust.transport.drivers.aiokafka import Transport

from communique.codec import Record
from communique.settings import WorkerSettings
from communique.topics import Naming, Service, Topic
from communique.worker.consume import create_app
from communique.worker.kafka import create_topics
from communique.worker.producer import Producer
from communique.worker.progress import Progress

SOME = Service("seeker", (Topic("items", partitions=1),))


@asynccontextmanager
async def consuming(engines, directory, *, mend=lambda app: app):
    """Consume a topic that holds one message; never ack. Yields what is handed over."""
    naming = Naming(f"seeking-{time.monotonic_ns()}.")
    await create_topics(engines.connection, [*SOME.reads, SOME.replay], naming)
    async with Producer(engines.connection, client_id="test") as producer:
        await producer.send_all([Record(naming.topic(SOME.reads[0]), b"key", b"first")])
    handed = asyncio.Queue()

    async def settle(ours):
        for message in ours():
            handed.put_nowait(message.value)
        return []

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
            progress=Progress(),
        )
    )
    app.finalize()
    await app.start()
    try:
        yield app, handed
    finally:
        await app.stop()


async def test_what_was_fetched_and_never_committed_is_fetched_again(engines, tmp_path):
    # As Faust does it with what it fetched while a rebalance was under way.
    async with consuming(engines, tmp_path) as (app, handed):
        assert await asyncio.wait_for(handed.get(), 30) == b"first"
        await app.consumer.perform_seek()
        assert await asyncio.wait_for(handed.get(), 10) == b"first"


async def test_without_our_transport_it_is_passed_over(engines, tmp_path):
    """Fails when Faust or aiokafka has mended it: then our transport can go."""

    def of_faust(app):
        app.transport = Transport(app.conf.broker_consumer, app)
        return app

    async with consuming(engines, tmp_path, mend=of_faust) as (app, handed):
        assert await asyncio.wait_for(handed.get(), 30) == b"first"
        await app.consumer.perform_seek()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(handed.get(), 3)
