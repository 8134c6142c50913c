import io
from collections.abc import AsyncIterator

import feedparser
import httpx
import pytest

from operator_console.demo.behaviours import (
    broken_xml,
    first,
    not_a_feed,
    redirect,
    slow,
    status,
    too_large,
    undecodable,
)
from operator_console.demo.ministry import Site
from operator_console.demo.releases import sample_releases
from operator_console.demo.server import serve

RELEASES = sample_releases()
MEASLES = next(r for r in RELEASES if r.slug == "measles-rubella-campaign-opens")


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(site, control=True) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        yield client


def entries(response: httpx.Response) -> list[feedparser.FeedParserDict]:
    return feedparser.parse(io.BytesIO(response.content)).entries


# Conditional GET and compression


async def test_an_unchanged_feed_answers_304_to_its_tag(site, client):
    full = await client.get(site.feed_path)
    empty = await client.get(
        site.feed_path, headers={"If-None-Match": full.headers["ETag"]}
    )

    assert (empty.status_code, empty.content) == (304, b"")
    assert empty.headers["ETag"] == full.headers["ETag"]
    assert site.requests[site.feed_path] == 2
    assert site.not_modified[site.feed_path] == 1


async def test_an_unchanged_page_answers_304_to_its_date_until_it_is_edited(
    site, client, clock
):
    path = site.page_path(MEASLES.slug)
    since = {
        "If-Modified-Since": (await client.get(path)).headers["Last-Modified"],
    }
    assert since["If-Modified-Since"] == "Mon, 01 Sep 2025 08:00:00 GMT"
    assert (await client.get(path, headers=since)).status_code == 304

    site.edit(MEASLES.slug, title="Edited")
    assert (await client.get(path, headers=since)).status_code == 200


async def test_a_date_is_not_given_while_a_second_edit_could_hide_behind_it(
    site, client, clock
):
    site.edit(MEASLES.slug, title="Edited")
    early = await client.get(site.feed_path)
    clock.advance(1)
    late = await client.get(site.feed_path)

    assert "Last-Modified" not in early.headers
    assert late.headers["Last-Modified"] == "Mon, 01 Sep 2025 09:00:00 GMT"


async def test_a_tag_counts_more_than_a_date(site, client):
    date = (await client.get(site.feed_path)).headers["Last-Modified"]
    headers = {"If-None-Match": '"other"', "If-Modified-Since": date}

    assert (await client.get(site.feed_path, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.0, br", None),
        ("x-gzip", None),
        ("identity", None),
    ],
)
async def test_gzip_is_sent_to_those_who_accept_it(site, client, accept, encoding):
    response = await client.get(site.feed_path, headers={"Accept-Encoding": accept})

    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.content.startswith(b"<?xml")


async def test_the_compressed_feed_has_a_tag_of_its_own(site, client):
    gzipped, plain = [
        await client.get(site.feed_path, headers={"Accept-Encoding": accepted})
        for accepted in ("gzip", "identity")
    ]

    assert gzipped.content == plain.content
    assert gzipped.headers["ETag"] != plain.headers["ETag"]


async def test_head_has_the_headers_of_get_and_no_body(site, client):
    get, head = await client.get(site.feed_path), await client.head(site.feed_path)

    assert head.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


async def test_unknown_paths_are_404_and_other_methods_405(site, client):
    assert (await client.get(site.page_path("unknown"))).status_code == 404
    assert (await client.get("/robots.txt")).status_code == 404
    assert (await client.post(site.feed_path)).status_code == 405


# Misbehaviour


async def test_a_status_can_carry_headers_and_has_no_tag(site, client):
    site.behave(site.feed_path, status(503, {"Retry-After": "3"}))

    response = await client.get(site.feed_path)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "3")
    assert "ETag" not in response.headers


async def test_a_server_can_fail_a_number_of_times_and_then_recover(site, client):
    site.behave(site.feed_path, first(2, status(500)))

    codes = [(await client.get(site.feed_path)).status_code for _ in range(3)]

    assert codes == [500, 500, 200]


async def test_behaving_with_nothing_is_behaving_well(site, client):
    site.behave(site.feed_path, status(500))
    site.behave(site.feed_path)

    assert (await client.get(site.feed_path)).status_code == 200


async def test_a_slow_server_outlasts_the_patience_of_its_visitor(site, client):
    site.behave(site.feed_path, status(200), slow(30))

    with pytest.raises(httpx.ReadTimeout):
        await client.get(site.feed_path, timeout=0.2)


async def test_broken_xml_is_half_a_feed(site, client):
    whole = (await client.get(site.feed_path)).content
    site.behave(site.feed_path, broken_xml)

    half = (await client.get(site.feed_path)).content

    assert half == whole[: len(whole) // 2]
    assert feedparser.parse(io.BytesIO(half)).bozo


async def test_a_bot_page_is_html_with_200_and_no_feed(site, client):
    site.behave(site.feed_path, not_a_feed)

    response = await client.get(site.feed_path)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert feedparser.parse(io.BytesIO(response.content)).version == ""


async def test_an_undecodable_body_is_called_gzip(site, client):
    site.behave(site.feed_path, undecodable)

    with pytest.raises(httpx.DecodingError):
        await client.get(site.feed_path)


async def test_a_redirect_leads_elsewhere(site, client):
    site.behave("/old/feed.xml", redirect(site.feed_path, 301))

    response = await client.get("/old/feed.xml", follow_redirects=True)

    assert [r.status_code for r in response.history] == [301]
    assert len(entries(response)) == 1


async def test_a_body_that_is_too_large_says_so_beforehand(site, client):
    site.behave(site.feed_path, too_large(3_000_000))

    async with client.stream("GET", site.feed_path) as response:
        assert response.headers["Content-Length"] == "3000000"


# Control by another process


async def test_another_process_can_publish_edit_and_withdraw(site, client):
    order = {"slug": "nets", "title": "Nets", "paragraphs": ["Nets for all."]}

    published = await client.post("/_control/publish", json=order)
    page = published.json()["page"]
    assert "Nets for all." in (await client.get(page)).text

    text = {"title": "New", "summary": "Short", "paragraphs": ["Nets for some."]}
    await client.post("/_control/edit", json={"slug": "nets", **text})
    assert "Nets for some." in (await client.get(page)).text
    assert "Short" in {e.summary for e in entries(await client.get(site.feed_path))}

    await client.post("/_control/withdraw", json={"slug": "nets"})
    assert (await client.get(page)).status_code == 410


@pytest.mark.parametrize(
    ("action", "content", "headers", "code"),
    [
        ("edit", '{"slug": "nets"}', {"Content-Type": "text/plain"}, 415),
        ("edit", '{"slug": "nets"}', {}, 404),
        ("edit", "{}", {}, 400),
        ("edit", '{"slug": "../x"}', {}, 400),
        ("publish", f'{{"slug": "{MEASLES.slug}"}}', {}, 409),
        ("burn", '{"slug": "nets"}', {}, 405),
    ],
)
async def test_orders_that_cannot_be_obeyed_are_refused(
    client, action, content, headers, code
):
    response = await client.post(
        f"/_control/{action}",
        content=content,
        headers={"Content-Type": "application/json", **headers},
    )

    assert response.status_code == code


async def test_without_control_nobody_can_steer_a_site(site):
    async with (
        serve(site) as base_url,
        httpx.AsyncClient(base_url=base_url, trust_env=False) as client,
    ):
        order = {"slug": MEASLES.slug}
        assert (await client.post("/_control/withdraw", json=order)).status_code == 405
