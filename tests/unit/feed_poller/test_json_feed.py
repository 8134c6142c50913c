"""JSON Feed as sites write it; whole documents stand in tests/corpus/feeds."""

import json

import pytest

from feed_poller import json_feed
from feed_poller.parse import NotAFeedError, parse
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW


def read(**document):
    body = json.dumps({"version": "https://jsonfeed.org/version/1"} | document)
    return parse(body.encode(), feed=FEED, url=FEED_URL, seen_at=NOW)


def only(**item):
    (entry,) = read(items=[{"id": "1"} | item]).entries
    return entry


def test_page_is_the_link_and_not_the_one_that_it_is_about():
    entry = only(url="/a", external_url="https://other.example/")
    assert entry.link == "https://ministry.example/a"


def test_html_comes_before_text_and_text_before_the_summary():
    both = {"content_html": "<p>HTML</p>", "content_text": "Text", "summary": "Short"}
    assert only(**both).text == "HTML"
    del both["content_html"]
    assert only(**both).text == "Text"
    del both["content_text"]
    assert only(**both).text == "Short"


def test_plain_text_keeps_what_looks_like_markup():
    assert only(content_text="5 <b> & 6").text == "5 <b> & 6"


@pytest.mark.parametrize(
    "wrong",
    [{"url": 5}, {"tags": "x"}, {"tags": [1, None]}, {"attachments": [{"url": []}, 3]},
     {"author": ["x"]}, {"authors": {"name": "x"}}, {"content_html": {}}],
    ids=str,
)  # fmt: skip
def test_values_of_the_wrong_type_cost_no_entry(wrong):
    assert only(title="One", **wrong).title == "One"


def test_items_that_are_no_objects_are_counted():
    parsed = read(items=["x", None, {"id": "1", "title": "One"}])
    assert [entry.title for entry in parsed.entries] == ["One"]
    assert parsed.warnings == ("skipped 2 of the entries: unreadable (TypeError)",)


def test_a_list_of_items_without_a_version_is_read_with_a_warning():
    parsed = read(version="1", items=[{"id": "1", "title": "One"}])
    assert [entry.title for entry in parsed.entries] == ["One"]
    assert parsed.warnings == ("it does not say that it is a JSON Feed",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "JSON, not a feed"),
        (b"[]", "JSON, not a feed"),
        (b'{"items": [{"name": "x"}]}', "JSON, not a feed"),
        (b'{"error": "no such page"}', r"\('no such page'\)"),
        (b'{"items": [', "broken JSON"),
        (b'{"items":' + b"[" * 100_000, "broken JSON"),
        (b'{"items":' + b"[" * 300_000, "too long"),
        (b"[" * 300_000, "JSON, not a feed"),
    ],
    ids=range(8),
)
def test_other_json_is_no_feed(body, words):
    with pytest.raises(NotAFeedError, match=words):
        parse(body, feed=FEED, url=FEED_URL, seen_at=NOW)


def test_reading_stops_at_a_number_of_entries(monkeypatch):
    monkeypatch.setattr(json_feed, "MAX_ENTRIES", 3)
    parsed = read(items=[{"id": str(n)} for n in range(5)])
    assert [entry.guid for entry in parsed.entries] == ["0", "1", "2"]
    assert parsed.warnings == ("too long; only its first 3 entries are read",)
