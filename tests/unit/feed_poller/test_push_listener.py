"""A hub talks to the listener, over HTTP on loopback."""

import hmac

import httpx
import pytest

from communique.codec import Message, decode
from communique.events import FeedPushed
from communique.topics import Naming
from communique.worker.serving import serving
from feed_poller.push_listener import MAX_BODY_BYTES, Feeds, PushListener
from feed_poller.websub import Callbacks
from tests.unit.feed_poller.examples import FEED

CALLBACKS = Callbacks("http://unused.example", b"secret")
KEY = FEED.feed_id.encode()
PATH = f"/push/{FEED.feed_id}/{CALLBACKS.token(FEED.feed_id)}"


class Hub:
    """A hub's requests, and what the listener wrote meanwhile."""

    def __init__(self) -> None:
        self.now = 100.0
        self.written: list = []
        self.feeds = Feeds()
        self.register(FEED)
        self.listener = PushListener(
            CALLBACKS, self.feeds, self.send_all, Naming(), clock=lambda: self.now
        )
        self.client: httpx.AsyncClient

    def register(self, feed) -> None:
        value = feed.model_dump_json().encode() if feed else None
        self.feeds.apply(Message("feeds", 0, 0, KEY, value))

    async def send_all(self, records):
        self.written += records

    async def push(self, body=b"<feed/>", *, secret=None, path=PATH):
        secret = secret or CALLBACKS.hub_secret(FEED.feed_id)
        signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}"}
        return (await self.client.post(path, content=body, headers=headers)).status_code

    async def verify(self, path=PATH, **asked):
        query = {
            "hub.mode": "subscribe",
            "hub.topic": FEED.url,
            "hub.challenge": "a challenge",
            "hub.lease_seconds": "600",
            **{f"hub.{name}": value for name, value in asked.items()},
        }
        return await self.client.get(path, params=query)

    @property
    def pushed(self):
        return [
            decode(
                Message(r.topic, r.partition, 0, r.key, r.value, dict(r.headers)),
                FeedPushed,
            )
            for r in self.written
        ]


@pytest.fixture
async def hub():
    hub = Hub()
    async with (
        serving(hub.listener.app(), host="127.0.0.1", port=0) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False
        ) as hub.client,
    ):
        yield hub


async def test_a_push_means_visit_now(hub):
    assert await hub.push() == 202
    (pushed,) = hub.pushed
    assert (pushed.feed_id, pushed.lease_seconds) == (FEED.feed_id, None)


async def test_pushes_in_quick_succession_are_one_visit(hub):
    for _ in range(3):
        assert await hub.push() == 202
    assert len(hub.written) == 1
    hub.now += 5.0
    await hub.push()
    assert len(hub.written) == 2


async def test_a_push_that_is_not_the_hub_s_is_forgotten(hub):
    assert await hub.push(secret="guessed") == 202
    assert await hub.push(path=f"/push/{FEED.feed_id}/guessed") == 404
    assert await hub.push(b"x" * (MAX_BODY_BYTES + 1)) == 413
    assert hub.written == []


@pytest.mark.parametrize("feed", [None, FEED.model_copy(update={"paused": True})])
async def test_a_hub_of_a_feed_that_we_left_is_told_so(hub, feed):
    hub.register(feed)
    assert await hub.push() == 410
    assert (await hub.verify()).status_code == 404
    assert (await hub.verify(mode="unsubscribe")).text == "a challenge"
    assert hub.written == []


async def test_a_subscription_that_we_want_is_confirmed_with_its_lease(hub):
    answer = await hub.verify()
    assert (answer.status_code, answer.text) == (200, "a challenge")
    (pushed,) = hub.pushed
    assert pushed.lease_seconds == 600.0


@pytest.mark.parametrize(
    "asked",
    [{"mode": "unsubscribe"}, {"mode": "publish"}, {"challenge": ""}],
    ids=str,
)
async def test_what_nobody_asked_for_is_not_confirmed(hub, asked):
    assert (await hub.verify(**asked)).status_code == 404
    assert hub.written == []


async def test_a_hub_may_refuse(hub):
    assert (await hub.verify(mode="denied")).status_code == 200
    assert hub.written == []
