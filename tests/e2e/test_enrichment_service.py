"""The enrichment worker as a process, and the process that enriches for it."""

import asyncio
import os
import signal
import subprocess
import time
from uuid import uuid4

import pytest
import pytest_asyncio

from communique.codec import Message
from communique.topics import (
    ENRICHMENT_WORKER,
    RELEASES_ENRICHED,
    RELEASES_RAW,
)
from tests.e2e.system import open_system, supervised, until
from tests.unit.enrichment_worker.examples import raw

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    pytest.mark.slow,
]

NAME = f"{ENRICHMENT_WORKER.name}-0"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(engines, tmp_path_factory):
    directory = tmp_path_factory.mktemp("enrichment")
    async with open_system(
        engines, directory, topics=ENRICHMENT_WORKER.needs
    ) as system:
        await publish(system)  # before it starts
        program = system.program(ENRICHMENT_WORKER, 0, COMMUNIQUE_DOCUMENT_SECONDS="3")
        async with supervised(system.supervisor, [program]):
            yield system


async def publish(system) -> str:
    release_id = str(uuid4())
    release = raw("It was held in Kenya.", release_id=release_id)
    await system.send(
        RELEASES_RAW, release_id.encode(), release.model_dump_json().encode()
    )
    return release_id


async def answered(system, release_id: str, topic=RELEASES_ENRICHED) -> Message:
    def found(messages: list[Message]) -> list[Message]:
        return [one for one in messages if one.key == release_id.encode()]

    messages = await until(lambda: system.read(topic), found, 120)
    return found(messages)[0]


def child(system) -> int:
    """Return the process that enriches."""
    parent = system.supervisor.pid(NAME)
    found = subprocess.run(
        ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True
    )
    (pid,) = found.stdout.split()
    return int(pid)


async def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_the_first_message_is_handled_soon_after_the_start(system):
    began = time.monotonic()
    (first,) = await until(lambda: system.read(RELEASES_ENRICHED), bool, 120)
    print(f"first message after {time.monotonic() - began:.1f} s")
    assert b'"KE"' in (first.value or b"")


async def test_a_child_that_is_killed_costs_no_release(system):
    killed = child(system)
    os.kill(killed, signal.SIGKILL)
    assert (await answered(system, await publish(system))).value
    assert child(system) != killed


async def test_a_child_that_hangs_costs_one_release_and_no_health_check(system):
    stopped = child(system)
    os.kill(stopped, signal.SIGSTOP)
    hung = await publish(system)
    letters = asyncio.create_task(
        answered(system, hung, ENRICHMENT_WORKER.dead_letters)
    )
    (address,) = (system.directory / "state").glob("*.address")
    host, _, port = address.read_text().strip().rpartition(":")
    while not letters.done():
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /livez HTTP/1.0\r\n\r\n")
        assert b"200" in await reader.readline()
        writer.close()
        assert time.monotonic() - began < 2
        await asyncio.sleep(0.1)
    assert dict((await letters).headers)["communique_error"] == b"hung"
    await answered(system, await publish(system))
    assert await is_gone(stopped)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_no_child_outlives_its_worker(system, number):
    pid = child(system)
    os.kill(system.supervisor.pid(NAME), number)
    await until(lambda: is_gone(pid), bool, 20)
    assert (await answered(system, await publish(system))).value
