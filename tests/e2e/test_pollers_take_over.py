"""
Pollers share the feeds: one that comes takes its part, one that dies leaves nothing.

On the real Kafka alone: the embedded one never gives up a member that died silently.
The pollers have folders of their own, as on two machines, and the session time-out is
the one that ships.
"""

import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio

from communique.settings import WorkerSettings
from communique.topics import FEED_POLLER
from operator_console.demo.performance import open_stage
from operator_console.local.supervisor import Supervisor
from operator_console.registry import register
from tests.e2e.system import open_system, until

pytestmark = [
    pytest.mark.engines,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    pytest.mark.slow,
]
PROMISED_SECONDS = 30.0
SETTINGS = {
    "COMMUNIQUE_SESSION_TIMEOUT_SECONDS": str(WorkerSettings().session_timeout_seconds)
}


class Poller:
    """A poller that nobody starts again, with a folder of its own."""

    def __init__(self, system, number):
        self.name = f"{FEED_POLLER.name}-{number}"
        self.directory = system.directory / f"machine-{number}"
        self.supervisor = Supervisor(system.say)
        self.program = system.program(
            FEED_POLLER, number, COMMUNIQUE_STATE_DIR=str(self.directory)
        )

    @asynccontextmanager
    async def running(self):
        kept = asyncio.create_task(self.supervisor.run([self.program]))
        try:
            yield self
        finally:
            self.supervisor.stop()
            await kept

    def kill(self):
        os.kill(self.supervisor.pid(self.name), signal.SIGKILL)
        self.supervisor.stop()  # or it would start it again

    async def feeds(self):
        """Return how many feeds it holds; None: it does not answer yet."""
        try:
            (address,) = self.directory.glob("*.address")
            async with httpx.AsyncClient() as client:
                answer = await client.get(
                    f"http://{address.read_text().strip()}/metrics"
                )
        except (ValueError, OSError, httpx.HTTPError):
            return None
        counts = [
            float(line.rpartition(" ")[2])
            for line in answer.text.splitlines()
            if line.startswith("communique_tasks_waiting")
        ]
        return int(sum(counts))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage():
    async with open_stage() as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(real_engines, stage, tmp_path_factory):
    directory = tmp_path_factory.mktemp("pollers")
    async with open_system(real_engines, directory, **SETTINGS) as system:
        await register(real_engines.connection, system.naming, stage.feeds())
        yield system


def visits(stage):
    return {key: site.requests[site.feed_path] for key, site in stage.sites.items()}


async def unvisited(stage, before):
    now = visits(stage)
    return {key for key in now if now[key] == before[key]}


async def all_visited(stage):
    """Return after how many seconds every feed has been visited once more."""
    started = time.monotonic()
    before = visits(stage)
    await until(lambda: unvisited(stage, before), lambda left: not left, 90)
    return time.monotonic() - started


async def test_a_poller_that_comes_takes_its_part_and_one_that_dies_leaves_it(
    system, stage, record_property
):
    every = len(stage.sites)
    one, two = Poller(system, 0), Poller(system, 1)

    async def held():
        return await one.feeds(), await two.feeds()

    async with one.running():
        await until(one.feeds, lambda count: count == every)
        await all_visited(stage)
        async with two.running():
            started = time.monotonic()
            shares = await until(
                held, lambda now: all(now) and sum(now) == every, PROMISED_SECONDS
            )
            record_property("shared after", time.monotonic() - started)
            record_property("visited after", await all_visited(stage))
            two.kill()
            before = visits(stage)
            started = time.monotonic()
            while len(await unvisited(stage, before)) > shares[1]:
                await asyncio.sleep(0.25)  # the survivor goes on with its own
            assert await unvisited(stage, before), "nobody visits those of the dead"
            await until(
                lambda: unvisited(stage, before),
                lambda left: not left,
                PROMISED_SECONDS - (time.monotonic() - started),
            )
            record_property("taken over after", time.monotonic() - started)
        await until(one.feeds, lambda count: count == every)  # a gauge is slower
