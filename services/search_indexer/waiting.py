"""Says why documents wait: on /readyz, as a metric, and now and then in the log."""

import time
from collections.abc import Callable
from typing import get_args

import structlog

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.outcome import Refusal

SAY_AGAIN_SECONDS = 60.0
"""How often a log line says it; reasons differ by document, so not by `Repeats`."""

MATTERS: tuple[Refusal, ...] = ("operator", "unknown", "retry")
"""What is said first: that somebody must act."""

log = structlog.get_logger(__name__)


class Waiting:
    """
    What `BulkWriter` tells of documents that Elasticsearch does not take.

    A person is called by `communique_refusals_total` of the kinds "operator" and
    "unknown", or by a log line of level error, which comes with the first refusal and
    then once a minute.
    """

    def __init__(
        self,
        progress: Progress,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._metrics = metrics
        self._clock = clock
        self._reasons: dict[Refusal, str] = {}
        self._said: dict[Refusal, float] = {}
        self._since: float | None = None
        for kind in get_args(Refusal):  # from 0, so that the first one is a rise
            metrics.count_refusals(kind, 0)

    def tries(self) -> None:
        """Say that documents are sent once more: what was refused before is open."""
        self._reasons.clear()

    def because(self, kind: Refusal, reason: str, *, items: int) -> None:
        """Say that `items` documents have to wait, and why."""
        now = self._clock()
        self._metrics.count_refusals(kind, items)
        self._since = now if self._since is None else self._since
        self._reasons.setdefault(kind, reason)
        first = next(kind for kind in MATTERS if kind in self._reasons)
        self._progress.waiting("elasticsearch", self._reasons[first])
        if now - self._said.get(kind, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS:
            self._said[kind] = now
            say = log.warning if kind == "retry" else log.error
            say("waits", kind=kind, reason=reason)

    def moves(self) -> None:
        """Say that Elasticsearch took something: a slow one is no standstill."""
        self._progress.beat()

    def over(self) -> None:
        """Say that nothing waits any more."""
        if self._since is None:
            return
        log.info("goes on", waited_seconds=round(self._clock() - self._since, 1))
        self._reasons.clear()
        self._since = None
        self._progress.waiting("elasticsearch", None)
