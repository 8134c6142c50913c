"""What the test ministry publishes in every form, over HTTP, is read alike."""

from dataclasses import replace

import httpx
import pytest

from communique.events import Selectors
from feed_poller.document import document_text
from feed_poller.items import Reading
from feed_poller.parse import NotAFeedError, ParsedFeed, parse
from feed_poller.suggest import suggest
from operator_console.demo.behaviours import (
    guarded,
    not_a_feed,
    within_html,
    wrong_content_type,
    wrong_encoding,
)
from operator_console.demo.ministry import Site
from operator_console.demo.releases import sample_ministries, sample_releases
from operator_console.demo.server import serve
from tests.unit.feed_poller.examples import FEED, NOW

RELEASES = [release for release in sample_releases() if release.ministry == "in-mea"]
OTHERS = [
    replace(RELEASES[0], slug=f"more-{n}", title=f"Énergie : accord n° {n} signed")
    for n in range(3)
]
ITEMS = Selectors(item="li.release", date=".day")


def site(feed_format: str = "rss") -> Site:
    ministry = replace(sample_ministries()["in-mea"], feed_format=feed_format)
    published = Site(ministry)
    for release in (*RELEASES, *OTHERS):
        published.publish(release)
    return published


async def get(served: Site) -> httpx.Response:
    async with (
        serve(served) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        return await client.get(served.feed_path)


async def read(served: Site, **changes) -> ParsedFeed:
    response = await get(served)
    return parse(
        response.content,
        feed=FEED.model_copy(update=changes),
        url=str(response.url),
        seen_at=NOW,
        content_type=response.headers["Content-Type"],
    )


def facts(parsed: ParsedFeed) -> set[tuple[str, str | None, str]]:
    return {
        (entry.title, (entry.link or "").split("/", 3)[-1], str(entry.published_at))
        for entry in parsed.entries
    }


async def test_json_feed_is_read_like_rss():
    assert facts(await read(site("json"))) == facts(await read(site()))


async def test_news_sitemap_is_read_like_rss():
    found = facts(await read(site("sitemap"), kind="sitemap"))
    assert found == facts(await read(site()))


async def test_html_list_without_a_feed_is_read_by_its_selectors():
    served = site("html")
    found = facts(await read(served, kind="html", selectors=ITEMS))
    expected = facts(await read(site()))
    assert {(title, link) for title, link, _ in found} == {
        (title, link) for title, link, _ in expected
    }
    assert {day[:10] for *_, day in found} <= {day[:10] for *_, day in expected}


async def test_selectors_of_a_list_without_a_feed_are_guessed():
    response = await get(site("html"))
    text, _ = document_text(response.content, None)
    best, *_ = suggest(text, Reading(str(response.url), NOW.tzinfo, NOW))
    assert best.selectors == Selectors(item="li.release", date="span.day")
    assert len(best.items) == best.dated == len(RELEASES) + len(OTHERS)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (not_a_feed, r"a bot check \('Just a moment...'\)"),
        (guarded("cloudflare"), "a bot check by Cloudflare"),
        (guarded("akamai"), "a refusal by Akamai"),
        (guarded("imperva"), "a bot check by Imperva"),
    ],
    ids=["of somebody", "of Cloudflare", "of Akamai", "of Imperva"],
)
async def test_bot_page_with_status_200_is_no_feed_and_named(behaviour, words):
    for kind in ("feed", "html"):
        served = site("rss" if kind == "feed" else "html")
        served.behave(served.feed_path, behaviour)
        with pytest.raises(NotAFeedError, match=words):
            await read(served, kind=kind, selectors=ITEMS)


@pytest.mark.parametrize("feed_format", ["rss", "atom", "sitemap"])
async def test_feed_inside_html_is_read(feed_format):
    expected = facts(await read(site(feed_format)))
    served = site(feed_format)
    served.behave(served.feed_path, within_html)
    parsed = await read(served)
    assert facts(parsed) == expected
    assert "it stands inside an HTML page" in parsed.warnings


async def test_wrong_encoding_is_seen_through():
    served = site()
    served.behave(served.feed_path, wrong_encoding)
    assert facts(await read(served)) == facts(await read(site()))


async def test_wrong_content_type_means_nothing():
    served = site("json")
    served.behave(served.feed_path, wrong_content_type)
    assert facts(await read(served)) == facts(await read(site()))
