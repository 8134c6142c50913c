"""The whole system on engines of its own, which a case may hurt as it likes."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from communique.codec import Message
from communique.settings import KafkaSettings
from communique.topics import SERVICES, Service, Topic
from communique.worker.producer import Producer
from communique.worker.reader import Reader
from operator_console.ledger import faults
from operator_console.local.supervisor import Program, Supervisor
from operator_console.registry import register
from operator_console.snapshot import read_snapshot
from search_indexer.families import RELEASES
from tests.e2e.system import System, open_system, until
from tests.engines import Engines
from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.kafka import KafkaServer
from tests.faults.load import Load, open_load
from tests.faults.proxy import FaultProxy
from tests.faults.verdict import Verdict, judge, unsearchable

PROBE_SECONDS = 90.0
PATIENCE_SECONDS = 150.0
SETTINGS = {
    "COMMUNIQUE_SPACY_MODELS": "{}",
    "COMMUNIQUE_BATCH_SIZE": "100",
    "COMMUNIQUE_RETRY_SECONDS": "2",
}


@dataclass
class Arena:
    """Running services, the engines below them and the releases that flow."""

    kafka: KafkaServer
    elasticsearch: ElasticsearchServer
    proxy: FaultProxy
    system: System
    load: Load
    rng: random.Random
    module: str
    """What runs a service: its own program, or a mutant's."""
    patience_seconds: float
    """How long whatever is under way may take to arrive."""
    capacity: float = 0.0
    """Releases a second without a fault."""
    running: "Running" = field(init=False)
    """The services, as a case finds and leaves them."""
    poisoned: set[str] = field(default_factory=set)
    """Where a case has put what must become a dead letter: topic/partition/offset."""
    _read_to: dict[str, dict[int, int]] = field(default_factory=dict)

    def program(self, service: Service, instance: int = 0, **settings: str) -> Program:
        """Return how `service` is started in this arena."""
        return self.system.program(service, instance, module=self.module, **settings)

    def run(self, programs: Sequence[Program]) -> "Running":
        """Start `programs`; whoever does so stops them again."""
        supervisor = Supervisor(self.system.say)
        return Running(supervisor, asyncio.create_task(supervisor.run(programs)))

    def start(self, *services: Service, **settings: str) -> "Running":
        """Start one process of each service, or of those named."""
        return self.run([self.program(s, **settings) for s in services or SERVICES])

    async def searchable(self, key: str, *, seconds: float = PROBE_SECONDS) -> float:
        """Return the monotonic time at which the release is found."""

        async def found() -> bool:
            answer = await self.system.client.options(
                max_retries=0, ignore_status=(404, 503)
            ).search(index=RELEASES, query={"ids": {"values": [key]}})
            return bool(answer.body.get("hits", {}).get("hits"))

        await until(found, bool, seconds)
        return time.monotonic()

    def producer(self) -> Producer:
        """Return a producer of the test's own."""
        return Producer(self.system.engines.connection, client_id="test")

    async def found(
        self, keys: Iterable[str], *, deadline: float | None = None
    ) -> None:
        """Wait until all is found, or until `deadline`: a verdict says what is lost."""
        expected = self.load.expected(keys)
        deadline = deadline or time.monotonic() + self.patience_seconds
        while await unsearchable(self.system.client, expected):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.5)

    async def settle(self, keys: Iterable[str]) -> Verdict:
        """Wait until all is found and no service has anything left; then judge."""
        deadline = time.monotonic() + self.patience_seconds
        await self.found(keys, deadline=deadline)
        left = max(10.0, deadline - time.monotonic())
        await self.system.all_settled(*SERVICES, seconds=left)
        return await judge(self.system.client, self.load.expected(keys))

    async def verdict(self, keys: Iterable[str]) -> Verdict:
        """Judge once all is found, or nobody expects it any more."""
        await self.found(keys)
        return await judge(self.system.client, self.load.expected(keys))

    async def drain(self, keys: Iterable[str]) -> float:
        """Return the releases a second at which those not yet found become so."""
        expected = self.load.expected(keys)
        first: tuple[float, int] | None = None
        while True:
            left = await unsearchable(self.system.client, expected)
            now = time.monotonic()
            if first is None or left == len(expected):
                first = (now, left)  # the pipe fills
            if left == 0:
                return (first[1] - left) / max(now - first[0], 0.001)
            assert now - first[0] < self.patience_seconds, f"{left} do not drain"
            await asyncio.sleep(0.5)

    async def dead_letters(self) -> set[str]:
        """Return where those that died since the last call came from."""
        letters = [
            letter
            for service in SERVICES
            for letter in await self.new_records(service.dead_letters)
        ]
        return {letter.headers["communique_origin"].decode() for letter in letters}

    async def imbalance(self) -> list[str]:
        """Return what the ledger says does not balance, a sentence each."""
        settings = KafkaSettings(
            kafka_bootstrap_servers=self.kafka.bootstrap_servers,
            topic_prefix=self.system.naming.prefix,
        )
        return faults(await read_snapshot(settings, now=datetime.now(UTC)))

    async def new_records(self, topic: Topic) -> list[Message]:
        """Return what came to `topic` since this was asked last."""
        name = self.system.naming.topic(topic)
        found: list[Message] = []
        async with Reader(self.system.engines.connection, client_id="test") as reader:
            places = self._read_to.setdefault(name, {})
            for partition in await reader.partitions(name):
                places.setdefault(partition, 0)
            async for messages in reader.read(name, dict(places)):
                for message in messages:
                    places[message.partition] = message.offset + 1
                found += messages
        return found

    async def away(
        self, *servers: KafkaServer | ElasticsearchServer, seconds: float
    ) -> None:
        """Kill engines; start them again after `seconds`; return when they answer."""
        for server in servers:
            await asyncio.to_thread(server.kill)
        await asyncio.sleep(seconds)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))


