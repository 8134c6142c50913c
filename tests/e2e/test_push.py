"""A hub pushes, and the release is there long before the next visit would be."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from communique.topics import ENTRIES, FEED_POLLER, FEEDS_POLLED
from operator_console.demo.behaviours import announces
from operator_console.demo.hub import serve_hub
from operator_console.demo.performance import open_stage
from operator_console.local.supervisor import Program
from operator_console.registry import register
from tests.e2e.system import open_system, supervised, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(120),
    pytest.mark.slow,
]
KEY = "in-mea"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub():
    async with serve_hub() as hub:
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(hub):
    async with open_stage() as stage:
        site = stage.sites[KEY]
        site.behave(site.feed_path, announces(hub.url))
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(embedded_engines, stage, tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "COMMUNIQUE_PUSH_URL": f"http://127.0.0.1:{port}",
        "COMMUNIQUE_PUSH_SECRET": "a secret of sixteen and more",
        "COMMUNIQUE_PUSH_PORT": str(port),
    }
    directory = tmp_path_factory.mktemp("push")
    async with open_system(embedded_engines, directory, **settings) as system:
        (feed,) = [feed for feed in stage.feeds() if f"/{KEY}/" in feed.url]
        slow = feed.model_copy(update={"interval_seconds": 3600.0})
        await register(system.engines.connection, system.naming, [slow])
        module = "operator_console.service"
        programs = [
            Program("push", ("-m", module, "push-listener"), system.environment),
            system.program(FEED_POLLER, 0),
        ]
        async with supervised(system.supervisor, programs):
            yield system


async def titles(system):
    found = await system.read(ENTRIES)
    return {json.loads(message.value)["title"] for message in found}


async def visits(system):
    return len(await system.read(FEEDS_POLLED))


async def test_a_push_brings_a_release_at_once(system, stage, hub):
    await until(lambda: visits(system), lambda count: count == 1)
    await hub.confirmed.wait()
    ((topic, _),) = hub.secrets
    assert topic == stage.urls[KEY] + stage.sites[KEY].feed_path
    sample = stage.later[0]
    release = replace(
        sample,
        slug="pushed",
        ministry=KEY,
        title="A road is opened",
        published_at=datetime.now(UTC),
    )
    stage.publish(release)
    assert await hub.push(topic, b"<feed/>", signed=False) == [202]
    assert await hub.push(topic, b"<feed/>") == [202]
    await until(lambda: titles(system), lambda found: release.title in found, 10)
    assert await visits(system) == 2, "what was not signed made no visit"
