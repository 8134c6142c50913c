import io
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest
import trafilatura

from operator_console.demo.ministry import Site, open_sites
from operator_console.demo.releases import (
    Ministry,
    Release,
    sample_correction,
    sample_ministries,
    sample_releases,
)
from operator_console.demo.server import serve, serve_all

MINISTRIES = sample_ministries()
RELEASES = sample_releases()
MEASLES = next(r for r in RELEASES if r.slug == "measles-rubella-campaign-opens")
WRITTEN_BY = {key: [r for r in RELEASES if r.ministry == key] for key in MINISTRIES}
CHROME = (
    "cookies",
    "Newsroom",
    "Most visited",
    "Share this page",
    "Accessibility",
    "Recrutement",
    "Les plus consultés",
    "Partager",
    "Accessibilité",
    "Trámites",
    "Lo más visitado",
    "Compartir",
    "Accesibilidad",
)

each_ministry = pytest.mark.parametrize(
    "ministry", MINISTRIES.values(), ids=lambda ministry: ministry.key
)
each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.slug)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(site) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        yield client


async def get(site: Site, path: str) -> httpx.Response:
    async with (
        serve(site) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        return await client.get(path)


def entries(response: httpx.Response) -> list[feedparser.FeedParserDict]:
    parsed = feedparser.parse(
        io.BytesIO(response.content), response_headers=dict(response.headers)
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed.entries


# What ships with the demo


def test_a_dozen_releases_come_from_many_ministries_in_three_languages():
    languages = Counter(MINISTRIES[r.ministry].language for r in RELEASES)

    assert len({release.slug for release in RELEASES}) == len(RELEASES) >= 12
    assert len({MINISTRIES[release.ministry].country for release in RELEASES}) >= 6
    assert set(languages) == {"en", "fr", "es"}
    assert min(languages.values()) >= 2


def test_both_feed_formats_are_in_use():
    assert {ministry.feed_format for ministry in MINISTRIES.values()} == {"rss", "atom"}


@each_ministry
def test_every_ministry_has_something_to_say(ministry: Ministry):
    assert WRITTEN_BY[ministry.key]


@each_release
def test_a_release_is_as_long_as_a_real_one(release: Release):
    assert 150 <= len(" ".join(release.paragraphs).split()) <= 400
    assert release.published_at.utcoffset() == timedelta(0)


# Feeds


@each_ministry
async def test_feedparser_reads_every_feed(ministry: Ministry):
    site = open_sites(RELEASES)[ministry.key]
    newest_first = list(reversed(WRITTEN_BY[ministry.key]))

    response = await get(site, site.feed_path)

    assert ministry.feed_format in response.headers["Content-Type"]
    read = entries(response)
    assert [entry.title for entry in read] == [r.title for r in newest_first]
    for entry, release in zip(read, newest_first, strict=True):
        assert release.summary in entry.summary.replace("&amp;", "&")
        published_at = datetime(*entry.published_parsed[:6], tzinfo=UTC)
        assert published_at == release.published_at
        assert (
            str(response.url.copy_with(path=site.page_path(release.slug)))
            in (entry.link.partition("?")[0])
        )
        assert entry.id


async def test_a_link_with_a_tracking_parameter_leads_to_the_same_page():
    site = open_sites(RELEASES)["es-exteriores"]
    async with (
        serve(site) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        link = entries(await client.get(site.feed_path))[0].link
        page, _, query = link.partition("?")
        tracked, plain = await client.get(link), await client.get(page)

    assert query == "utm_source=rss"
    assert tracked.status_code == plain.status_code == 200
    assert tracked.content == plain.content
    assert tracked.headers["ETag"] == plain.headers["ETag"]


async def test_markup_in_a_title_is_text_in_the_feed_and_on_the_page(site, client):
    title = 'R&D <script>alert("1")</script>'
    site.edit(MEASLES.slug, title=title, summary="5 < 6 & 7 > 6")

    feed = await client.get(site.feed_path)
    page = await client.get(site.page_path(MEASLES.slug))

    assert b"&lt;script&gt;" in feed.content
    assert entries(feed)[0].summary == "5 < 6 & 7 > 6"
    assert b"<script>" not in page.content
    assert b"R&amp;D &lt;script&gt;" in page.content


async def test_every_ministry_is_served_on_a_port_of_its_own():
    async with serve_all(open_sites()) as base_urls:
        assert set(base_urls) == set(MINISTRIES)
        assert len({httpx.URL(url).port for url in base_urls.values()}) == len(
            MINISTRIES
        )


async def test_the_first_page_names_the_feed_and_the_releases(site, client):
    page = (await client.get("/")).text

    assert f'<link rel="alternate" type="application/atom+xml" href="{site.feed_path}"'
    assert f'href="{site.feed_path}"' in page
    assert f'href="{site.page_path(MEASLES.slug)}"' in page


# Pages


@each_release
async def test_the_text_can_be_told_from_the_site_around_it(release: Release):
    site = open_sites(RELEASES)[release.ministry]

    page = (await get(site, site.page_path(release.slug))).text
    text = trafilatura.extract(page)

    assert text is not None
    lines = text.splitlines()
    assert [p for p in release.paragraphs if p not in lines] == []
    assert [words for words in CHROME if words in text] == []
    assert sum(words in page for words in CHROME) >= 4


# What changes while somebody watches


async def test_a_new_release_appears_in_the_feed_and_has_a_page(site, client):
    before = await client.get(site.feed_path)
    site.publish(replace(MEASLES, slug="mosquito-nets", title="Mosquito nets"))
    after = await client.get(site.feed_path)

    assert before.headers["ETag"] != after.headers["ETag"]
    assert {"Mosquito nets", MEASLES.title} == {e.title for e in entries(after)}
    assert (await client.get(site.page_path("mosquito-nets"))).status_code == 200


async def test_the_correction_changes_page_feed_and_both_tags(site, client):
    correction = sample_correction()
    paths = (site.feed_path, site.page_path(correction.slug))
    feed, page = [await client.get(path) for path in paths]

    site.edit(correction.slug, **correction.changes)
    new_feed, new_page = [await client.get(path) for path in paths]

    assert new_feed.headers["ETag"] != feed.headers["ETag"]
    assert new_page.headers["ETag"] != page.headers["ETag"]
    assert "3.4 million" in page.text
    assert "3.4 million" not in new_page.text
    assert correction.changes["paragraphs"][-1] in new_page.text
    (entry,), (new_entry,) = entries(feed), entries(new_feed)
    assert "4.3 million" in new_entry.summary
    assert (new_entry.id, new_entry.link) == (entry.id, entry.link)
    assert new_entry.published == entry.published
    assert new_entry.updated_parsed > entry.updated_parsed


async def test_an_edit_in_an_rss_feed_says_when():
    site = open_sites(RELEASES)["in-mea"]
    release = site.edit("india-kenya-earth-observation", summary="Shorter.")

    (entry, *_) = entries(await get(site, site.feed_path))

    updated_at = datetime(*entry.updated_parsed[:6], tzinfo=UTC)
    assert release.updated_at is not None
    assert updated_at == release.updated_at.replace(microsecond=0)
    assert entry.published_parsed < entry.updated_parsed


async def test_a_withdrawn_release_is_gone_and_leaves_the_feed(site, client):
    before = await client.get(site.feed_path)
    site.withdraw(MEASLES.slug)
    after = await client.get(site.feed_path)

    assert (await client.get(site.page_path(MEASLES.slug))).status_code == 410
    assert entries(after) == []
    assert before.headers["ETag"] != after.headers["ETag"]


async def test_a_withdrawn_release_can_be_published_again(site, client):
    site.withdraw(MEASLES.slug)
    site.publish(MEASLES)

    assert (await client.get(site.page_path(MEASLES.slug))).status_code == 200
    assert len(entries(await client.get(site.feed_path))) == 1


def test_publishing_twice_and_changing_the_unknown_are_refused(site):
    with pytest.raises(ValueError, match="edit it instead"):
        site.publish(MEASLES)
    with pytest.raises(KeyError):
        site.edit("unknown", title="?")
    with pytest.raises(KeyError):
        site.withdraw("unknown")
