"""Prometheus names that people know; labels are closed lists, never a feed or id."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The metrics of one service process, in a registry of their own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._outcomes = Counter(
            "communique_outcomes",
            "Messages and tasks by what became of them",
            ["service", "outcome", "reason"],
            registry=self.registry,
        )
        self._lag = Gauge(
            "communique_consumer_lag_records",
            "Messages that wait for this process",
            ["service"],
            registry=self.registry,
        )
        self._waiting = Gauge(
            "communique_tasks_waiting",
            "Tasks with a due time in the partitions of this process",
            ["service"],
            registry=self.registry,
        )
        self._success = Gauge(
            "communique_last_success_timestamp_seconds",
            "When something was last settled",
            ["service"],
            registry=self.registry,
        )
        self._refusals = Counter(
            "communique_refusals",
            "What an engine did not take or do, by who must act: retry (nobody), "
            "operator, unknown",
            ["service", "kind"],
            registry=self.registry,
        )
        self.first_seen_to_searchable = Histogram(
            "communique_first_seen_to_searchable_seconds",
            "From the first sight of a release to a search that finds it",
            buckets=(0.5, 1, 2, 5, 10, 20, 30, 60, 300, 3600),
            registry=self.registry,
        )

    def count(self, outcome: str, reason: str = "", *, at: float) -> None:
        """Count one outcome at `at` (epoch seconds); `reason` is an error class."""
        self._outcomes.labels(self._service, outcome, reason).inc()
        self._success.labels(self._service).set(at)

    def count_refusals(self, kind: str, items: int) -> None:
        """Count `items` that an engine did not take this time."""
        self._refusals.labels(self._service, kind).inc(items)

    def gauge(self, *, lag: int, waiting: int) -> None:
        """Say how many messages and tasks wait."""
        self._lag.labels(self._service).set(lag)
        self._waiting.labels(self._service).set(waiting)
