"""The logic of `communique parse`: documents to one JSON object an entry; pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from communique.events import Entry, Feed, Selectors
from communique.identity import canonical_link, feed_id
from feed_poller.document import document_text
from feed_poller.items import Reading
from feed_poller.parse import NotAFeedError, parse
from feed_poller.suggest import suggest

Content = bytes | OSError


def parse_lines(
    files: Iterable[tuple[str, Content]],
    *,
    url: str | None,
    zone: str,
    seen_at: datetime,
    selectors: Selectors | None = None,
) -> Iterator[dict[str, Any]]:
    """
    Yield every entry of every file, as a person or a program reads it.

    `link` is the link as published, made absolute if `url` says where the document was.
    A file that is no feed, or could not be read, yields one object with `file` and
    `error`. With `selectors` the files are pages that hold a list. `seen_at` decides
    what is in the future.

    Raises UsageError if `zone` is no time zone.
    """
    feed = Feed(
        feed_id=feed_id(url or ""),
        url=url or "",
        title="",
        registered_at=seen_at,
        kind="html" if selectors else "feed",
        selectors=selectors,
    )
    for name, content in files:
        if isinstance(content, OSError):
            yield _unreadable(name, content)
            continue
        try:
            parsed = parse(
                content, feed=feed, url=url or "", seen_at=seen_at, default_zone=zone
            )
        except NotAFeedError as error:
            yield {"file": name, "error": str(error)}
            continue
        if parsed.children:
            yield {"file": name, "error": "; ".join(parsed.warnings)}
        for entry in parsed.entries:
            yield _line(name, entry)


def suggestion_lines(
    files: Iterable[tuple[str, Content]], *, url: str | None, seen_at: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the likeliest selectors of every page, the likeliest first, or `error`."""
    reading = Reading(url or "", ZoneInfo("UTC"), seen_at)
    for name, content in files:
        if isinstance(content, OSError):
            yield _unreadable(name, content)
            continue
        try:
            found = suggest(document_text(content, None)[0], reading)
        except NotAFeedError as error:
            yield {"file": name, "error": str(error)}
            continue
        if not found:
            yield {"file": name, "error": "no list of releases is seen on the page"}
        for one in found:
            yield {
                "file": name,
                **one.selectors.model_dump(),
                "score": one.score,
                "entries": len(one.items),
                "dated": one.dated,
                "titles": [item.title for item in one.items[:3]],
            }


def _unreadable(name: str, error: OSError) -> dict[str, Any]:
    reason = error.strerror or str(error) or type(error).__name__
    return {"file": name, "error": f"cannot be read: {reason}"}


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
