"""A feed as it is between two visits, and what its server has just answered."""

from datetime import UTC, datetime

from communique.events import Entry, Feed
from communique.examples import EXAMPLES
from feed_poller.fetch import Fetched
from feed_poller.tasks import FeedTask
from feed_poller.validators import Validators

FEED = next(event for event in EXAMPLES if isinstance(event, Feed))
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NEW = Validators(etag='"v2"')


def rss(*numbers, title="Release"):
    items = "".join(
        f"<item><title>{title} {n}</title><guid>g{n}</guid>"
        f"<link>https://ministry.example/{n}</link><description>Text {n}</description>"
        f"<pubDate>Mon, 04 May 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    return (
        f'<rss version="2.0"><channel><title>M</title>{items}</channel></rss>'.encode()
    )


def fetched(body):
    return Fetched(body, "application/rss+xml", NEW, 200, FEED.url)


def task(**changes):
    fields = {"host": "ministry.example:443", "due_at": 0.0, "feed": FEED}
    fields["registered"] = "communique.feeds/0/17"
    return FeedTask(**{**fields, **changes})
