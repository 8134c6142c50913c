"""The logic of `communique parse`: feed documents to one JSON object an entry; pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from communique.events import Entry, Feed
from communique.identity import canonical_link, feed_id
from feed_poller.parse import NotAFeedError, parse


def parse_lines(
    files: Iterable[tuple[str, bytes | OSError]],
    *,
    url: str | None,
    zone: str,
    seen_at: datetime,
) -> Iterator[dict[str, Any]]:
    """
    Yield every entry of every file, as a person or a program reads it.

    `link` is the link as published, made absolute if `url` says where the document was.
    A file that is no feed, or could not be read, yields one object with `file` and
    `error`. `seen_at` decides what is in the future.

    Raises UsageError if `zone` is no time zone.
    """
    feed = Feed(
        feed_id=feed_id(url or ""), url=url or "", title="", registered_at=seen_at
    )
    for name, content in files:
        if isinstance(content, OSError):
            reason = content.strerror or str(content) or type(content).__name__
            yield {"file": name, "error": f"cannot be read: {reason}"}
            continue
        try:
            parsed = parse(
                content, feed=feed, url=url or "", seen_at=seen_at, default_zone=zone
            )
        except NotAFeedError as error:
            yield {"file": name, "error": str(error)}
            continue
        for entry in parsed.entries:
            yield _line(name, entry)


def _line(name: str, entry: Entry) -> dict[str, Any]:
    rest = entry.model_dump(
        mode="json",
        exclude={"title", "link", "link_as_published", "published_at", "body"},
    )
    link = entry.link_as_published
    return {
        "file": name,
        "title": entry.title,
        "link": link,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "canonical_link": canonical_link(link) if link else None,
        **rest,
    }
