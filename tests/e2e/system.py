"""A whole Communique for a test: services as processes, on whichever engines."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from elasticsearch import AsyncElasticsearch

from communique.codec import Message, Record
from communique.topics import SERVICES, Naming, Service, Topic, all_topics
from communique.worker.kafka import create_topics
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.demo.performance import Stage
from operator_console.local.supervisor import Program, Supervisor
from operator_console.registry import register
from search_indexer.install import install
from tests.engines import Engines


class System:
    """Running services, and questions about what they did."""

    def __init__(
        self,
        engines: Engines,
        naming: Naming,
        directory: Path,
        settings: Mapping[str, str],
    ) -> None:
        self.engines = engines
        self.naming = naming
        self.directory = directory
        self.settings = settings
        self.log = (directory / "services.log").open("w")
        self.supervisor = Supervisor(self.say)
        self.client = AsyncElasticsearch(engines.elasticsearch)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": self.engines.kafka,
            "COMMUNIQUE_ELASTICSEARCH_HOSTS": self.engines.elasticsearch,
            "COMMUNIQUE_TOPIC_PREFIX": self.naming.prefix,
            "COMMUNIQUE_STATE_DIR": str(self.directory / "state"),
            "COMMUNIQUE_SESSION_TIMEOUT_SECONDS": "6",
            "COMMUNIQUE_HOST_SPACING_SECONDS": "0",
            "COMMUNIQUE_ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
            "COMMUNIQUE_LOG_FORMAT": "text",
            **self.settings,
        }

    def program(
        self,
        service: Service,
        instance: int,
        *,
        module: str = "operator_console.service",
        **settings: str,
    ) -> Program:
        """Return how `service` is started, with `settings` of its own."""
        return Program(
            f"{service.name}-{instance}",
            ("-m", module, service.name),
            {
                **self.environment,
                "COMMUNIQUE_INSTANCE": str(instance),
                **settings,
            },
        )

    def kill(self, name: str) -> None:
        """Kill a process as nothing can prepare for; the supervisor starts it again."""
        pid = self.supervisor.pid(name)
        assert pid is not None, f"{name} does not run"
        os.kill(pid, signal.SIGKILL)

    async def send(self, topic: Topic, key: bytes, value: bytes | None) -> None:
        async with Producer(self.engines.connection, client_id="test") as producer:
            await producer.send_all([Record(self.naming.topic(topic), key, value)])

    async def read(self, topic: Topic) -> list[Message]:
        """Return everything that `topic` holds now."""
        name = self.naming.topic(topic)
        found: list[Message] = []
        async with Reader(self.engines.connection, client_id="test") as reader:
            start = dict.fromkeys(await reader.partitions(name), 0)
            async for messages in reader.read(name, start):
                found += messages
        return found

    async def waiting(
        self, service: Service, ends: dict[TopicPartition, int] | None = None
    ) -> int:
        """Return how many messages `service` has not committed, of those to `ends`."""
        ends = await self.ends(service) if ends is None else ends
        admin = AIOKafkaAdminClient(bootstrap_servers=self.engines.kafka)
        await admin.start()
        try:
            committed = await admin.list_consumer_group_offsets(
                self.naming.group(service)
            )
        finally:
            await admin.close()
        done = {tp: meta.offset for tp, meta in committed.items()}
        return sum(max(0, end - max(done.get(tp, 0), 0)) for tp, end in ends.items())

    async def ends(self, service: Service) -> dict[TopicPartition, int]:
        """Return where each partition that `service` reads ends now."""
        async with AIOKafkaConsumer(bootstrap_servers=self.engines.kafka) as consumer:
            partitions = [
                TopicPartition(self.naming.topic(topic), number)
                for topic in service.inputs
                for number in range(service.reads[0].partitions)
            ]
            found: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
            return found

    async def all_settled(self, *services: Service, seconds: float = 60) -> None:
        """
        Return when `services` have committed all that there is to read.

        One after the other, and each what there is when its turn comes: feeds are
        visited all the time, and there would always be one more visit to read.
        """
        for service in services or SERVICES:
            ends = await self.ends(service)
            await until(
                lambda s=service, e=ends: self.waiting(s, e),
                lambda left: left == 0,
                seconds,
            )

    async def documents(self, index: str) -> dict[str, tuple[int, dict]]:
        """Return every document of `index`: id to version and source."""
        await self.client.indices.refresh(index=index)
        answer = await self.client.search(
            index=index, size=5_000, version=True, query={"match_all": {}}
        )
        return {
            hit["_id"]: (hit["_version"], hit["_source"])
            for hit in answer["hits"]["hits"]
        }

    def say(self, name: str, line: str) -> None:
        self.log.write(f"{time.monotonic():.1f} {name}: {line}\n")
        self.log.flush()


@asynccontextmanager
async def running_system(
    engines: Engines, stage: Stage, directory: Path, *, processes: int
) -> AsyncIterator[System]:
    """Run every service in `processes` processes, with the feeds of `stage`."""
    async with open_system(engines, directory) as system:
        await register(engines.connection, system.naming, stage.feeds())
        programs = [
            system.program(service, instance)
            for service in SERVICES
            for instance in range(processes)
        ]
        async with supervised(system.supervisor, programs):
            yield system


@asynccontextmanager
async def open_system(
    engines: Engines,
    directory: Path,
    *,
    topics: Iterable[Topic] | None = None,
    **settings: str,
) -> AsyncIterator[System]:
    """Make what a system needs on `engines`; `settings` hold for all its services."""
    naming = Naming(f"e2e-{time.monotonic_ns()}.")
    system = System(engines, naming, directory, settings)
    async with system.client:
        await create_topics(engines.connection, topics or all_topics(), naming)
        await install(system.client, language_analyzers=engines.language_analyzers)
        try:
            yield system
        finally:
            system.log.close()


@asynccontextmanager
async def supervised(
    supervisor: Supervisor, programs: Sequence[Program]
) -> AsyncIterator[None]:
    """Keep `programs` running while the block runs."""
    running = asyncio.create_task(supervisor.run(programs))
    try:
        yield
    finally:
        supervisor.stop()
        await running


async def until(ask: Callable, good: Callable, seconds: float = 60):
    """Ask until the answer is good, and return it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = await ask()
        if good(answer):
            return answer
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        await asyncio.sleep(0.25)
