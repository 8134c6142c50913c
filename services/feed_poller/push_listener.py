"""Edge: the small server that hubs reach; a push becomes a wish on `feeds.pushed`."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from aiohttp import web

from communique.codec import Message, Record, decode
from communique.errors import PermanentError
from communique.events import Feed, FeedPushed
from communique.topics import Naming
from feed_poller.pushes import pushed_record
from feed_poller.websub import Callbacks, verification

MAX_BODY_BYTES = 256 * 1024
"""Of a push: a hub sends the new entries, and we only look at the signature."""
LEAST_SECONDS = 5.0
"""Between two pushes of a feed that are passed on."""

log = structlog.get_logger(__name__)

SendAll = Callable[[list[Record]], Awaitable[object]]


class Feeds:
    """The feeds that are registered, as the topic `feeds` tells."""

    def __init__(self) -> None:
        self._by_id: dict[str, Feed] = {}

    def apply(self, message: Message) -> None:
        """Take one record of the topic in."""
        key = (message.key or b"").decode("utf-8", "replace")
        if message.value is None:
            self._by_id.pop(key, None)
            return
        try:
            self._by_id[key] = decode(message, Feed)
        except PermanentError:
            return  # the poller makes it a dead letter

    def get(self, feed_id: str) -> Feed | None:
        """Return the feed of that id, unless it is paused."""
        feed = self._by_id.get(feed_id)
        return None if feed is None or feed.paused else feed


class PushListener:
    """Answers hubs: verifies subscriptions, and passes pushes on."""

    def __init__(
        self,
        callbacks: Callbacks,
        feeds: Feeds,
        send_all: SendAll,
        naming: Naming,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._callbacks = callbacks
        self._feeds = feeds
        self._send_all = send_all
        self._naming = naming
        self._clock = clock
        self._passed_on: dict[str, float] = {}

    def app(self) -> web.Application:
        """Return the server's application."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        path = "/push/{feed_id}/{token}"
        app.add_routes([web.get(path, self._verify), web.post(path, self._pushed)])
        return app

    async def _verify(self, request: web.Request) -> web.Response:
        """Echo the hub's challenge if the subscription is one that we want."""
        feed_id = self._known(request)
        asked = verification(request.query)
        feed = self._feeds.get(feed_id)
        if asked.mode == "denied":
            log.warning("hub refused", feed=feed_id)
            return web.Response()
        wanted = asked.mode == "subscribe" and feed is not None
        unwanted = asked.mode == "unsubscribe" and feed is None
        if not asked.challenge or not (wanted or unwanted):
            raise web.HTTPNotFound
        if feed is not None:
            await self._tell(feed, "the hub confirmed", asked.lease_seconds)
        return web.Response(text=asked.challenge)

    async def _pushed(self, request: web.Request) -> web.Response:
        """Pass a push on; one that is not signed as agreed is thanked and forgotten."""
        feed_id = self._known(request)
        body = await request.read()
        feed = self._feeds.get(feed_id)
        if feed is None:
            raise web.HTTPGone  # the hub may forget us (section 7)
        signature = request.headers.get("X-Hub-Signature")
        if not self._callbacks.is_signed(feed_id, body, signature):
            log.warning("push without a true signature", feed=feed_id)
            return web.Response(status=202)
        now = self._clock()
        if now - self._passed_on.get(feed_id, -LEAST_SECONDS) >= LEAST_SECONDS:
            await self._tell(feed, "its hub pushed")
            self._passed_on[feed_id] = now
        return web.Response(status=202)

    def _known(self, request: web.Request) -> str:
        feed_id, token = request.match_info["feed_id"], request.match_info["token"]
        if not self._callbacks.knows(feed_id, token):
            raise web.HTTPNotFound
        return feed_id

    async def _tell(
        self, feed: Feed, reason: str, lease_seconds: float | None = None
    ) -> None:
        pushed = FeedPushed(
            feed_id=feed.feed_id,
            reason=reason,
            at=datetime.now(UTC),
            lease_seconds=lease_seconds,
        )
        await self._send_all([pushed_record(pushed, feed, self._naming)])
