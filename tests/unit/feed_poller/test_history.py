"""How a backfill finds its way into a feed's past, and where it ends."""

import time
from datetime import UTC, datetime

import httpx
import pytest

from communique.events import Selectors
from communique.safe_http import SafeClient
from feed_poller.history import (
    MAX_STEPS,
    History,
    begun,
    is_over,
    next_page,
    sitemaps_of,
    stepped,
    stumbled,
    wanted,
)
from feed_poller.look_back import look_back
from feed_poller.memory import with_entries
from feed_poller.tasks import FeedTask
from tests.unit.feed_poller.examples import FEED, NOW, entry, rss

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
START = History(since=SINCE.timestamp(), resume_at=9e9)
SITE = "https://ministry.example"


def dated(number: int, month: int, *, link: str | None = None):
    return entry(
        number,
        published_at=datetime(2026, month, 3, tzinfo=UTC),
        link_as_published=link or f"{SITE}/news/2026/{month:02}/{number}.html",
    )


@pytest.mark.parametrize(
    ("url", "older", "way", "first"),
    [
        (f"{SITE}/rss.xml", f"{SITE}/1.xml", "archives", f"{SITE}/1.xml"),
        (f"{SITE}/news/feed/", None, "pages", f"{SITE}/news/feed/?paged=2"),
        (f"{SITE}/rss.xml", None, "sitemaps", f"{SITE}/robots.txt"),
    ],
)
def test_the_way_back_is_what_the_feed_says_or_what_its_kind_has(
    url, older, way, first
):
    found = begun(START, FEED, url, older, [dated(1, 11), dated(2, 11)])
    assert (found.way, found.waiting) == (way, (first,))
    assert found.under == f"{SITE}/news/", "years and months are left out"
    assert not is_over(found)


def test_a_page_that_is_a_list_is_turned():
    page = FEED.model_copy(update={"kind": "html"})
    found = begun(START, page, f"{SITE}/news?lang=en", None, [])
    assert found.waiting == (f"{SITE}/news?lang=en&page=1",)
    assert found.under is None


@pytest.mark.parametrize(
    ("kind", "query", "following"),
    [
        ("feed", "?paged=2", "?paged=3"),
        ("feed", "?paged=x", "?paged=2"),
        ("feed", "#top", "?paged=2"),
        ("html", "?about=tax&about=trade", "?about=tax&about=trade&page=1"),
        ("html", "?page=1", "?page=2"),
    ],
)
def test_pages_are_counted(kind, query, following):
    url = "https://a.example/list/"
    assert next_page(f"{url}{query}", kind) == f"{url}{following}"


async def test_a_list_that_counts_its_pages_from_0_loses_none():
    def page(*numbers: int) -> bytes:
        rows = (f"<li><a href='/{n}'>Release {n}</a></li>" for n in numbers)
        return f"<html><body><ul>{''.join(rows)}</ul></body></html>".encode()

    steps = await backfilled(
        {
            f"{SITE}/list": page(6, 5),
            f"{SITE}/list?page=1": page(4, 3),
            f"{SITE}/list?page=2": page(2, 1),
        },
        f"{SITE}/list",
        kind="html",
        selectors=Selectors(item="li"),
    )
    assert numbers(steps) == [f"Release {n}" for n in (5, 6, 3, 4, 1, 2)]


def test_what_is_known_too_old_or_another_part_of_the_site_is_not_wanted():
    history = START.model_copy(update={"way": "sitemaps", "under": f"{SITE}/news/"})
    known, old, new = dated(1, 5), dated(2, 5), dated(3, 6)
    old = old.model_copy(update={"published_at": SINCE.replace(year=2025)})
    about = dated(4, 5, link=f"{SITE}/about.html")
    found = wanted([new, old, about, known], history, with_entries({}, [known]))
    assert found == [new]
    anywhere = history.model_copy(update={"way": "archives"})
    assert about in wanted([about], anywhere, {})
    blind = history.model_copy(update={"under": None})
    assert wanted([new], blind, {}) == []


def after(way, entries, *, waiting=("first",), **more):
    history = START.model_copy(update={"way": way, "waiting": waiting})
    return stepped(history, FEED, entries, **more)


def test_archives_are_followed_until_they_are_too_old_or_end():
    assert after("archives", [dated(1, 5)], older="b").waiting == ("b",)
    assert after("archives", [dated(1, 5)]).waiting == ()
    old = dated(1, 5).model_copy(update={"published_at": SINCE.replace(year=2025)})
    assert is_over(after("archives", [old], older="b"))


def test_pages_are_turned_until_one_repeats_itself():
    url = f"{SITE}/feed?paged=2"
    first = after("pages", [dated(1, 5)], waiting=(url,), published=1)
    assert (first.waiting, first.entries) == ((f"{SITE}/feed?paged=3",), 1)
    assert is_over(stepped(first, FEED, [dated(1, 5)]))
    assert is_over(after("pages", [], waiting=(url,)))


def test_an_index_leads_to_its_sitemaps():
    found = after("sitemaps", [], waiting=("index", "b"), children=("a", "b"))
    assert found.waiting == ("a", "b")


def test_where_no_page_is_the_sitemaps_are_tried_once():
    history = START.model_copy(update={"way": "pages", "waiting": ("gone",)})
    found = stumbled(history, f"{SITE}/feed")
    assert (found.way, found.waiting) == ("sitemaps", (f"{SITE}/robots.txt",))
    assert is_over(stumbled(found, f"{SITE}/feed"))
    assert is_over(stumbled(after("pages", [dated(1, 5)]), f"{SITE}/feed"))


