"""Lists of feeds as feed readers exchange them."""

from pathlib import Path

import pytest

import feed_poller
from communique.errors import UsageError
from communique.identity import feed_id
from feed_poller.opml import feeds_from_opml
from tests.unit.feed_poller.examples import NOW


def opml(*outlines: str) -> bytes:
    return f"<opml version='2.0'><body>{''.join(outlines)}</body></opml>".encode()


def test_folders_are_opened_and_attributes_are_read():
    feeds = feeds_from_opml(
        opml(
            "<outline text='Asia'><outline text='India'>"
            "<outline type='rss' text='PIB  Delhi' xmlUrl=' https://pib.example/rss '"
            " ministry='PIB' country='in' language='en_IN' timeZone='Asia/Kolkata'"
            " interval='600' organisation='UN'/></outline></outline>",
            "<outline title='Other' XMLURL='http://other.example/'/>",
            "<outline text='Again' xmlUrl='https://PIB.example/rss'/>",
        ),
        NOW,
    )
    first, second = feeds
    assert first.feed_id == feed_id("https://pib.example/rss")
    assert (first.title, first.url) == ("PIB Delhi", "https://pib.example/rss")
    assert (first.ministry, first.country, first.organisation) == ("PIB", "IN", "UN")
    assert (first.language, first.time_zone) == ("en-IN", "Asia/Kolkata")
    assert (first.interval_seconds, first.registered_at) == (600.0, NOW)
    assert (second.title, second.language, second.country) == ("Other", None, None)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no OPML"),
        (b"not xml", "no OPML"),
        (b"<rss/>", "no <opml>"),
        (b"x" * 5_300_000, "above 5 MiB"),
        (opml("<outline xmlUrl='ftp://a.example'/>"), "line 1: 'ftp://a.example'"),
        (opml("<outline xmlUrl='http://a.example' country='India'/>"), "two letters"),
        (opml("<outline xmlUrl='http://a.example' language='English!'/>"), "language"),
        (opml("<outline xmlUrl='http://a.example' timeZone='IST-5'/>"), "timeZone"),
        (opml("<outline xmlUrl='http://a.example' interval='often'/>"), "interval"),
        (opml("<outline xmlUrl='http://a.example' interval='-1'/>"), "interval"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_told_with_its_line(data, words):
    with pytest.raises(UsageError, match=words):
        feeds_from_opml(data, NOW)


def test_entities_are_not_followed(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("http://secret.example/")
    data = (
        f"<!DOCTYPE opml [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
        "<opml><body><outline text='a' xmlUrl='http://a.example/'>&x;</outline>"
        "</body></opml>"
    ).encode()
    (feed,) = feeds_from_opml(data, NOW)
    assert feed.url == "http://a.example/"


def test_the_list_that_ships_with_us_can_be_read():
    data = Path(feed_poller.__file__).with_name("data") / "feeds.opml"
    feeds = feeds_from_opml(data.read_bytes(), NOW)
    assert len(feeds) >= 100
    assert all(feed.ministry or feed.organisation for feed in feeds)
