"""The feeds behind a page, as `feeds check` and `feeds add` find them."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from communique.errors import UsageError
from communique.safe_http import SafeClient
from feed_poller.declared import declared_feed
from operator_console.cli import feed_add, feed_check
from tests.unit.feed_poller.examples import NOW, rss

HOME = "https://ministry.example/"
PAGE = b"""<html><link rel="alternate" type="application/rss+xml" href="/press.xml">
<ul><li><a href="/1">A road is opened</a></li></ul></html>"""
ITEMS = [
    f"<title>{name}</title><link>{HOME}{name}/1</link>"
    "<pubDate>Fri, 20 Nov 2026 10:00:00</pubDate>"
    for name in ("press", "jobs")
]


def ministry(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/press.xml":
        return httpx.Response(200, content=rss(*ITEMS))
    return httpx.Response(200 if request.url.path == "/" else 404, content=PAGE)


@pytest.fixture
def visited(monkeypatch):
    """Let both commands visit `serve` in place of the web."""

    def visited(serve):
        @asynccontextmanager
        async def visiting(_seconds):
            async with SafeClient(transport=httpx.MockTransport(serve)) as client:
                yield client

        for command in (feed_add, feed_check):
            monkeypatch.setattr(command, "visiting", visiting)

    return visited


def wanted(**said):
    return declared_feed(HOME, None, said, where="here", registered_at=NOW)


async def test_a_feed_behind_a_page_is_read_as_what_is_said_has_it(visited):
    visited(ministry)
    said = {"timeZone": "Asia/Kolkata", "linksUnder": f"{HOME}press/"}
    found = await feed_add._find(wanted(**said))
    assert found.url == f"{HOME}press.xml"
    (entry,) = found.parsed.entries
    assert (entry.title, entry.published_at.hour) == ("press", 4)


@pytest.mark.parametrize("selector", ["li.none", "li[["])
async def test_selectors_that_fit_no_page_register_no_other_feed(visited, selector):
    visited(ministry)
    with pytest.raises(UsageError, match=r"cannot be read so: .*the selector 'li"):
        await feed_add._find(wanted(itemSelector=selector))


async def test_a_page_is_explained_though_the_feeds_that_it_names_do_not_answer(
    visited, monkeypatch
):
    async def slow(request):
        if request.url.path != "/":
            await asyncio.sleep(60)
        return ministry(request)

    visited(slow)
    monkeypatch.setattr(feed_check, "_SECONDS", 0.2)
    looked, behind = await feed_check._visit(wanted())
    assert (looked.reason, behind) == ("an HTML page, not a feed", [])


async def test_a_page_that_does_not_answer_is_not_waited_for(visited, monkeypatch):
    async def silent(_request):
        await asyncio.sleep(60)

    visited(silent)
    monkeypatch.setattr(feed_check, "_SECONDS", 0.1)
    looked, _ = await feed_check._visit(wanted())
    assert looked.reason == "no complete answer within 0.1 seconds"
