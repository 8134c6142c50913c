"""What has to be written so that the registry says what a file says; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communique.errors import UsageError
from communique.events import Feed


@dataclass(frozen=True, slots=True)
class RegistryChanges:
    """Feeds to register, to register anew, and to retire."""

    added: tuple[Feed, ...] = ()
    changed: tuple[tuple[Feed, Feed], ...] = ()
    """Before and after."""
    retired: tuple[Feed, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything has to be written."""
        return bool(self.added or self.changed or self.retired)


def registry_changes(
    current: Mapping[str, Feed], wanted: Iterable[Feed]
) -> RegistryChanges:
    """
    Return what makes `current` (by feed id) into `wanted`.

    A feed that is in both and says the same is left alone, so that no poller visits it
    for nothing.
    """
    by_id = {feed.feed_id: feed for feed in wanted}
    return RegistryChanges(
        added=tuple(feed for key, feed in by_id.items() if key not in current),
        changed=tuple(
            (current[key], feed)
            for key, feed in by_id.items()
            if key in current and differences(current[key], feed)
        ),
        retired=tuple(feed for key, feed in current.items() if key not in by_id),
    )


def differences(before: Feed, after: Feed) -> tuple[str, ...]:
    """Return the names of the fields in which two declarations of a feed differ."""
    return tuple(
        name
        for name in Feed.model_fields
        if name != "registered_at" and getattr(before, name) != getattr(after, name)
    )


def chosen(feeds: Mapping[str, Feed], words: str) -> Feed:
    """
    Return the one feed that `words` mean: its id or the start of it, address or title.

    Raises UsageError if there is none, or more than one.
    """
    if words in feeds:
        return feeds[words]
    for found in (
        [feed for feed in feeds.values() if feed.url == words],
        [feed for key, feed in feeds.items() if key.startswith(words.lower())],
        [
            f
            for f in feeds.values()
            if words.casefold() in f"{f.title} {f.url}".casefold()
        ],
    ):
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            names = "; ".join(f"{feed.feed_id[:8]} {feed.title}" for feed in found[:4])
            raise UsageError(f"{len(found)} feeds are meant by {words!r}, as: {names}.")
    raise UsageError(
        f"No feed is called {words!r}; see them all with: communique feeds list"
    )
