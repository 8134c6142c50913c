"""Edge: asks hubs for pushes (WebSub); a feed whose hub does not answer is polled."""

from collections.abc import Mapping

import httpx
import structlog

from communique.events import Feed
from communique.identity import host_key
from communique.safe_http import FetchFailedError, RefusedError, SafeClient
from communique.safe_text import safe_text
from communique.turns import Turn
from feed_poller.tasks import FeedTask
from feed_poller.websub import Callbacks, Offer

ASK_AGAIN_SECONDS = 6 * 3600.0
"""After a hub was asked and has not confirmed."""

log = structlog.get_logger(__name__)


def asks_hub(task: FeedTask, now: float) -> Offer | None:
    """Return the hub to ask now, if there is one; `now` in epoch seconds."""
    if task.hub is None or (task.hub_due_at or 0.0) > now:
        return None
    return task.hub


class Hubs:
    """Subscribes at hubs, through the client that judges every address."""

    def __init__(self, client: SafeClient, callbacks: Callbacks) -> None:
        self._client = client
        self._callbacks = callbacks

    def due(self, task: FeedTask, now: float, turn: Turn) -> Offer | None:
        """
        Return the hub to ask now, which `turn` is the next to ask; `now` in seconds.

        None if it is not time, and while another visit waits for that hub: a later one
        asks. Many feeds share a hub, and would keep each other from their visits.
        """
        offer = asks_hub(task, now)
        return offer if offer and turn.reserve(host_key(offer.hub)) else None

    async def subscribe(self, feed: Feed, offer: Offer, turn: Turn) -> bool:
        """
        Ask the feed's hubs to push, one after another until one takes us.

        Whether it pushes, its confirmation tells. `turn` is that of `due`.
        """
        form = self._callbacks.subscription(feed.feed_id, offer)
        for hub in offer.hubs:
            if await self._ask(hub, feed, form, turn):
                return True
        return False

    async def _ask(
        self, hub: str, feed: Feed, form: Mapping[str, str], turn: Turn
    ) -> bool:
        try:
            await turn.at(host_key(hub))
            # What it says beyond its status is not read: it could be a bomb.
            async with self._client.stream("POST", hub, data=dict(form)) as answer:
                status, accepted = answer.status_code, answer.is_success
        except (
            *(httpx.HTTPError, httpx.InvalidURL, OSError),
            *(RefusedError, FetchFailedError),
        ) as error:
            log.info(
                "no pushes", feed=feed.feed_id, reason=safe_text(str(error), limit=200)
            )
            return False
        log.info("asked its hub", feed=feed.feed_id, status=status)
        return accepted
