"""How a feed stands with us, and what of that is worth telling people once; pure."""

from collections.abc import Iterable

from communique.events import FeedEvent, Standing

FAILING_AFTER = 5
"""Failures in a row; with the wait doubled each time, the better part of a day."""


def after_failure(
    standing: Iterable[Standing], *, failures: int, no_feed: bool, gone: bool
) -> tuple[tuple[Standing, ...], tuple[FeedEvent, ...]]:
    """Return how a feed stands after a failed visit, and what is to be told of it."""
    held = set(standing)
    now: set[Standing] = set()
    if gone:
        now.add("gone")
    elif no_feed:
        now.add("not_a_feed")
    elif failures >= FAILING_AFTER and not held - {"silent"}:
        now.add("failing")
    told = now - held
    return _sorted(held | now), tuple(sorted(told))


def after_visit(
    standing: Iterable[Standing], *, news: bool, silent: bool
) -> tuple[tuple[Standing, ...], tuple[FeedEvent, ...]]:
    """Return how a feed stands after it was read, and what is to be told of it."""
    held = set(standing)
    # A silence ends with news, not with a quiet hour that makes it look shorter.
    is_silent = not news and (silent or "silent" in held)
    told: list[FeedEvent] = []
    if held - {"silent"} or (news and "silent" in held):
        told.append("recovered")
    if is_silent and "silent" not in held:
        told.append("silent")
    return ("silent",) if is_silent else (), tuple(told)


def _sorted(standing: set[Standing]) -> tuple[Standing, ...]:
    return tuple(sorted(standing))
