"""Asking a hub for pushes."""

from urllib.parse import parse_qs

import httpx
import pytest

from communique.safe_http import RefusedError, SafeClient
from feed_poller.hubs import Hubs, asks_hub
from feed_poller.tasks import FeedTask
from feed_poller.websub import Callbacks, Offer
from tests.unit.feed_poller.examples import FEED

OFFER = Offer("https://hub.example/", FEED.url)
CALLBACKS = Callbacks("https://push.example", b"secret")


def task(**facts) -> FeedTask:
    return FeedTask(
        host="ministry.example:443", due_at=0.0, feed=FEED, registered="f/0/0", **facts
    )


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        pytest.param({}, None, id="no hub"),
        pytest.param({"hub": OFFER}, OFFER, id="never asked"),
        pytest.param({"hub": OFFER, "hub_due_at": 101.0}, None, id="not yet"),
        pytest.param({"hub": OFFER, "hub_due_at": 100.0}, OFFER, id="due again"),
    ],
)
def test_a_hub_is_asked_when_it_is_due(facts, asked):
    assert asks_hub(task(**facts), 100.0) == asked


def test_a_hub_is_remembered_with_the_feed():
    one = task(hub=OFFER, hub_due_at=5.0)
    assert FeedTask.of(one.note().value) == one


async def ask(answer) -> tuple[bool, list[httpx.Request]]:
    asked = []

    def hub(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)

    async with SafeClient(transport=httpx.MockTransport(hub)) as client:
        return await Hubs(client, CALLBACKS).subscribe(FEED, OFFER), asked


async def test_a_subscription_is_a_form():
    accepted, (request,) = await ask(202)
    assert accepted
    assert (request.method, str(request.url)) == ("POST", OFFER.hub)
    form = parse_qs(request.content.decode())
    assert form["hub.callback"] == [CALLBACKS.url(FEED.feed_id)]


async def test_what_a_hub_says_beyond_its_status_is_not_read():
    async def bomb():
        raise AssertionError("read")
        yield b""

    answer = httpx.Response(202, content=bomb())
    async with SafeClient(transport=httpx.MockTransport(lambda _: answer)) as client:
        assert await Hubs(client, CALLBACKS).subscribe(FEED, OFFER)


async def test_of_several_hubs_the_first_that_takes_us_is_enough():
    asked = []

    def hub(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(202 if request.url.host == "two.example" else 500)

    hubs = [f"https://{name}.example/" for name in ("one", "two", "three")]
    offer = Offer(hubs[0], FEED.url, tuple(hubs[1:]))
    async with SafeClient(transport=httpx.MockTransport(hub)) as client:
        assert await Hubs(client, CALLBACKS).subscribe(FEED, offer)
    assert asked == ["one.example", "two.example"]


@pytest.mark.parametrize(
    "answer", [500, 302, httpx.ConnectError("away"), RefusedError("private")], ids=str
)
async def test_a_hub_that_does_not_take_it_stops_nothing(answer):
    accepted, _ = await ask(answer)
    assert not accepted
