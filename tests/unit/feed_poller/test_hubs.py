"""Asking a hub for pushes."""

from urllib.parse import parse_qs

import httpx
import pytest

from communique import turns
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

    return await subscribe(hub, OFFER), asked


async def subscribe(hub, offer) -> bool:
    async with (
        SafeClient(transport=httpx.MockTransport(hub)) as client,
        client.turns.visit() as turn,
    ):
        return await Hubs(client, CALLBACKS).subscribe(FEED, offer, turn)


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
    assert await subscribe(lambda _: answer, OFFER)


async def test_of_several_hubs_the_first_that_takes_us_is_enough():
    asked = []

    def hub(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(202 if request.url.host == "two.example" else 500)

    hubs = [f"https://{name}.example/" for name in ("one", "two", "three")]
    offer = Offer(hubs[0], FEED.url, tuple(hubs[1:]))
    assert await subscribe(hub, offer)
    assert asked == ["one.example", "two.example"]


@pytest.mark.parametrize(
    "answer", [500, 302, httpx.ConnectError("away"), RefusedError("private")], ids=str
)
async def test_a_hub_that_does_not_take_it_stops_nothing(answer):
    accepted, _ = await ask(answer)
    assert not accepted


async def test_a_hub_of_many_feeds_is_waited_for_by_one_visit_at_a_time():
    async with SafeClient(transport=httpx.MockTransport(lambda _: None)) as client:
        hubs, due = Hubs(client, CALLBACKS), task(hub=OFFER)
        visit = client.turns.visit
        async with visit() as one, visit() as next_one, visit() as other:
            assert hubs.due(due, 100.0, one) == OFFER
            assert hubs.due(due, 100.0, next_one) is None
            await one.at("hub.example:443")
            assert hubs.due(due, 100.0, next_one) == OFFER
            assert hubs.due(due, 100.0, other) is None
            next_one.end()
            assert hubs.due(due, 100.0, other) == OFFER


async def test_a_second_hub_for_which_others_wait_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(turns, "MOST_GUESTS", 0)
    offer = Offer("https://one.example/", FEED.url, ("https://two.example/",))
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    async with (
        SafeClient(transport=transport) as client,
        client.turns.visit() as busy,
        client.turns.visit() as turn,
    ):
        await busy.at("two.example:443")
        assert not await Hubs(client, CALLBACKS).subscribe(FEED, offer, turn)
