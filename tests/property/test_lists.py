"""Laws of lists without a feed: any page and any selector are entries or no feed."""

from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.events import Selectors
from communique.markup import is_markup
from feed_poller.html_list import entries
from feed_poller.parse import NotAFeedError, parse
from feed_poller.suggest import suggest
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW
from tests.unit.feed_poller.test_html_list import READING

PIECES = """
<ul>
<li>
</li>
<li class="release row-1">
<a href="/1">
<a href="//[/">
<a>
</a>
A headline of a ministry
20 November 2026
<time datetime="2026-11-20">
</time>
<table>
<tr>
<td>
<div class="views-row">
</div>
<nav>
<h3>
</h3>
<script>
</script>
<template>
<base href="//x">
<base href="http://[">
<svg>
<math>
<!--
-->
<![CDATA[
&lt;rss&gt;&lt;item&gt;
<rss>
<item>
<frameset>
<select>
<plaintext>
\0
""".splitlines()
pages = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
parts = st.sampled_from(
    ["li", "a", "*", ".release", "#x", "[href]", " ", " > ", " ~ ", " + ", ",", ":not(",
     ")", ":nth-child(2n+1)", ":has(a)", ":first-child", "::text", "|", "\\", "td"]
)  # fmt: skip
selectors = st.one_of(
    st.just("li"), st.lists(parts, max_size=8).map("".join), st.text(max_size=20)
)


@given(pages, selectors, st.none() | selectors, st.none() | selectors)
@settings(max_examples=300, deadline=None)
def test_any_page_and_any_selectors_are_entries_or_no_feed(page, item, link, date):
    feed = FEED.model_copy(
        update={
            "kind": "html",
            "selectors": Selectors(item=item, link=link, date=date),
        }
    )
    try:
        parsed = parse(page.encode(), feed=feed, url=FEED_URL, seen_at=NOW)
    except NotAFeedError as error:
        assert str(error)  # noqa: PT017 - most examples are no feed
        return
    for entry in parsed.entries:
        assert entry.model_dump_json()


@given(pages)
@settings(max_examples=200, deadline=None)
def test_what_is_suggested_finds_what_it_says(page):
    for found in suggest(page, READING):
        assert 0 <= found.score <= 1
        items = entries(page, found.selectors, READING).items
        assert items[: len(found.items)] == found.items


words = (
    st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=12, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: len(text) >= 12 and not is_markup(text) and "&" not in text)
)


@given(st.lists(words, min_size=3, max_size=8, unique=True))
@settings(max_examples=100, deadline=None)
def test_every_item_of_a_sound_list_is_an_entry_and_the_list_is_guessed(titles):
    rows = "".join(
        f"<li class='release'><a href='/{n}'>{escape(title)}</a>"
        f"<span class='day'>{n + 1}.11.2026</span></li>"
        for n, title in enumerate(titles)
    )
    page = f"<!doctype html><body><ul class='list'>{rows}</ul></body>"
    best = suggest(page, READING)[0]
    assert [item.title for item in best.items] == titles
    assert best.dated == len(titles)
