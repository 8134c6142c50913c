"""What a worker knows of itself: is it ready, why not, when did it last get on."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from communique.worker.commits import Commits, Standstill

COMING_SECONDS = 10.0
"""After so long without a batch, what lags is not on its way to us."""
MOST_LOOKS = 30
"""How often commits may be found standing still; a look and a commit take a second."""


@dataclass(slots=True)
class Progress:
    """
    Shared by the loop, the health server and the watchdog's thread.

    Every field is written by the loop alone and read as it stands. Times are monotonic
    seconds.
    """

    reasons: dict[str, str] = field(default_factory=lambda: {"start": "it starts"})
    """Why nothing goes on although all is well with us, by who says so."""
    beat_at: float = field(default_factory=time.monotonic)
    """When the last batch was settled, or the wait for an engine last reported."""
    settled_at: float = field(default_factory=time.monotonic)
    """When the last batch was settled, whatever else went on."""
    assigned: int = 0
    lag: int = 0
    commits: Commits = field(default_factory=Commits)
    commits_stand: Standstill | None = None
    rebalancing_since: float | None = None
    outside_group_since: float | None = None

    @property
    def waiting_for(self) -> str | None:
        """Return what we wait for on purpose, or None if everything goes on."""
        reasons = dict(self.reasons)
        start = reasons.pop("start", None)  # what keeps it from it says more
        return next(iter(reasons.values()), start)

    def waiting(self, who: str, reason: str | None) -> None:
        """Say what a part of us waits for on purpose; None: for nothing any more."""
        if reason is None:
            self.reasons.pop(who, None)
        else:
            self.reasons[who] = reason
        self.beat()

    def beat(self) -> None:
        """Say that something was settled."""
        self.beat_at = time.monotonic()

    def assign(self, partitions: int) -> None:
        """Say how many partitions are ours now; what was not committed comes again."""
        self.assigned = partitions
        self.commits = Commits()
        self.beat()

    def settled(self, messages: Iterable[tuple[str, int, int]]) -> None:
        """Say which messages were acked: by topic, partition and offset."""
        self.commits.ack(messages)
        self.beat()
        self.settled_at = self.beat_at

    def coming(self, now: float) -> int:
        """
        Return how many messages are on their way to us.

        Not what lags for ever: a partition whose messages all expired unread has no
        committed offset, and seems to lag by all that ever was.
        """
        return self.lag if now - self.settled_at < COMING_SECONDS else 0

    def verdict(
        self, now: float, *, stalled_seconds: float, rebalance_seconds: float
    ) -> str | None:
        """
        Return why the process must end, or None while all is well.

        Waiting on purpose is no lack of progress.
        """
        if self.waiting_for is not None:
            return None
        if _longer(self.outside_group_since, now, 2 * rebalance_seconds):
            return "left the consumer group and did not come back"
        if _longer(self.rebalancing_since, now, 2 * rebalance_seconds):
            return "a rebalance does not end"
        if self.lag > 0 and now - self.beat_at > stalled_seconds:
            return f"{self.lag} messages wait and none was settled"
        stands = self.commits_stand
        if stands and stands.looks > MOST_LOOKS:
            topic, partition = stands.place
            return (
                f"{topic}/{partition} is acked to {stands.acked}, and its commit stays "
                f"at {stands.committed}"
            )
        return None


def _longer(since: float | None, now: float, seconds: float) -> bool:
    return since is not None and now - since > seconds
