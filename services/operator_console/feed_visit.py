"""Edge: one visit to an address, told step by step; and the feeds behind a page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from communique.events import Feed
from communique.identity import feed_id
from communique.safe_http import SafeClient, web_client
from feed_poller.discover import announced_feeds, usual_addresses
from feed_poller.document import document_text
from feed_poller.fetch import Failed, Fetched, NotModified, fetch
from feed_poller.items import Reading
from feed_poller.parse import NotAFeedError, ParsedFeed, parse
from feed_poller.settings import FeedPollerSettings
from feed_poller.suggest import Suggestion, suggest
from feed_poller.validators import Validators

MOST_TRIED = 12
"""Addresses that are asked for one home page."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one address answered: a feed, or why it is none."""

    url: str
    answer: Fetched | NotModified | Failed
    parsed: ParsedFeed | None = None
    reason: str = ""
    conditional: Fetched | NotModified | Failed | None = None
    """What it answered when asked again with its own validators."""


@asynccontextmanager
async def visiting(seconds: float) -> AsyncIterator[SafeClient]:
    """Hold the client open by which pollers go out, with at most `seconds` a visit."""
    settings = FeedPollerSettings()
    hurried = settings.model_copy(update={"request_timeout_seconds": seconds})
    async with web_client(hurried, settings.user_agent) as client:
        yield client


async def look(client: SafeClient, feed: Feed, *, again: bool = False) -> Looked:
    """
    Return what is at the address of `feed`.

    `again`: ask a second time with the validators of the first answer, to see whether
    they are any good.
    """
    answer = await fetch(client, feed.url, Validators())
    if not isinstance(answer, Fetched):
        reason = answer.reason if isinstance(answer, Failed) else "304 to a first visit"
        return Looked(feed.url, answer, reason=reason)
    try:
        parsed = parse(
            answer.body,
            feed=feed,
            url=answer.url,
            seen_at=datetime.now(UTC),
            content_type=answer.content_type,
            links=answer.links,
        )
    except NotAFeedError as error:
        return Looked(feed.url, answer, reason=str(error))
    second = None
    if again and answer.validators != Validators():
        second = await fetch(client, feed.url, answer.validators)
    return Looked(feed.url, answer, parsed, conditional=second)


async def feeds_behind(client: SafeClient, page: Looked, wanted: Feed) -> list[Looked]:
    """
    Return the feeds that the page announces; if none, those at the usual addresses.

    Of the usual addresses the first that is a feed is enough. All are read as what is
    said of `wanted` has it: its time zone, its links.
    """
    if not isinstance(page.answer, Fetched):
        return []
    answer = page.answer
    announced = announced_feeds(answer.body, answer.url, answer.content_type)
    found = []
    for url in announced[:MOST_TRIED]:
        looked = await look(client, _at(url, wanted))
        if looked.parsed is not None:
            found.append(looked)
    for url in usual_addresses(answer.url)[:MOST_TRIED] if not found else ():
        looked = await look(client, _at(url, wanted))
        if looked.parsed is not None:
            return [looked]
    return found


def _at(url: str, wanted: Feed) -> Feed:
    elsewhere = {"feed_id": feed_id(url), "url": url, "kind": "feed", "selectors": None}
    return wanted.model_copy(update=elsewhere)


def suggestions(page: Looked) -> tuple[Suggestion, ...]:
    """Return the lists that a page without a feed may have, the likeliest first."""
    if not isinstance(page.answer, Fetched):
        return ()
    text, _ = document_text(page.answer.body, page.answer.content_type)
    reading = Reading(page.answer.url, ZoneInfo("UTC"), datetime.now(UTC))
    return suggest(text, reading)


def unregistered(url: str) -> Feed:
    """Return a feed that nobody has registered yet."""
    return Feed(
        feed_id=feed_id(url), url=url, title="", registered_at=datetime.now(UTC)
    )
