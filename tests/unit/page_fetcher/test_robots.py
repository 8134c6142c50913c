"""robots.txt: asked once a day and site, kept to, and never in the way for good."""

import httpx
import pytest

from communique.safe_http import SafeClient, safe_client
from operator_console.demo.behaviours import says
from operator_console.demo.ministry import Site as Ministry
from operator_console.demo.releases import sample_ministries
from operator_console.demo.server import serve
from page_fetcher.fetch import Page, PageFailed, fetch_page
from page_fetcher.robots import FRESH_SECONDS, RETRY_SECONDS, Robots
from tests.fakes import Clock

PAGE = "https://ministry.example/news/1.html"


class Site:
    """A site with a robots.txt, and the paths that it was asked for."""

    def __init__(self, robots):
        self.robots = robots
        self.asked = []
        self.clock = Clock()
        self.client = SafeClient(transport=httpx.MockTransport(self.answer))
        self.rules = Robots(self.client, clock=self.clock)

    def answer(self, request):
        self.asked.append(request.url.path)
        if request.url.path != "/robots.txt":
            return httpx.Response(200, content=b"<p>Text")
        if isinstance(self.robots, Exception):
            raise self.robots
        return self.robots

    async def visit(self, url=PAGE):
        return await fetch_page(self.client, url, self.rules)


def text(*lines):
    return httpx.Response(200, text="\n".join(lines))


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (text("User-agent: *", "Disallow: /admin"), True),
        (text("User-agent: *", "Disallow: /news/"), False),
        (text("User-agent: *", "Disallow: /*.html$"), False),
        (text("User-agent: *", "Disallow: /", "Allow: /news/"), True),
        (text("User-agent: Communique", "Disallow: /"), False),
        (text("User-agent: OtherBot", "Disallow: /"), True),
        (text("\ufeffUser-agent: *", "Disallow: /"), False),
        (text("<html><body>Not found</body></html>"), True),
        (text(""), True),
        (httpx.Response(404), True),
        (httpx.Response(403), True),
        (httpx.Response(200, content=b"x" * 600_000), True),
        (httpx.Response(302, headers={"Location": "/robots.txt"}), True),
    ],
    ids=[
        "elsewhere forbidden", "forbidden", "by a pattern", "the longer rule counts",
        "for us", "for others", "a byte order mark", "a page in its place", "empty",
        "none", "none for us", "too large", "in a circle",
    ],
)  # fmt: skip
async def test_a_page_is_read_if_the_site_lets_us(robots, allowed):
    site = Site(robots)
    seen = await site.visit()
    assert isinstance(seen, Page) is allowed
    assert ("/news/1.html" in site.asked) is allowed
    if not allowed:
        assert seen == PageFailed("the site's robots.txt forbids it")


@pytest.mark.parametrize(
    "robots",
    [httpx.Response(503), httpx.Response(429), httpx.ConnectError("refused")],
    ids=["broken", "busy", "away"],
)
async def test_a_site_that_cannot_say_is_asked_again_later(robots):
    site = Site(robots)
    seen = await site.visit()
    assert isinstance(seen, PageFailed)
    assert seen.retry
    await site.visit()
    assert site.asked == ["/robots.txt"], "not at once"
    site.robots = httpx.Response(404)
    site.clock.advance(RETRY_SECONDS)
    assert isinstance(await site.visit(), Page)


async def test_a_site_is_asked_once_a_day():
    site = Site(httpx.Response(404))
    for _ in range(3):
        await site.visit()
    assert site.asked.count("/robots.txt") == 1
    site.clock.advance(FRESH_SECONDS)
    await site.visit()
    assert site.asked.count("/robots.txt") == 2


async def test_each_site_has_rules_of_its_own():
    site = Site(httpx.Response(404))
    await site.visit()
    await site.visit("https://other.example/1")
    assert site.asked.count("/robots.txt") == 2


async def test_without_the_setting_nobody_asks():
    site = Site(text("User-agent: *", "Disallow: /"))
    assert isinstance(await fetch_page(site.client, PAGE), Page)
    assert site.asked == ["/news/1.html"]


async def test_the_test_ministry_forbids_its_pages():
    site = Ministry(sample_ministries()["in-mea"])
    site.behave("/robots.txt", says("User-agent: *\nDisallow: /in-mea/releases/"))
    async with (
        serve(site) as base,
        safe_client(user_agent="Communique/0.1", allow_private=["127.0.0.0/8"]) as c,
    ):
        robots = Robots(c, clock=Clock())
        seen = await fetch_page(c, f"{base}/in-mea/releases/1.html", robots)
        assert seen == PageFailed("the site's robots.txt forbids it")
        assert isinstance(await fetch_page(c, f"{base}/", robots), Page)
