"""Where a home page's feeds may be; pure."""

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from feed_poller.document import NotAFeedError, document_text
from feed_poller.html_list import page_tree
from feed_poller.web_links import absolute

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)
USUAL_PATHS = (
    "/feed",
    "/rss.xml",
    "/rss",
    "/feed.xml",
    "/atom.xml",
    "/feeds/all.atom.xml",
    "/index.xml",
    "/feed.json",
)
"""Tried in this order, below the page first and then at the root of its host."""
MOST = 20


def announced_feeds(body: bytes, url: str, content_type: str | None) -> tuple[str, ...]:
    """
    Return the feeds that the HTML page `body` at `url` announces, in its order.

    By `<link rel=alternate>` with the media type of a feed (HTML, section 4.6.7.1), and
    by plain links whose address looks like one, which come last.
    """
    try:
        root, _ = page_tree(document_text(body, content_type)[0])
    except NotAFeedError:
        return ()
    base = root.find(".//base[@href]")
    start = (absolute(url, base.get("href", "")) if base is not None else None) or url
    found = dict.fromkeys((*_alternates(root, start), *_anchors(root, start)))
    return tuple(found)[:MOST]


def usual_addresses(url: str) -> tuple[str, ...]:
    """Return where feeds usually are on the site of `url`, the likeliest first."""
    below = url.split("?")[0].split("#")[0].rstrip("/")
    candidates = [below + path for path in USUAL_PATHS]
    candidates += [urljoin(url, path) for path in USUAL_PATHS]
    return tuple(dict.fromkeys(candidates))


def _alternates(root: etree._Element, start: str) -> Iterator[str]:
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in rel and media_type in FEED_TYPES:
            yield from _absolute(link, start)


def _anchors(root: etree._Element, start: str) -> Iterator[str]:
    for link in root.iter("a"):
        path = (link.get("href") or "").lower().split("?")[0].rstrip("/")
        last = path.rpartition("/")[2]
        named = last in {"rss", "feed", "atom"}
        typed = last.endswith((".rss", ".atom", ".rdf"))
        xml = last.endswith(".xml") and ("rss" in path or "feed" in path)
        if named or typed or xml:
            yield from _absolute(link, start)


def _absolute(link: etree._Element, start: str) -> Iterator[str]:
    if address := absolute(start, link.get("href") or ""):
        yield address
