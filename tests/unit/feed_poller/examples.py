"""Feeds and entries to test with."""

from datetime import UTC, datetime
from typing import Any

from communique.events import Entry, Feed, Issuer
from communique.identity import canonical_link, feed_id, fingerprint, release_id

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED_URL = "https://ministry.example/rss.xml"
FEED = Feed(
    feed_id=feed_id(FEED_URL),
    url=FEED_URL,
    title="Ministry of Examples",
    ministry="Examples",
    country="IN",
    registered_at=NOW,
)


def rss(*items: str, head: str = "<title>Ministry</title>") -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel>'
        f"{head}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    ).encode()


def entry(number: int = 1, *, title: str = "A title", **facts: Any) -> Entry:
    link = canonical_link(f"https://ministry.example/{number}")
    text = facts.pop("text", "The feed's own text.")
    return Entry(
        release_id=release_id(link=link, feed="", guid=None, text=""),
        fingerprint=fingerprint(title, text),
        issuer=Issuer(feed_id=FEED.feed_id, feed_url=FEED_URL, title=FEED.title),
        link=link,
        title=title,
        text=text,
        seen_at=facts.pop("seen_at", NOW),
        **facts,
    )
