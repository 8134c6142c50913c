"""Sitemaps: what counts of a large one, and where a fact stands."""

import gzip

import pytest

from feed_poller import sitemap
from feed_poller.items import Named
from feed_poller.parse import NotAFeedError, parse
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW


def read(body: str, **changes):
    return parse(
        body.encode(), feed=FEED.model_copy(update=changes), url=FEED_URL, seen_at=NOW
    )


def urls(*places: str) -> str:
    return "<urlset>" + "".join(f"<url>{place}</url>" for place in places) + "</urlset>"


def links(parsed):
    return [entry.link.rpartition("/")[2] for entry in parsed.entries]


def test_only_links_under_the_named_address_are_entries():
    body = urls(
        "<loc>https://gov.example/about</loc>",
        "<loc>https://gov.example/news/1</loc>",
    )
    assert links(read(body, links_under="https://gov.example/news/")) == ["1"]


def test_of_a_large_sitemap_the_newest_pages_count(monkeypatch):
    monkeypatch.setattr(sitemap, "MAX_ENTRIES", 2)
    days = {"a": "2026-11-01", "b": "2026-11-20", "c": "", "d": "2026-11-19"}
    parsed = read(
        urls(
            *(
                f"<loc>https://gov.example/{name}</loc><lastmod>{day}</lastmod>"
                for name, day in days.items()
            )
        )
    )
    assert links(parsed) == ["b", "d"]
    assert parsed.warnings == ("only the newest 2 of its pages are read",)


def test_a_picture_is_not_the_page():
    body = urls(
        "<image:image><image:loc>https://gov.example/x.jpg</image:loc>"
        "<image:title>A picture</image:title></image:image>"
        "<loc>https://gov.example/1</loc>"
    )
    (entry,) = read(body).entries
    assert (entry.link, entry.title) == ("https://gov.example/1", "")


def test_index_names_its_sitemaps_the_newest_first():
    parsed = read(
        "<sitemapindex><sitemap><loc>/old.xml</loc></sitemap>"
        "<sitemap><loc>/new.xml</loc><lastmod>2026-11-20</lastmod></sitemap>"
        "</sitemapindex>"
    )
    assert parsed.entries == ()
    assert parsed.children == (
        Named("https://ministry.example/new.xml", "2026-11-20"),
        Named("https://ministry.example/old.xml"),
    )
    assert "a sitemap index; it names 2 sitemaps" in parsed.warnings[0]


@pytest.mark.parametrize(
    ("limit", "body"),
    [
        ("MAX_PLACES", urls(*["<loc>https://gov.example/1</loc>"] * 9)),
        ("MAX_ELEMENTS", urls(*["<loc>https://gov.example/1</loc>"] * 9)),
    ],
)
def test_what_was_read_before_a_limit_counts(monkeypatch, limit, body):
    monkeypatch.setattr(sitemap, limit, 4)
    parsed = read(body)
    assert set(links(parsed)) == {"1"}
    assert parsed.warnings[0].startswith("too long; only its first")


def test_a_sitemap_in_a_file_of_gzip_is_unpacked():
    body = gzip.compress(urls("<loc>https://gov.example/1</loc>").encode())
    assert links(parse(body, feed=FEED, url=FEED_URL, seen_at=NOW)) == ["1"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (gzip.compress(b"<urlset>")[:-9], "a broken file of gzip"),
        (gzip.compress(bytes(16 * 1024 * 1024)), "holds too much"),
    ],
    ids=["cut", "bomb"],
)
def test_a_file_of_gzip_that_is_cut_or_a_bomb_is_refused(body, why):
    with pytest.raises(NotAFeedError, match=why):
        parse(body, feed=FEED, url=FEED_URL, seen_at=NOW)


def test_an_empty_sitemap_is_one_and_a_broken_one_without_pages_is_none():
    assert read("<urlset></urlset>").entries == ()
    with pytest.raises(NotAFeedError, match="names no page"):
        read("<urlset><url><loc>https://gov.exa")
