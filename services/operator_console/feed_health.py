"""How feeds are: what their last visits say, a line each; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from communique.events import Feed, FeedPolled
from search_indexer.visits import health as health_after

WEEK = timedelta(days=7)
_FAILING = frozenset({"gone", "not_a_feed", "failing", "failed"})


@dataclass(frozen=True, slots=True)
class Health:
    """One feed at a glance."""

    feed: Feed
    state: str
    """paused, waits (never visited), or what its last visit says of it."""
    failures: int
    """Failed visits in a row, until now."""
    published: int
    """Entries in the last seven days."""
    unchanged_share: float | None
    """Of the visits of the last seven days, those that cost one empty answer (304)."""
    last: FeedPolled | None

    @property
    def is_failing(self) -> bool:
        """Return whether its last visit brought no feed."""
        return self.state in _FAILING

    @property
    def is_visited(self) -> bool:
        """Return whether there will be a next visit."""
        return self.state not in ("paused", "gone")

    def has_gap(self, now: datetime) -> bool:
        """Return whether entries may have been missed in the last seven days."""
        gap_at = self.last.gap_at if self.last else None
        return gap_at is not None and gap_at > now - WEEK


def health(feed: Feed, visits: Sequence[FeedPolled], *, now: datetime) -> Health:
    """Return how `feed` is; `visits` are its own, oldest first."""
    recent = [visit for visit in visits if visit.visited_at > now - WEEK]
    empty = sum(visit.outcome == "not_modified" for visit in recent)
    last = visits[-1] if visits else None
    state = health_after(last) if last else "waits"
    return Health(
        feed=feed,
        state="paused" if feed.paused else state,
        failures=(last.failures or 0) if last else 0,
        published=sum(visit.published for visit in recent),
        unchanged_share=empty / len(recent) if recent else None,
        last=last,
    )


_STATES = (
    *("gone", "not_a_feed", "failing", "failed"),
    *("silent", "waits", "ok", "paused"),
)

SORTS: Mapping[str, Callable[[Health], Any]] = MappingProxyType(
    {
        "country": lambda one: (
            one.feed.country or "~",
            one.feed.title.casefold(),
        ),
        "title": lambda one: one.feed.title.casefold(),
        "health": lambda one: (
            _STATES.index(one.state),
            -one.failures,
            one.feed.title.casefold(),
        ),
        "published": lambda one: (-one.published, one.feed.title.casefold()),
        "last": lambda one: -one.last.visited_at.timestamp() if one.last else 0.0,
        "next": lambda one: (
            one.last.next_visit_at.timestamp() if one.last else float("inf")
        ),
    }
)
"""By what `feeds list` can be sorted; the worst, busiest or latest comes first."""


def span(moment: datetime, now: datetime) -> str:
    """Return how long ago `moment` was, or how far off it is: "3 min ago"."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if size >= length:
            words = f"{size / length:.0f} {unit}"
            break
    else:
        words = f"{size:.0f} s"
    return f"{words} ago" if seconds >= 0 else f"in {words}"
