"""
With Elasticsearch slow or away, the indexer holds still and goes on by itself.

An hour is shortened to half a minute: what ends a worker of Faust in a long outage is
aiokafka's poll interval, once the buffer is full (1000 s by default, so 17 minutes;
docs/decisions/0002). Ours is 864,000 s, ten days, and no other clock runs meanwhile:
sessions are kept by heartbeats, of which this test sees five sessions' worth.
"""

import asyncio
import uuid
from pathlib import Path

import aiohttp
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from communique.codec import Record
from communique.topics import RELEASES_ENRICHED, SEARCH_INDEXER
from communique.worker.producer import Producer
from search_indexer.families import RELEASES
from tests.e2e.system import System, open_system, supervised, until
from tests.engines import Engines
from tests.faults.proxy import Delay, FaultProxy
from tests.unit.search_indexer.examples import message, release

pytestmark = [pytest.mark.engines, pytest.mark.slow, pytest.mark.timeout(400)]

BACKLOG = 12_000  # 93 MB of messages
TEXT_BYTES = 4_000
BATCH = 100
OUTAGE_SECONDS = 30.0  # five sessions of a consumer
SLOW_SECONDS = 90.0  # until the buffer is full, on such a machine
STILL_SECONDS = 6.0
DRAIN_SECONDS = 240.0  # on a machine that is busy with other things

GROWTH_KB = 64 * 1024
"""
What a full buffer may add: three batches, and two fetches of 12 partitions.

A fetch of 1 MB a partition takes some 20 MB here. Measured: 20 to 46 MB while 125 MB
waited. The whole backlog in memory is more than the bound.
"""
STILL_KB = 4 * 1024
"""What "flat" allows; measured: 0.1 MB."""


class Indexer:
    """The one indexer process, and what can be seen of it."""

    name = f"{SEARCH_INDEXER.name}-0"

    def __init__(self, system: System, session: aiohttp.ClientSession) -> None:
        self.system = system
        self._session = session

    @property
    def pid(self):
        return self.system.supervisor.pid(self.name)

    def resident_kb(self):
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        (found,) = (line.split()[1] for line in lines if line.startswith("VmRSS"))
        return int(found)

    async def ask(self, path):
        """Return status and answer of the health server; 0 while there is none."""
        group = self.system.naming.group(SEARCH_INDEXER)
        address = self.system.directory / "state" / f"{group}-0.address"
        try:
            where = address.read_text().strip()
            async with self._session.get(f"http://{where}{path}") as answer:
                return answer.status, await answer.json()
        except (OSError, aiohttp.ClientError):
            return 0, {}

    async def ready(self):
        return (await self.ask("/readyz"))[0] == 200

    async def waits(self):
        status, answer = await self.ask("/readyz")
        return status == 503 and answer["waiting_for"]

    async def members(self):
        """Return how many members the broker counts in the indexer's group."""
        group = self.system.naming.group(SEARCH_INDEXER)
        admin = AIOKafkaAdminClient(bootstrap_servers=self.system.engines.kafka)
        await admin.start()
        try:
            (answer,) = await admin.describe_consumer_groups([group])
        finally:
            await admin.close()
        ((_, _, state, _, _, members, *_),) = answer.groups
        return state, len(members)

    async def growth_kb(self, seconds):
        """Return how much the process grows in that time."""
        before = self.resident_kb()
        await asyncio.sleep(seconds)
        return self.resident_kb() - before

    async def holds_still(self, seconds=STILL_SECONDS):
        """Return once it does not grow for so long: a last fetch may still arrive."""
        await until(
            lambda: self.growth_kb(seconds), lambda kb: kb < STILL_KB, SLOW_SECONDS
        )


async def send_releases(system, count):
    """Write releases of one feed, and return its id."""
    topic = system.naming.topic(RELEASES_ENRICHED)
    (issuer,) = release().issuers
    issuer = issuer.model_copy(update={"feed_id": str(uuid.uuid4())})
    text = "The minister spoke. " * (TEXT_BYTES // 20)
    async with Producer(system.engines.connection, client_id="test") as producer:
        for start in range(0, count, 500):
            events = [
                release(release_id=str(uuid.uuid4()), issuers=(issuer,), text=text)
                for _ in range(start, min(start + 500, count))
            ]
            await producer.send_all(
                [Record(topic, m.key, m.value) for m in map(message, events)]
            )
    return issuer.feed_id


async def indexed(system, feed_id):
    await system.client.indices.refresh(index=RELEASES)
    query = {"term": {"issuers.feed_id": feed_id}}
    return (await system.client.count(index=RELEASES, query=query))["count"]


async def test_the_indexer_outlives_a_slow_and_an_absent_elasticsearch(
    real_engines: Engines, tmp_path: Path
):
    async with (
        FaultProxy(real_engines.elasticsearch) as proxy,
        aiohttp.ClientSession() as session,
        open_system(
            real_engines,
            tmp_path,
            COMMUNIQUE_ELASTICSEARCH_HOSTS=proxy.url,
            COMMUNIQUE_BATCH_SIZE=str(BATCH),
            COMMUNIQUE_BACKOFF_CAP_SECONDS="1",
        ) as system,
        supervised(system.supervisor, [system.program(SEARCH_INDEXER, 0)]),
    ):
        indexer = Indexer(system, session)
        await until(indexer.ready, bool)
        await send_releases(system, 2 * BATCH)
        await system.all_settled(SEARCH_INDEXER)
        pid, small_kb = indexer.pid, indexer.resident_kb()

        proxy.fault = Delay(5.0)
        backlog = await send_releases(system, BACKLOG)
        await indexer.holds_still()
        assert await indexer.ready()
        assert indexer.resident_kb() - small_kb < GROWTH_KB

        proxy.fault = None
        async with proxy.away():
            reason = await until(indexer.waits, bool)
            assert "ConnectionError" in reason
            await indexer.holds_still(OUTAGE_SECONDS)
            full_kb = indexer.resident_kb() - small_kb
            waiting = await system.waiting(SEARCH_INDEXER)
            assert await indexer.waits()
            assert (await indexer.ask("/livez"))[0] == 200
            assert await indexer.members() == ("Stable", 1)
        assert full_kb < GROWTH_KB
        assert waiting > BACKLOG / 2

        await until(
            lambda: system.waiting(SEARCH_INDEXER),
            lambda left: left == 0,
            DRAIN_SECONDS,
        )
        assert await indexer.ready()
        assert await indexed(system, backlog) == BACKLOG
        assert indexer.pid == pid
