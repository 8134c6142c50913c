"""
A feed's past, page by page: what `feeds backfill` asks for; pure.

Three ways lead back: archives that a feed names itself (RFC 5005, JSON Feed), the pages
that WordPress and most lists give by a number, and the site's sitemaps. They are tried
in this order, and the first that leads anywhere is gone to its end.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from communique.events import Entry, Feed
from communique.parts import Part
from feed_poller.memory import Known, knows_release
from feed_poller.web_links import absolute

MAX_STEPS = 1000
"""Documents that are fetched for one backfill."""
MAX_WAITING = 2000
_FEED_PATH = re.compile(r"/(?:feed|rss|atom)/?$")
MAX_ROBOTS_BYTES = 500 * 1024
"""What every reader of a robots.txt must take (RFC 9309, section 2.5)."""
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)

Way = Literal["archives", "pages", "sitemaps"]


class History(Part):
    """How far a backfill has come; times in epoch seconds."""

    since: float
    resume_at: float
    """When the feed itself is to be visited; the past waits for it then."""
    way: Way | None = None
    waiting: tuple[str, ...] = ()
    """Addresses to fetch, the next one first."""
    under: str | None = None
    """What the links of the feed's entries begin with; a sitemap names others too."""
    steps: int = 0
    entries: int = 0
    last_page: tuple[str, ...] = ()
    """Release ids of the page before; a list that repeats itself has ended."""


def begun(
    history: History, feed: Feed, url: str, older: str | None, entries: Sequence[Entry]
) -> History:
    """Return where the past of the feed at `url` may be; `older` is what it says."""
    under = feed.links_under or _common_start(entries)
    first: tuple[Way, str]
    if older is not None:
        first = ("archives", older)
    elif feed.kind == "html" or _FEED_PATH.search(urlsplit(url).path):
        first = ("pages", next_page(url, feed.kind))
    else:
        first = ("sitemaps", urljoin(url, "/robots.txt"))
    way, address = first
    return history.model_copy(
        update={"way": way, "waiting": (address,), "under": under}
    )


def wanted(entries: Sequence[Entry], history: History, known: Known) -> list[Entry]:
    """Return the feed's own entries, neither too old nor known, oldest first."""
    since = datetime.fromtimestamp(history.since, UTC)

    def is_wanted(entry: Entry) -> bool:
        link = entry.link_as_published or ""
        at = entry.published_at or entry.updated_at
        ours = history.way != "sitemaps" or _is_under(link, history.under)
        return ours and (at is None or at >= since) and not knows_release(known, entry)

    fitting = {entry.release_id: entry for entry in entries if is_wanted(entry)}
    return list(reversed(fitting.values()))


def stepped(
    history: History,
    feed: Feed,
    entries: Sequence[Entry],
    *,
    older: str | None = None,
    children: Sequence[str] = (),
    published: int = 0,
) -> History:
    """Return what is left after the document that was next has been read."""
    address, *rest = history.waiting
    ids = tuple(sorted({entry.release_id for entry in entries}))
    goes_on = bool(ids) and ids != history.last_page and not _is_past(entries, history)
    more: list[str] = list(children)
    if history.way == "archives" and older and goes_on:
        more = [older]
    elif history.way == "pages" and goes_on:
        more = [next_page(address, feed.kind)]
    return history.model_copy(
        update={
            "waiting": _once((*more, *rest)),
            "steps": history.steps + 1,
            "entries": history.entries + published,
            "last_page": ids if history.way == "pages" else (),
        }
    )


def stumbled(history: History, url: str) -> History:
    """Return what is left when the document that was next could not be read."""
    nothing = history.steps == 0 and history.way != "sitemaps"
    left = history.model_copy(
        update={"waiting": history.waiting[1:], "steps": history.steps + 1}
    )
    if not nothing:
        return left
    robots = urljoin(url, "/robots.txt")
    return left.model_copy(update={"way": "sitemaps", "waiting": (robots,), "steps": 0})


def delayed(history: History) -> History:
    """Return the same for another try; even tries come to an end."""
    return history.model_copy(update={"steps": history.steps + 1})


def sitemaps_of(robots: str, url: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt at `url` names, or the usual one."""
    lines = islice(_SITEMAP_LINE.finditer(robots), MAX_WAITING)
    named = [absolute(url, line[1]) for line in lines]
    return _once(list(filter(None, named))) or (urljoin(url, "/sitemap.xml"),)


def is_robots(address: str) -> bool:
    """Return whether `address` is where sites say where their sitemaps are."""
    return urlsplit(address).path == "/robots.txt"


def is_over(history: History) -> bool:
    """Return whether nothing is left to fetch."""
    begun_already = history.way is not None
    return begun_already and (not history.waiting or history.steps >= MAX_STEPS)


def next_page(url: str, kind: str) -> str:
    """
    Return the address of the page after `url`: WordPress counts by `paged`.

    Lists count by `page`, some from 0 (Drupal): without a number, 1 may be the second.
    """
    name, first = ("page", "0") if kind == "html" else ("paged", "1")
    parts = urlsplit(url)
    said = parse_qsl(parts.query, keep_blank_values=True)
    number = dict(said).get(name, first)
    if not (number.isascii() and number.isdigit()):
        number = first
    following = str(int(number) + 1)
    # Others may stand there several times: "subject=health&subject=trade".
    query = [*((key, value) for key, value in said if key != name), (name, following)]
    return parts._replace(query=urlencode(query), fragment="").geturl()


def _is_under(link: str, start: str | None) -> bool:
    # Without a start to go by, a sitemap is the whole site: nothing of it is wanted.
    return start is not None and link.startswith(start)


def _is_past(entries: Sequence[Entry], history: History) -> bool:
    dates = [entry.published_at for entry in entries if entry.published_at]
    return bool(dates) and max(dates).timestamp() < history.since


def _common_start(entries: Sequence[Entry]) -> str | None:
    links = list(_links(entries))
    if len(links) < 2:
        return None
    first, last = min(links), max(links)
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    start = first[: sum(1 for _ in alike)].rpartition("/")[0]
    while start.rpartition("/")[2].isdigit():  # a year or month: the past has others
        start = start.rpartition("/")[0]
    return f"{start}/" if urlsplit(start).netloc else None


def _links(entries: Sequence[Entry]) -> Iterator[str]:
    return (entry.link_as_published for entry in entries if entry.link_as_published)


def _once(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))[:MAX_WAITING]
