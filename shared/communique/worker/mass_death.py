"""When many messages die alike, the fault is ours: bury no more of them; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Self

WINDOW_SECONDS = 60
ALLOWED = 20
SHARE = 0.2
_ALIVE = ""


class MassDeath:
    """
    Watches a minute of outcomes.

    More than `allowed` messages, and more than 20 % of the minute's, that die of the
    same class of error are a wrong mapping or a bad release of us, not bad documents.
    From then on that minute stands still, until a batch lives: however long nobody
    mends it, no more of them are buried.
    """

    def __init__(self, allowed: int = ALLOWED) -> None:
        self._allowed = allowed
        self._minute: dict[int, Counter[str]] = {}
        self._batch: Counter[str] = Counter()
        self._began_at = 0
        self.held: str | None = None
        """The error class that went over the limit, until a batch is below it."""

    @classmethod
    def of(cls, kept: Mapping[str, Any], allowed: int = ALLOWED) -> Self:
        """
        Return what `kept` says, which `dump` made; a higher limit lifts its verdict.

        Raises ValueError, KeyError, TypeError or AttributeError if it is none.
        """
        found = cls(allowed)
        for at, counts in kept["minute"].items():
            found._minute[int(at)] = Counter({k: int(n) for k, n in counts.items()})
        if kept["held"] is not None and allowed <= int(kept["allowed"]):
            found.held = str(kept["held"])
        return found

    def dump(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it, the present batch included."""
        minute = {**self._minute, self._began_at: self._until_now()}
        return {
            "minute": {str(at): dict(counts) for at, counts in minute.items()},
            "held": self.held,
            "allowed": self._allowed,
        }

    def begin(self, now: float) -> None:
        """Begin a new batch at `now` (epoch seconds); the one before it stands."""
        self._minute[self._began_at] = self._until_now()
        self._batch = Counter()
        self._began_at = int(now)
        if self.held is None:
            first = self._began_at - WINDOW_SECONDS
            self._minute = {at: n for at, n in self._minute.items() if at >= first}
        else:
            self._minute = {self._began_at: sum(self._minute.values(), Counter())}

    def excess(self, deaths: Iterable[str | None]) -> str | None:
        """
        Return the error class that would go over the limit, or None if all is well.

        `deaths` has an error class per dead message of the batch and None per living
        one. A batch may be tried again: it counts once, as it was when it passed last.
        """
        batch = Counter(death or _ALIVE for death in deaths)
        counts = sum(self._minute.values(), batch)
        over = {kind for kind, n in counts.items() if self._is_over(kind, n, counts)}
        for kind in batch:
            if kind in over:
                self.held = kind
                return kind
        self._batch = batch
        if self.held not in over:
            self.held = None
        return None

    def _until_now(self) -> Counter[str]:
        return self._minute.get(self._began_at, Counter()) + self._batch

    def _is_over(self, kind: str, count: int, counts: Counter[str]) -> bool:
        share = SHARE * counts.total()
        return kind != _ALIVE and count > self._allowed and count > share
