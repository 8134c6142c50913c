"""The lines that `communique parse` prints."""

import json
from datetime import datetime

import pytest

from communique.errors import UsageError
from feed_poller.parse_files import parse_lines
from tests.unit.feed_poller.examples import NOW, rss

ONE = rss("<title>One</title><link>/1#a</link><pubDate>20 Nov 2026 14:30</pubDate>")


def lines(*files, url=None, zone="UTC"):
    return list(parse_lines(files, url=url, zone=zone, seen_at=NOW))


def test_link_is_as_published_and_absolute_where_it_can_be():
    (without,) = lines(("one.xml", ONE))
    (with_url,) = lines(("one.xml", ONE), url="https://ministry.example/rss")
    assert (without["link"], without["canonical_link"]) == ("/1#a", None)
    assert with_url["link"] == "https://ministry.example/1#a"
    assert with_url["canonical_link"] == "https://ministry.example/1"


def test_date_without_zone_is_in_the_given_one():
    (line,) = lines(("one.xml", ONE), zone="Asia/Kolkata")
    assert line["published_at"] == "2026-11-20T09:00:00+00:00"
    assert datetime.fromisoformat(line["published_at"]).tzinfo
    assert line["published_zone"] == "assumed"


def test_every_item_of_every_file_is_a_line_repeats_too():
    item = "<title>One</title><link>https://ministry.example/1</link>"
    found = lines(("./a b.xml", rss(item, item)), ("-", ONE))
    assert [line["file"] for line in found] == ["./a b.xml", "./a b.xml", "-"]
    assert all(
        list(line)[:4] == ["file", "title", "link", "published_at"] for line in found
    )
    assert json.dumps(found)


def test_file_that_is_no_feed_is_one_line_and_stops_nobody():
    missing = FileNotFoundError(2, "No such file or directory")
    found = lines(("page.html", b"<html>"), ("gone.xml", missing), ("one.xml", ONE))
    assert found[0] == {"file": "page.html", "error": "an HTML page, not a feed"}
    assert found[1] == {
        "file": "gone.xml",
        "error": "cannot be read: No such file or directory",
    }
    assert found[2]["title"] == "One"


def test_error_of_the_system_without_words_has_its_name():
    assert lines(("x", OSError()))[0]["error"] == "cannot be read: OSError"


def test_zone_that_is_none_is_wrong_usage():
    with pytest.raises(UsageError):
        lines(("one.xml", ONE), zone="Nowhere")
