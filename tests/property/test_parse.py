"""Laws of `parse`: any bytes are entries or no feed, and never anything else."""

from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from feed_poller.parse import NotAFeedError, parse
from page_fetcher.extract import extract
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW

PIECES = rb"""
<rss>
<rss version='2.0'>
</rss>
<channel>
<item>
</item>
<feed xmlns='http://www.w3.org/2005/Atom'>
</feed>
<entry>
</entry>
<title>
</title>
<link>
</link>
<link href='//[/'/>
<guid>
</guid>
http://a.example/
<pubDate>
</pubDate>
20 Nov 2026
<content type='xhtml'>
<content type='application/x' mode='base64'>
</content>
<svg>
<![CDATA[
]]>
<!--
-->
<!DOCTYPE x [
&#xD800;
&#99999999999;
&lt;b&gt;
&
<
<?xml encoding='idna'?>
<enclosure url='x.pdf' length='-1'/>
<category term='x'/>
<source url='u'>
<image>
<width>
<textinput>
<author>a@b.example (A)</author>
<media:thumbnail url='x'>
<georss:point>1 x</georss:point>
<itunes:image/>
<psc:chapters><psc:chapter start='1'/>
<dc:date>
<gml:pos>a</gml:pos>
<urlset>
<sitemapindex>
<url>
<loc>
</loc>
</url>
<news:news>
<news:title>
<lastmod>
<!doctype html>
<pre>
&lt;rss&gt;
&lt;item&gt;
&lt;/rss&gt;
{"items":[
{"id":1,
"url":"x"
"title":
},
]}
""".splitlines()
pieces = st.sampled_from([*PIECES, b"\x00", b"\xff\xfe", b" "])
documents = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(pieces, st.binary(max_size=6)), max_size=40).map(b"".join),
    st.lists(pieces, max_size=40).map(lambda all_: b"<rss><channel>" + b"".join(all_)),
    st.text(max_size=200).map(lambda text: text.encode("utf-16-le", "ignore")),
)


@given(
    documents, st.sampled_from([None, "text/xml; charset=utf-7", "x; charset=koi8-r"])
)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_entries_or_no_feed(body, content_type):
    try:
        parsed = parse(
            body, feed=FEED, url=FEED_URL, seen_at=NOW, content_type=content_type
        )
    except NotAFeedError:
        return
    for entry in parsed.entries:
        assert entry.model_dump_json()
        assert entry.published_at is None or entry.published_at.tzinfo is UTC


@given(
    documents,
    st.sampled_from(
        [None, "text/html", "text/plain; charset=utf-16", "application/pdf"]
    ),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_page_or_none(body, content_type):
    page = extract(
        body, content_type=content_type, url="http://a.example/", title_hint=""
    )
    assert page is None or isinstance(page.text, str)


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=5)
)
@settings(deadline=None)
def test_every_item_with_something_in_it_is_an_entry(titles):
    items = "".join(
        f"<item><guid>g{number}</guid>"
        f"<title><![CDATA[{title.replace(']]>', '')}]]></title></item>"
        for number, title in enumerate(titles)
    )
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    assert len(parse(body, feed=FEED, url=FEED_URL, seen_at=NOW).entries) == len(titles)
