"""
Bytes of a feed to entries; pure.

RSS 0.9x to 2.0, Atom, RDF, JSON Feed and sitemaps, well-formed or not, by what they
are rather than by what they are called; and pages without a feed by their selectors.
One bad entry is passed over with a warning; a document that is no feed is a
NotAFeedError, and nothing else is raised, whatever the bytes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
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
from feed_poller import html_list
from feed_poller.document import NotAFeedError, document_text, feed_markup
from feed_poller.hints import Hints
from feed_poller.items import Found, Item, Named, Reading
from feed_poller.json_feed import read_json_feed
from feed_poller.sitemap import read_sitemap
from feed_poller.web_links import Relations
from feed_poller.websub import Offer, offer
from feed_poller.xml_feed import read_xml_feed

__all__ = ["NotAFeedError", "ParsedFeed", "parse"]

_SITEMAPS = frozenset({"urlset", "sitemapindex"})


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
    older: str | None = None
    """Where the entries before these are (RFC 5005, JSON Feed), if it says so."""
    children: tuple[Named, ...] = ()
    """The sitemaps that an index names, the newest first."""


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
    links: Relations | None = None,
) -> ParsedFeed:
    """
    Return the entries of the feed document `body`, found at `url`.

    Dates without a zone are in the feed's, else in `default_zone`. `known_reused` are
    links that an earlier document of the feed used for many entries: they stay so even
    when a document lists only one of them. `links` are those of its Link headers: each
    relation in them counts before the document's own (WebSub, section 4).

    Raises NotAFeedError if it is no feed; UsageError if `default_zone` is no zone.
    """
    zone, warnings = _zone(feed, default_zone)
    reading = Reading(
        url=url,
        zone=zone,
        seen_at=seen_at,
        month_first=feed.country == "US",
        links_under=feed.links_under,
    )
    found = _read(body, content_type, feed, reading)
    items = [item for item in found.items if reading.wants(item.link)]
    if found.children:
        warnings.append(
            f"a sitemap index; it names {len(found.children)} sitemaps, "
            f"as: {found.children[0].address}"
        )
    if _speaks_another(found.language, feed.language):
        warnings.append(f"it says that it is in {found.language}, not {feed.language}")
    warnings += found.warnings
    reused = reused_links(link for link, _ in _distinct(items)) | frozenset(
        known_reused
    )
    facts = {
        "issuer": _issuer(feed),
        "seen_at": seen_at,
        "backfill": backfill,
        "language": feed.language or found.language,
    }
    entries = tuple(_entry(item, feed, reused, found.rights, facts) for item in items)
    relations = {**found.relations, **(links or {})}
    return ParsedFeed(
        found.title or feed.title,
        entries,
        tuple(warnings),
        reused & _links(items),
        hints=found.hints,
        hub=offer(relations, url),
        older=_older(relations, reading),
        children=found.children,
    )


def _read(body: bytes, content_type: str | None, feed: Feed, reading: Reading) -> Found:
    text, whole = document_text(body, content_type)
    if feed.kind == "html":
        if feed.selectors is None:
            raise NotAFeedError(
                "a page is registered without the selectors of its list"
            )
        return html_list.entries(text, feed.selectors, reading, whole=whole)
    if text.startswith("{"):
        return read_json_feed(text, reading, whole=whole)
    markup = feed_markup(text)
    read = read_sitemap if markup.root in _SITEMAPS else read_xml_feed
    found = read(markup, reading, whole=whole)
    if markup.within_html:
        inside = "it stands inside an HTML page"
        return replace(found, warnings=(inside, *found.warnings))
    return found


def _distinct(items: list[Item]) -> frozenset[tuple[str | None, str]]:
    """Return link and name of each entry: an item that is repeated reuses no link."""
    return frozenset(
        (item.canonical, item.guid or fingerprint(item.title)) for item in items
    )


def _speaks_another(found: str | None, expected: str | None) -> bool:
    """Return whether two languages differ; en-IN is English."""
    one, other = (str(tag or "").lower().partition("-")[0] for tag in (found, expected))
    return bool(one and other) and one != other


def _older(relations: Relations, reading: Reading) -> str | None:
    named = relations.get("prev-archive") or relations.get("next")
    return reading.address(named[0]) if named else None


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
