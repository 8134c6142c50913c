"""One request at a time to a host and port, whoever leads there."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from communique import turns
from communique.safe_http import FetchFailedError, get, safe_client
from tests.unit.communique.web_server import LOOPBACK, answer, server

FOUND = answer("200 OK", b"found")


class Host:
    """A server that answers when it is let; it tells how many asked it at once."""

    def __init__(self, seconds=0.0, location=None):
        self.seconds = seconds
        self.location = location
        self.asked_at = []
        self.now = self.most = 0

    async def __call__(self, _path, writer):
        self.asked_at.append(asyncio.get_running_loop().time())
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        if self.location is None:
            writer.write(FOUND)
        else:
            writer.write(answer("302 Found", b"", f"Location: {self.location}"))


@asynccontextmanager
async def third(host, **options):
    """Run `host`, and a client of it."""
    async with (
        server(host) as url,
        safe_client(user_agent="test", allow_private=LOOPBACK, **options) as client,
    ):
        yield client, url


@asynccontextmanager
async def leading_to(url):
    """Run a ministry whose address leads to `url`."""
    async with server(Host(location=url)) as ministry:
        yield ministry


async def test_hosts_that_lead_to_a_third_one_ask_it_one_after_the_other():
    host = Host(seconds=0.02)
    async with (
        third(host) as (client, url),
        leading_to(url) as one,
        leading_to(url) as other,
    ):
        found = await asyncio.gather(*(get(client, u) for u in (one, other, url)))
    assert {answer.body for answer in found} == {b"found"}
    assert (len(host.asked_at), host.most) == (3, 1)


async def test_other_hosts_are_asked_meanwhile():
    slow = Host(seconds=60)
    async with third(slow) as (client, url), server(Host()) as other:
        waiting = asyncio.create_task(get(client, url))
        while not slow.now:
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            assert (await get(client, other)).body == b"found"
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_visits_to_a_host_are_spaced_and_its_own_redirects_are_not():
    host = Host()
    async with third(host, spacing_seconds=0.2) as (client, url):

        async def lead(path, writer):
            if path == "/feed":
                writer.write(answer("302 Found", b"", "Location: /feed/"))
            else:
                await host(path, writer)

        async with server(lead) as ministry:
            start = asyncio.get_running_loop().time()
            await get(client, f"{ministry}/feed")
        await asyncio.gather(get(client, url), get(client, url))
    led, first, second = host.asked_at
    assert led - start < 0.2
    assert second - first >= 0.2


async def test_the_time_of_a_visit_begins_when_it_has_its_turn():
    async with third(Host(seconds=0.3)) as (client, url):
        visits = [get(client, url, total_seconds=0.5) for _ in range(3)]
        assert len(await asyncio.gather(*visits)) == 3


@pytest.mark.parametrize("most", ["MOST_GUESTS", "MOST_GUESTS_OF_A_HOST"])
async def test_more_than_a_few_that_are_led_to_a_host_do_not_wait_for_it(
    most, monkeypatch
):
    monkeypatch.setattr(turns, most, 2)
    host = Host(seconds=0.1)
    async with third(host) as (client, url), AsyncExitStack() as ministries:
        led_by = [await ministries.enter_async_context(leading_to(url)) for _ in "1234"]
        own = [asyncio.create_task(get(client, url)) for _ in range(4)]
        while not host.now:
            await asyncio.sleep(0)
        led = await asyncio.gather(
            *(get(client, ministry) for ministry in led_by), return_exceptions=True
        )
        assert {answer.body for answer in await asyncio.gather(*own)} == {b"found"}
    failures = [one for one in led if isinstance(one, FetchFailedError)]
    assert len(failures) == 2
    assert "for which others wait already" in str(failures[0])


async def test_who_is_led_to_a_host_that_is_free_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(turns, "MOST_GUESTS", 0)
    async with third(Host()) as (client, url), leading_to(url) as ministry:
        assert (await get(client, ministry)).body == b"found"


async def test_who_gives_up_waiting_leaves_its_turn_to_the_next():
    host = Host(seconds=0.05)
    async with third(host) as (client, url):
        first, cut, last = (asyncio.create_task(get(client, url)) for _ in range(3))
        while not host.now:
            await asyncio.sleep(0)
        cut.cancel()
        async with asyncio.timeout(10):
            assert (await first).body == (await last).body == b"found"
    assert cut.cancelled()
    assert len(host.asked_at) == 2


async def test_who_has_a_turn_reserved_waits_for_it_alone():
    all_turns = turns.Turns(spacing_seconds=0.1)
    async with all_turns.visit() as visit, all_turns.visit() as other:
        await visit.at("hub:443")
        visit.end()  # its own host, as it happens, for which it waits once more
        assert visit.reserve("hub:443")
        assert not other.reserve("hub:443")
        start = asyncio.get_running_loop().time()
        await visit.at("hub:443")
        assert asyncio.get_running_loop().time() - start > 0.05
        assert other.reserve("hub:443")


async def test_what_was_reserved_and_not_used_is_given_back():
    all_turns = turns.Turns()
    async with all_turns.visit() as visit:
        assert visit.reserve("hub:443")
    async with all_turns.visit() as visit:
        assert visit.reserve("hub:443")
        assert visit.reserve("other:443")
    assert not all_turns._hosts
