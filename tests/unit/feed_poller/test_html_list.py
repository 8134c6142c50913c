"""Lists of releases on pages without a feed, and the guesses where they stand."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from communique.events import Selectors
from feed_poller import html_list
from feed_poller.html_list import entries
from feed_poller.items import Reading
from feed_poller.parse import NotAFeedError, parse
from feed_poller.suggest import suggest
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW

PAGES = Path(__file__).parents[2] / "corpus" / "pages"
URL = "https://ministry.example/press/"
READING = Reading(URL, ZoneInfo("UTC"), NOW)


def read(body: str, item: str = "li", **selectors: str):
    return entries(f"<ul>{body}</ul>", Selectors(item=item, **selectors), READING)


def only(body: str, item: str = "li", **selectors: str):
    (found,) = read(body, item, **selectors).items
    return found


def test_first_link_with_words_is_the_page_and_its_words_the_title():
    item = only("<li><a href='x'><img></a><a href='1'>A <b>title</b></a> more</li>")
    assert (item.link, item.title) == (f"{URL}1", "A title")


def test_an_item_may_be_the_link_itself_with_a_heading_in_it():
    item = only("<a class=card href=/1><h3>Title</h3><p>Summary</p></a>", "a.card")
    assert (item.link, item.title) == ("https://ministry.example/1", "Title")


def test_heading_is_the_title_where_the_link_is_a_picture():
    item = only("<li><a href='1'><img></a><h2>Title</h2></li>")
    assert (item.link, item.title) == (f"{URL}1", "Title")


def test_selectors_of_link_title_and_date_count_within_the_item():
    item = only(
        "<li><a href=no>No</a><div class=l><a href=1>Read on</a></div><h4>Title</h4>"
        "<p>20.11.2026</p></li>",
        link="div.l",
        title="h4",
        date="p",
    )
    assert (item.link, item.title) == (f"{URL}1", "Title")
    assert item.published_at.date().isoformat() == "2026-11-20"


@pytest.mark.parametrize(
    "date",
    [
        "<time datetime='2026-11-20T10:00Z'>yesterday</time>",
        "<meta itemprop=date content='2026-11-20'>",
        "<span>20</span><span>Nov</span><span>2026</span>",
        "Posted on: 20 NOV 2026 5:30PM by Press Desk",
    ],
    ids=["for machines", "in a meta", "in pieces", "among words"],
)
def test_date_is_read_as_pages_show_it(date):
    item = only(f"<li><a href=1>T</a><div>{date}</div></li>", date="time, meta, div")
    assert item.published_at.date().isoformat() == "2026-11-20"


@pytest.mark.parametrize("href", ["#top", "javascript:void(0)", "", "mailto:a@b"])
def test_link_that_leads_nowhere_is_none(href):
    item = only(f"<li><a href='{href}'>Title</a></li>")
    assert (item.link, item.title) == (None, "Title")


def test_links_are_resolved_by_the_base_of_the_page():
    page = "<head><base href='https://other.example/x/'></head><li><a href=1>T</a></li>"
    assert only(page).link == "https://other.example/x/1"


def test_scripts_comments_and_templates_hold_no_items():
    hidden = "<li><a href=2>Hidden</a></li>"
    page = f"<script>{hidden}</script><!--{hidden}--><template>{hidden}</template>"
    assert only(f"{page}<li><a href=1>Shown</a></li>").title == "Shown"


def test_rows_without_title_and_link_are_counted():
    found = read("<tr><th>Date</th></tr><tr><td><a href=1>T</a></td></tr>", "tr")
    assert len(found.items) == 1
    assert found.warnings == ("skipped 1 of the entries: no title, text, link or guid",)


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("li[", "no CSS"),
        ("", "nothing on the page"),
        ("::before", "no CSS"),
        ("li:has(", "no CSS"),
        ("svg|li", "no CSS"),
        ("article", "nothing on the page matches the selector 'article'"),
    ],
)
def test_selectors_that_find_nothing_are_told(selector, words):
    with pytest.raises(NotAFeedError, match=words):
        read("<li><a href=1>T</a></li>", selector)


@pytest.mark.parametrize(
    ("limit", "count", "warning"),
    [
        ("MAX_ENTRIES", 2, "3 more entries are not read"),
        ("MAX_CHILDREN", 3, "too long; only its first 3 entries are read"),
        ("MAX_TAGS", 5, "too long; only its first 2 entries are read"),
        ("MAX_CHARACTERS", 60, "too long; only its first 2 entries are read"),
    ],
)
def test_page_is_read_up_to_its_limits(monkeypatch, limit, count, warning):
    monkeypatch.setattr(html_list, limit, count)
    assert warning in read("<li><a href=1>Title</a></li>" * 5).warnings


@pytest.mark.parametrize("kind", ["html"])
def test_page_without_selectors_says_what_is_missing(kind):
    feed = FEED.model_copy(update={"kind": kind})
    with pytest.raises(NotAFeedError, match="without the selectors"):
        parse(b"<p>", feed=feed, url=FEED_URL, seen_at=NOW)


@pytest.mark.parametrize(
    "page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem
)
def test_selectors_of_a_page_are_guessed(page):
    expected = json.loads(page.with_suffix(".expected.json").read_text())
    best, *_ = suggest(page.read_text(), READING)
    assert best.selectors.model_dump(exclude_none=True) == expected["selectors"]
    found = [[item.title, item.link] for item in best.items]
    assert found == expected["entries"]
    assert best.dated == expected["dated"]


@pytest.mark.parametrize(
    "page",
    ["", "<p>words", "<ul>" + "<li><a href=1>Always the same page</a></li>" * 9,
     "<a href=1>One long headline</a> <a href=2>Another long headline</a>"],
    ids=["empty", "words", "one link", "two links"],
)  # fmt: skip
def test_nothing_is_guessed_where_there_is_no_list(page):
    assert suggest(page, READING) == ()
