"""Releases as a feed: RSS 2.0, Atom, JSON Feed, a news sitemap, or a page's list."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
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


def render_feed(
    ministry: Ministry,
    releases: Sequence[tuple[str, Release]],
    *,
    feed_url: str,
    home_url: str,
    updated_at: datetime,
) -> bytes:
    """
    Return the ministry's feed in its own format.

    `releases` are pairs of page URL and release, in the order of the feed.
    """
    if ministry.feed_format == "json":
        return _json(ministry, releases, feed_url, home_url)
    if ministry.feed_format == "html":
        return _list(ministry, releases)
    render = {"rss": _rss, "atom": _atom, "sitemap": _sitemap}[ministry.feed_format]
    root = render(ministry, releases, feed_url, home_url, updated_at)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _rss(
    ministry: Ministry,
    releases: Sequence[tuple[str, Release]],
    feed_url: str,
    home_url: str,
    updated_at: datetime,
) -> ET.Element:
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", ministry.feed_title)
    _add(channel, "link", home_url)
    _add(channel, "description", ministry.feed_title)
    _add(channel, "language", ministry.language)
    _add(channel, "copyright", f"© {ministry.name}")
    _add(channel, "lastBuildDate", format_datetime(ministry.local(updated_at)))
    _add(channel, "atom:link", rel="self", href=feed_url)
    for page_url, release in releases:
        item = ET.SubElement(channel, "item")
        _add(item, "title", release.title)
        _add(item, "link", _tracked(ministry, page_url))
        _add(item, "guid", page_url, isPermaLink="true")
        _add(item, "pubDate", format_datetime(ministry.local(release.published_at)))
        if release.updated_at:
            _add(item, "atom:updated", _rfc3339(ministry, release.updated_at))
        _add(item, "description", f"<p>{escape(release.summary)}</p>")
    return root


def _atom(
    ministry: Ministry,
    releases: Sequence[tuple[str, Release]],
    feed_url: str,
    home_url: str,
    updated_at: datetime,
) -> ET.Element:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": ministry.language})
    _add(root, "id", feed_url)
    _add(root, "title", ministry.feed_title)
    _add(root, "updated", _rfc3339(ministry, updated_at))
    _add(root, "rights", f"© {ministry.name}")
    _add(ET.SubElement(root, "author"), "name", ministry.name)
    _add(root, "link", rel="self", href=feed_url)
    _add(root, "link", rel="alternate", href=home_url)
    for page_url, release in releases:
        entry = ET.SubElement(root, "entry")
        # The host of a test ministry changes with every run; its tag URIs do not.
        _add(entry, "id", f"tag:demo.example,2025:{ministry.key}/{release.slug}")
        _add(entry, "title", release.title)
        _add(entry, "link", rel="alternate", href=_tracked(ministry, page_url))
        _add(entry, "published", _rfc3339(ministry, release.published_at))
        touched_at = release.updated_at or release.published_at
        _add(entry, "updated", _rfc3339(ministry, touched_at))
        _add(entry, "summary", release.summary)
    return root


def _sitemap(
    ministry: Ministry,
    releases: Sequence[tuple[str, Release]],
    _feed_url: str,
    _home_url: str,
    _updated_at: datetime,
) -> ET.Element:
    root = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:news": NEWS})
    for page_url, release in releases:
        place = ET.SubElement(root, "url")
        _add(place, "loc", page_url)
        news = ET.SubElement(place, "news:news")
        publication = ET.SubElement(news, "news:publication")
        _add(publication, "news:name", ministry.name)
        _add(publication, "news:language", ministry.language)
        published_at = _rfc3339(ministry, release.published_at)
        _add(news, "news:publication_date", published_at)
        _add(news, "news:title", release.title)
    return root


def _json(
    ministry: Ministry,
    releases: Sequence[tuple[str, Release]],
    feed_url: str,
    home_url: str,
) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": ministry.feed_title,
        "home_page_url": home_url,
        "feed_url": feed_url,
        "language": ministry.language,
        "items": [
            {
                "id": page_url,
                "url": _tracked(ministry, page_url),
                "title": release.title,
                "content_html": f"<p>{escape(release.summary)}</p>",
                "date_published": _rfc3339(ministry, release.published_at),
            }
            for page_url, release in releases
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _list(ministry: Ministry, releases: Sequence[tuple[str, Release]]) -> bytes:
    """Return a page of a ministry without a feed: "li.release" is an item."""
    items = "\n".join(
        f'<li class="release"><a href="{escape(page_url)}">{escape(release.title)}</a>'
        f"<span class='day'>{ministry.local(release.published_at):%d.%m.%Y}</span></li>"
        for page_url, release in releases
    )
    title = escape(ministry.feed_title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(ministry.language)}"><head>'
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
