"""
Bytes of a feed to entries; pure.

RSS 0.9x to 2.0, Atom and RDF, well-formed or not. One bad entry is passed over with a
warning; a document that is no feed is a NotAFeedError, and nothing else is raised,
whatever the bytes.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from communique.errors import UsageError
from communique.events import Entry, Feed, Issuer
from communique.identity import (
    fingerprint,
    release_id,
    reused_links,
    shared_link,
)
from communique.markup import plain_line, plain_text
from feed_poller.document import NotAFeedError, feed_text
from feed_poller.hints import Hints, read_hints
from feed_poller.items import Item, read_item, read_language
from feed_poller.reader import Document, read_document
from feed_poller.websub import Offer, offer

__all__ = ["NotAFeedError", "ParsedFeed", "parse"]


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a document holds: every entry, also those that it repeats, in its order."""

    title: str
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    """What went wrong without stopping us: a sentence each, entries counted in it."""
    reused_links: frozenset[str] = frozenset()
    """Links that stand for many entries; the next `parse` of the feed wants to know."""
    hints: Hints = field(default_factory=Hints)
    """When the document wants to be visited again."""
    hub: Offer | None = None
    """Who pushes when the feed changes."""


def parse(
    body: bytes,
    *,
    feed: Feed,
    url: str,
    seen_at: datetime,
    content_type: str | None = None,
    default_zone: str = "UTC",
    backfill: bool = False,
    known_reused: Collection[str] = (),
) -> ParsedFeed:
    """
    Return the entries of the feed document `body`, found at `url`.

    Dates without a zone are in the feed's, else in `default_zone`. `known_reused` are
    links that an earlier document of the feed used for many entries: they stay so even
    when a document lists only one of them.

    Raises NotAFeedError if it is no feed; UsageError if `default_zone` is no zone.
    """
    zone, warnings = _zone(feed, default_zone)
    text, led = feed_text(body, content_type)
    document = _document(text)
    raw_entries = list(document.entries)
    if not raw_entries and not (document.well_formed and document.version and not led):
        raise NotAFeedError("text or broken XML without an entry in it")
    if not document.well_formed:
        warnings.append("not well-formed XML; read as well as it can be")
        if raw_entries and document.complete and _ends_within_entry(text):
            warnings.append("it ends within its last entry, which is left for later")
            raw_entries.pop()
    if not document.complete:
        warnings.append(f"too long; only its first {len(raw_entries)} entries are read")
    skipped: Counter[str] = Counter()
    items = []
    for raw in raw_entries:
        item = _read(raw, feed, url, zone, seen_at)
        if isinstance(item, Item):
            items.append(item)
        else:
            skipped[item] += 1
    warnings += [
        f"skipped {count} of the entries: {why}" for why, count in skipped.items()
    ]
    reused = reused_links(link for link, _ in _distinct(items)) | frozenset(
        known_reused
    )
    facts = {
        "issuer": _issuer(feed),
        "seen_at": seen_at,
        "backfill": backfill,
        "language": feed.language or read_language(document.channel.get("language")),
    }
    channel_rights = (
        plain_text(str(document.channel.get("rights") or ""))[:1000] or None
    )
    entries = tuple(_entry(item, feed, reused, channel_rights, facts) for item in items)
    title = plain_line(str(document.channel.get("title") or "")) or feed.title
    return ParsedFeed(
        title,
        entries,
        tuple(warnings),
        reused & _links(items),
        read_hints(document.channel, text),
        offer(_relations(document.channel), url),
    )


def _document(text: str) -> Document:
    try:
        return read_document(text)
    except MemoryError:
        raise
    except Exception as error:
        raise NotAFeedError(f"cannot be read as a feed ({error!r:.100})") from error


def _ends_within_entry(text: str) -> bool:
    lower = text.lower()
    return any(
        lower.find(f"</{name}", opened) < 0
        for name in ("item", "entry")
        if (opened := max(lower.rfind(f"<{name}>"), lower.rfind(f"<{name} "))) >= 0
    )


def _read(
    raw: Any,  # noqa: ANN401
    feed: Feed,
    url: str,
    zone: ZoneInfo,
    seen_at: datetime,
) -> Item | str:
    try:
        item = read_item(
            raw, url=url, zone=zone, seen_at=seen_at, month_first=feed.country == "US"
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad entry must not cost the others
        return f"unreadable ({type(error).__name__})"
    if not (item.title or item.text or item.link or item.guid):
        return "no title, text, link or guid"
    return item


def _distinct(items: list[Item]) -> frozenset[tuple[str | None, str]]:
    """Return link and name of each entry: an item that is repeated reuses no link."""
    return frozenset(
        (item.canonical, item.guid or fingerprint(item.title)) for item in items
    )


def _relations(channel: Any) -> dict[str, str]:  # noqa: ANN401
    links = channel.get("links") or ()
    return {str(link.get("rel")): str(link.get("href") or "") for link in links}


def _links(items: list[Item]) -> frozenset[str]:
    return frozenset(item.canonical for item in items if item.canonical)


def _entry(
    item: Item,
    feed: Feed,
    reused: frozenset[str],
    channel_rights: str | None,
    facts: dict[str, Any],
) -> Entry:
    print_ = fingerprint(item.title, item.text)
    link, name = item.canonical, item.canonical
    if link in reused:
        # The page is not the page of this release: nothing to visit, but a name.
        name = shared_link(link, item.guid or fingerprint(item.title))
        link = None
    return Entry(
        release_id=release_id(
            link=name, feed=feed.feed_id, guid=item.guid, text=print_
        ),
        fingerprint=print_,
        guid=item.guid,
        link=link,
        link_as_published=item.link,
        title=item.title,
        text=item.text,
        author=item.author,
        categories=item.categories,
        attachments=item.attachments,
        published_at=item.published_at,
        published_zone=item.published_zone,
        published_flags=item.published_flags,
        updated_at=item.updated_at,
        rights=item.rights or channel_rights,
        **facts,
    )


def _issuer(feed: Feed) -> Issuer:
    return Issuer(
        feed_id=feed.feed_id,
        feed_url=feed.url,
        title=feed.title,
        ministry=feed.ministry,
        country=feed.country,
        organisation=feed.organisation,
    )


def _zone(feed: Feed, default: str) -> tuple[ZoneInfo, list[str]]:
    try:
        fallback = ZoneInfo(default)
    except (ValueError, OSError, KeyError):
        raise UsageError(
            f"{default!r} is no time zone; name one like Asia/Kolkata"
        ) from None
    if feed.time_zone is None:
        return fallback, []
    try:
        return ZoneInfo(feed.time_zone), []
    except (ValueError, OSError, KeyError):
        return fallback, [f"the feed's time zone {feed.time_zone!r} is unknown"]
