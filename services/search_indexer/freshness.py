"""
Makes what was written searchable, at most once a second, and says how long it took.

No write waits for a refresh (`refresh=wait_for` would cost throughput): after a batch
Elasticsearch is asked for one of the indices that were touched, and once that is done,
what is new in them can be found.
"""

import asyncio
from array import array
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from communique.logs import WAITS
from communique.worker.metrics import Metrics
from search_indexer.answers import of_failure
from search_indexer.documents import BulkAction
from search_indexer.families import write_alias

EVERY_SECONDS = 1.0
MAX_WAITING = 100_000
"""Of what waits to be found while refreshes fail, so much is kept to be measured."""
MAX_DELAYS = 1_000_000

log = structlog.get_logger(__name__)


class Freshness:
    """
    Hears of what was written, and refreshes beside the batches.

    Measured is what was news when it was written: `BulkAction.news_at` is set, and no
    document was there before. A replay, a release that is tagged again or that another
    feed names too writes what is there already, so none of them counts as hours.
    """

    def __init__(
        self,
        client: AsyncElasticsearch,
        metrics: Metrics,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._metrics = metrics
        self._now = now
        self._indices: set[str] = set()
        self._news: list[datetime] = []
        self._delays = array("d")
        self._written = asyncio.Event()

    def written(self, action: BulkAction, created: bool) -> None:
        """Hear that Elasticsearch has taken `action`."""
        self._indices.add(write_alias(action.index))  # after a reindex another index
        if created and action.news_at is not None and len(self._news) < MAX_WAITING:
            self._news.append(action.news_at)
        self._written.set()

    def take_delays(self) -> Sequence[float]:
        """Return and forget the delays since the last call, in seconds."""
        taken, self._delays = self._delays, array("d")
        return taken

    async def run(self) -> None:
        """Refresh whenever something was written, until cancelled."""
        while True:
            await self._written.wait()
            await self.refresh()
            await asyncio.sleep(EVERY_SECONDS)

    async def refresh(self) -> None:
        """Refresh what was written; if that fails, it is still to be refreshed."""
        self._written.clear()
        indices, self._indices = self._indices, set()
        news, self._news = self._news, []
        try:
            await self._client.options(max_retries=0).indices.refresh(
                index=sorted(indices), ignore_unavailable=True
            )
        except (ApiError, TransportError) as error:
            self._indices |= indices
            self._news = (news + self._news)[:MAX_WAITING]
            self._written.set()
            # Nothing is lost: Elasticsearch refreshes by itself, and documents go on.
            log.warning(WAITS, part="refresh", reason=str(of_failure(error)))
            return
        at = self._now()
        for moment in news:
            seconds = max(0.0, (at - moment).total_seconds())
            self._metrics.first_seen_to_searchable.observe(seconds)
            if len(self._delays) < MAX_DELAYS:
                self._delays.append(seconds)