@dataclass
class Running:
    """Processes under a supervisor of their own."""

    supervisor: Supervisor
    task: asyncio.Task[None]

    async def pid(self, name: str) -> int:
        """Return the id of a process, once it runs."""

        async def ask() -> int | None:
            return self.supervisor.pid(name)

        found = await until(ask, lambda pid: pid is not None)
        return int(found)

    async def kill(self, name: str) -> None:
        """Kill a process as nothing can prepare for; the supervisor starts it again."""
        os.kill(await self.pid(name), signal.SIGKILL)

    async def kill_for_good(self, *names: str) -> None:
        """Kill processes without a word to Kafka; nobody starts them again."""
        pids = [await self.pid(name) for name in names]
        self.supervisor.stop()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        await self.task

    async def stop(self) -> float:
        """Ask all to end (SIGTERM); return the seconds until the last one has."""
        asked = time.monotonic()
        self.supervisor.stop()
        await self.task
        return time.monotonic() - asked


@asynccontextmanager
async def open_engines(
    directory: Path,
) -> AsyncIterator[tuple[KafkaServer, ElasticsearchServer]]:
    """Run a Kafka and an Elasticsearch that nobody else uses."""
    kafka = KafkaServer(directory / "kafka")
    elasticsearch = ElasticsearchServer(directory / "elasticsearch")
    async with AsyncExitStack() as stack:
        for server in (kafka, elasticsearch):
            stack.push_async_callback(asyncio.to_thread, server.stop)
        await asyncio.gather(
            asyncio.to_thread(kafka.start), asyncio.to_thread(elasticsearch.start)
        )
        yield kafka, elasticsearch


@asynccontextmanager
async def open_arena(
    kafka: KafkaServer,
    elasticsearch: ElasticsearchServer,
    directory: Path,
    *,
    seed: int,
    module: str = "operator_console.service",
    patience_seconds: float = PATIENCE_SECONDS,
    **settings: str,
) -> AsyncIterator[Arena]:
    """Run ministries, a proxy and one process of each service on these engines."""
    engines = Engines(
        kafka=kafka.bootstrap_servers,
        elasticsearch=elasticsearch.url,
        name="real",
        language_analyzers=False,
    )
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        proxy = await enter(FaultProxy(elasticsearch.url, seed=seed))
        settings = {
            **SETTINGS,
            "COMMUNIQUE_ELASTICSEARCH_HOSTS": proxy.url,
            **settings,
        }
        system = await enter(open_system(engines, directory, **settings))
        load = await enter(open_load(seed))
        await register(engines.connection, system.naming, load.feeds())
        rng = random.Random(seed)
        arena = Arena(
            *(kafka, elasticsearch, proxy, system, load, rng, module),
            patience_seconds=patience_seconds,
        )
        arena.running = arena.start()
        try:
            yield arena
        finally:
            await arena.running.stop()
