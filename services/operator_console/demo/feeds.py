"""Releases as a feed: RSS 2.0, Atom, JSON Feed, a news sitemap, or a page's list."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from operator_console.demo.releases import Ministry, Release

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
    "sitemap": "application/xml",
    "html": "text/html; charset=utf-8",
}
"""The media type of each feed format."""


@dataclass(frozen=True)
class Contents:
    """What stands in a feed; `releases` are page URL and release, in its order."""

    ministry: Ministry
    releases: Sequence[tuple[str, Release]]
    url: str
    home_url: str
    updated_at: datetime


def render_feed(feed: Contents) -> bytes:
    """Return the ministry's feed in its own format."""
    if feed.ministry.feed_format == "json":
        return _json(feed)
    if feed.ministry.feed_format == "html":
        return _list(feed)
    render = {"rss": _rss, "atom": _atom, "sitemap": _sitemap}
    root = render[feed.ministry.feed_format](feed)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _rss(feed: Contents) -> ET.Element:
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", feed.ministry.feed_title)
    _add(channel, "link", feed.home_url)
    _add(channel, "description", feed.ministry.feed_title)
    _add(channel, "language", feed.ministry.language)
    _add(channel, "copyright", f"© {feed.ministry.name}")
    _add(
        channel, "lastBuildDate", format_datetime(feed.ministry.local(feed.updated_at))
    )
    _add(channel, "atom:link", rel="self", href=feed.url)
    for page_url, release in feed.releases:
        item = ET.SubElement(channel, "item")
        _add(item, "title", release.title)
        _add(item, "link", _tracked(feed.ministry, page_url))
        _add(item, "guid", page_url, isPermaLink="true")
        _add(
            item, "pubDate", format_datetime(feed.ministry.local(release.published_at))
        )
        if release.updated_at:
            _add(item, "atom:updated", _rfc3339(feed.ministry, release.updated_at))
        _add(item, "description", f"<p>{escape(release.summary)}</p>")
    return root


def _atom(feed: Contents) -> ET.Element:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.ministry.language})
    _add(root, "id", feed.url)
    _add(root, "title", feed.ministry.feed_title)
    _add(root, "updated", _rfc3339(feed.ministry, feed.updated_at))
    _add(root, "rights", f"© {feed.ministry.name}")
    _add(ET.SubElement(root, "author"), "name", feed.ministry.name)
    _add(root, "link", rel="self", href=feed.url)
    _add(root, "link", rel="alternate", href=feed.home_url)
    for page_url, release in feed.releases:
        entry = ET.SubElement(root, "entry")
        # The host of a test ministry changes with every run; its tag URIs do not.
        _add(entry, "id", f"tag:demo.example,2025:{feed.ministry.key}/{release.slug}")
        _add(entry, "title", release.title)
        _add(entry, "link", rel="alternate", href=_tracked(feed.ministry, page_url))
        _add(entry, "published", _rfc3339(feed.ministry, release.published_at))
        touched_at = release.updated_at or release.published_at
        _add(entry, "updated", _rfc3339(feed.ministry, touched_at))
        _add(entry, "summary", release.summary)
    return root


def _sitemap(feed: Contents) -> ET.Element:
    root = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:news": NEWS})
    for page_url, release in feed.releases:
        place = ET.SubElement(root, "url")
        _add(place, "loc", page_url)
        news = ET.SubElement(place, "news:news")
        publication = ET.SubElement(news, "news:publication")
        _add(publication, "news:name", feed.ministry.name)
        _add(publication, "news:language", feed.ministry.language)
        published_at = _rfc3339(feed.ministry, release.published_at)
        _add(news, "news:publication_date", published_at)
        _add(news, "news:title", release.title)
    return root


def render_sitemap_index(sitemaps: Sequence[tuple[str, datetime]]) -> bytes:
    """Return the index of sitemaps, each with its address and its last change."""
    root = ET.Element("sitemapindex", {"xmlns": SITEMAP})
    for url, changed_at in sitemaps:
        place = ET.SubElement(root, "sitemap")
        _add(place, "loc", url)
        _add(place, "lastmod", changed_at.isoformat(timespec="seconds"))
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _json(feed: Contents) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.ministry.feed_title,
        "home_page_url": feed.home_url,
        "feed_url": feed.url,
        "language": feed.ministry.language,
        "items": [
            {
                "id": page_url,
                "url": _tracked(feed.ministry, page_url),
                "title": release.title,
                "content_html": f"<p>{escape(release.summary)}</p>",
                "date_published": _rfc3339(feed.ministry, release.published_at),
            }
            for page_url, release in feed.releases
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _list(feed: Contents) -> bytes:
    """Return a page of a ministry without a feed: "li.release" is an item."""
    local = feed.ministry.local
    items = "\n".join(
        f'<li class="release"><a href="{escape(page_url)}">{escape(release.title)}</a>'
        f"<span class='day'>{local(release.published_at):%d.%m.%Y}</span></li>"
        for page_url, release in feed.releases
    )
    title = escape(feed.ministry.feed_title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(feed.ministry.language)}"><head>'
        f'<meta charset="utf-8"><title>{title}</title></head><body>\n'
        '<nav><ul><li><a href="/">About the ministry</a></li></ul></nav>\n'
        f"<h1>{title}</h1>\n<ul>\n{items}\n</ul>\n</body></html>\n"
    ).encode()


def _add(parent: ET.Element, tag: str, text: str | None = None, **more: str) -> None:
    ET.SubElement(parent, tag, more).text = text


def _tracked(ministry: Ministry, page_url: str) -> str:
    return f"{page_url}?{ministry.tracking}" if ministry.tracking else page_url


def _rfc3339(ministry: Ministry, moment: datetime) -> str:
    return ministry.local(moment).isoformat(timespec="seconds")