def test_no_backfill_goes_on_for_ever():
    endless = after("archives", [dated(1, 5)], older="b")
    assert is_over(endless.model_copy(update={"steps": MAX_STEPS}))


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        (
            "User-agent: *\nSitemap: /a.xml\nsitemap:https://b.example/b.xml",
            (f"{SITE}/a.xml", "https://b.example/b.xml"),
        ),
        ("User-agent: *", (f"{SITE}/sitemap.xml",)),
        ("Sitemap: http://[half\nSitemap: /a.xml", (f"{SITE}/a.xml",)),
        ("Sitemap: http://[half", (f"{SITE}/sitemap.xml",)),
    ],
)
def test_robots_say_where_sitemaps_are(robots, found):
    assert sitemaps_of(robots, f"{SITE}/robots.txt") == found


@pytest.mark.parametrize(
    "robots", [" \n" * 250_000, "sitemap:" * 60_000, "Sitemap: /a.xml\n" * 30_000]
)
def test_robots_that_are_long_on_purpose_are_read_at_once(robots):
    started = time.process_time()
    assert len(sitemaps_of(robots, f"{SITE}/robots.txt")) == 1
    assert time.process_time() - started < 2.0


async def test_of_robots_no_more_is_read_than_others_read():
    robots = b"Sitemap: /a.xml\n" + b"#\n" * 300_000 + b"Sitemap: /b.xml\n"
    (_, second, *_) = await backfilled(
        {f"{SITE}/feed.xml": rss(item(1, 5)), f"{SITE}/robots.txt": robots},
        f"{SITE}/feed.xml",
    )
    assert second.reason == "backfill: the site has 1 sitemaps"


def item(number: int, month: int) -> str:
    return (
        f"<title>{number}</title><link>{SITE}/news/{number}</link>"
        f"<pubDate>0{number % 9 + 1} {month:02} 2026 10:00:00 GMT</pubDate>"
    ).replace(f" {month:02} ", f" {datetime(2026, month, 1, tzinfo=UTC):%b} ")


async def backfilled(pages: dict[str, bytes | int], url: str, **facts):
    """Look back until the end; return the steps."""

    def ministry(request: httpx.Request) -> httpx.Response:
        answer = pages.get(str(request.url), 404)
        if isinstance(answer, int):
            return httpx.Response(answer)
        return httpx.Response(200, content=answer)

    feed = FEED.model_copy(update={"url": url, **facts})
    task = FeedTask(host="h", due_at=0.0, feed=feed, registered="f/0/0", history=START)
    steps = []
    async with SafeClient(transport=httpx.MockTransport(ministry)) as client:
        while task.history is not None and len(steps) < 20:
            step = await look_back(client, task, task.history, seen_at=NOW)
            steps.append(step)
            task = task.model_copy(update={"history": step.history})
    return steps


def numbers(steps) -> list[str]:
    return [one.title for step in steps for one in step.published]


async def test_an_archived_feed_is_followed_to_its_first_document():
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'
    steps = await backfilled(
        {
            f"{SITE}/rss": rss(
                item(5, 5), head=link.format("prev-archive", "/archive/1")
            ),
            f"{SITE}/archive/1": rss(item(4, 4), item(3, 3)),
        },
        f"{SITE}/rss",
    )
    assert numbers(steps) == ["5", "3", "4"]
    assert all(one.backfill for step in steps for one in step.published)
    assert steps[-1].reason.endswith("complete, 3 entries in 1 documents")


async def test_pages_of_a_blog_are_turned():
    steps = await backfilled(
        {
            f"{SITE}/feed": rss(item(5, 5)),
            f"{SITE}/feed?paged=2": rss(item(4, 4)),
            f"{SITE}/feed?paged=3": rss(item(3, 3)),
        },
        f"{SITE}/feed",
    )
    assert numbers(steps) == ["5", "4", "3"]


async def test_sitemaps_are_read_where_nothing_else_leads_back():
    def places(*numbers: int) -> bytes:
        urls = "".join(
            f"<url><loc>{SITE}/news/{n}</loc><lastmod>2026-0{n}-01</lastmod></url>"
            for n in numbers
        )
        return (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{urls}<url><loc>{SITE}/about</loc></url></urlset>"
        ).encode()

    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{SITE}/one.xml</loc></sitemap></sitemapindex>"
    ).encode()
    steps = await backfilled(
        {
            f"{SITE}/rss.xml": rss(item(8, 5), item(9, 6)),
            f"{SITE}/robots.txt": b"Sitemap: /index.xml",
            f"{SITE}/index.xml": index,
            f"{SITE}/one.xml": places(1, 2, 8),
        },
        f"{SITE}/rss.xml",
    )
    links = [one.link_as_published for step in steps for one in step.published]
    assert sorted(set(links)) == [f"{SITE}/news/{n}" for n in (1, 2, 8, 9)]


async def test_a_server_that_is_away_is_asked_again_and_not_for_ever():
    steps = await backfilled({f"{SITE}/feed": 503}, f"{SITE}/feed")
    assert len(steps) == 20
    assert steps[0].failed
    assert steps[-1].history is not None
    assert steps[-1].history.steps == 20


async def test_a_feed_whose_past_is_nowhere_says_so():
    steps = await backfilled({f"{SITE}/rss.xml": rss(item(5, 5))}, f"{SITE}/rss.xml")
    assert "complete, 1 entries" in steps[-1].reason
    assert "--links-under" in steps[-1].reason
