"""What `parse` makes of documents, one habit of publishers at a time."""

import re
from datetime import UTC, datetime

import pytest

from communique.errors import UsageError
from communique.identity import fingerprint, release_id, shared_link
from feed_poller import document, reader
from feed_poller.parse import NotAFeedError, parse
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW, rss


def read(body: bytes, **options):
    given = {"feed": FEED, "url": FEED_URL, "seen_at": NOW} | options
    return parse(body, **given)


def only(body: bytes, **options):
    (entry,) = read(body, **options).entries
    return entry


def test_entry_names_who_speaks_and_when_it_was_seen():
    entry = only(rss("<title>One</title>"), backfill=True)
    assert entry.issuer.feed_id == FEED.feed_id
    assert (entry.issuer.ministry, entry.issuer.country) == ("Examples", "IN")
    assert (entry.seen_at, entry.backfill) == (NOW, True)


def test_release_is_known_by_its_link_alone():
    item = "<title>{}</title><link>https://ministry.example/1?utm_source=rss</link>"
    first, second = only(rss(item.format("One"))), only(rss(item.format("Another")))
    assert first.release_id == second.release_id
    assert first.release_id == release_id(
        link="https://ministry.example/1", feed="", guid=None, text=""
    )
    assert first.fingerprint != second.fingerprint == fingerprint("Another", "")


def test_an_item_that_a_document_repeats_reuses_no_link():
    item = "<title>One</title><link>https://ministry.example/1</link><guid>1</guid>"
    twice, once = read(rss(item, item)), only(rss(item))
    assert [entry.release_id for entry in twice.entries] == [once.release_id] * 2
    assert once.link == "https://ministry.example/1"


def test_link_for_many_items_is_no_page_to_visit_and_stays_so():
    items = [
        f"<title>{n}</title><link>https://ministry.example/list</link><guid>g{n}</guid>"
        for n in range(2)
    ]
    both = read(rss(*items))
    assert [entry.link for entry in both.entries] == [None, None]
    assert both.entries[0].release_id == release_id(
        link=shared_link("https://ministry.example/list", "g0"),
        feed=FEED.feed_id,
        guid="g0",
        text="",
    )
    later = read(rss(items[0]), known_reused=both.reused_links)
    assert later.entries[0].release_id == both.entries[0].release_id


@pytest.mark.parametrize(
    ("feed_language", "declared", "expected"),
    [("hi", "en", "hi"), (None, "en_IN", "en-IN"), (None, "English!", None)],
    ids=["as registered", "as declared", "no language tag"],
)
def test_language_is_the_registered_one_or_the_declared_one(
    feed_language, declared, expected
):
    feed = FEED.model_copy(update={"language": feed_language})
    document = rss("<title>One</title>", head=f"<language>{declared}</language>")
    assert only(document, feed=feed).language == expected


@pytest.mark.parametrize(
    ("expected", "declared", "warned"),
    [
        ("en", "hi", ("it says that it is in hi, not en",)),
        ("en", "en-IN", ()),
        ("EN", "en", ()),
        (None, "hi", ()),
        ("en", "English!", ()),
    ],
    ids=["another", "of a country", "in capitals", "none expected", "none told"],
)
def test_a_feed_in_another_language_than_its_registration_says_is_told(
    expected, declared, warned
):
    feed = FEED.model_copy(update={"language": expected})
    document = rss("<title>One</title>", head=f"<language>{declared}</language>")
    assert read(document, feed=feed).warnings == warned


@pytest.mark.parametrize(
    ("feed_zone", "default", "hour", "warned"),
    [
        ("Asia/Kolkata", "UTC", 9, False),
        (None, "Europe/Berlin", 13, False),
        ("Mars/Olympus", "UTC", 14, True),
    ],
    ids=["the feed's zone", "the default", "a zone that is none"],
)
def test_zone_is_assumed_where_none_is_stated(feed_zone, default, hour, warned):
    feed = FEED.model_copy(update={"time_zone": feed_zone})
    document = rss("<title>One</title><pubDate>20 Nov 2026 14:30</pubDate>")
    parsed = read(document, feed=feed, default_zone=default)
    assert parsed.entries[0].published_at.hour == hour
    assert parsed.entries[0].published_zone == "assumed"
    assert bool(parsed.warnings) == warned


def test_zone_that_is_none_is_a_usage_error():
    with pytest.raises(UsageError, match="no time zone"):
        read(rss(), default_zone="Nowhere")


def test_a_clock_a_little_ahead_is_no_date_in_the_future():
    document = rss("<title>One</title><pubDate>23 Nov 2026 12:04:00 GMT</pubDate>")
    assert only(document).published_flags == ()


def test_bad_entries_are_counted_and_cost_nobody_else():
    parsed = read(rss("", "<title>Good</title>", "<pubDate>today</pubDate>"))
    assert [entry.title for entry in parsed.entries] == ["Good"]
    assert parsed.warnings == (
        "skipped 2 of the entries: no title, text, link or guid",
    )


def test_an_entry_that_breaks_us_is_skipped(monkeypatch):
    def broken(*_):
        raise KeyError("surprise")

    monkeypatch.setattr("feed_poller.xml_feed.read_item", broken)
    parsed = read(rss("<title>One</title>"))
    assert parsed.entries == ()
    assert parsed.warnings == ("skipped 1 of the entries: unreadable (KeyError)",)


@pytest.fixture
def narrow_limits(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ENTRIES", 20)
    monkeypatch.setattr(reader._Strict, "most_elements", 200)
    monkeypatch.setattr(reader._Loose, "most_elements", 100)
    monkeypatch.setattr(reader, "MAX_LOOSE_CHARACTERS", 3000)


def test_reading_stops_at_a_number_of_entries(narrow_limits):
    parsed = read(rss(*[f"<title>{n}</title>" for n in range(50)]))
    assert [entry.title for entry in parsed.entries] == [str(n) for n in range(20)]
    assert parsed.warnings == ("too long; only its first 20 entries are read",)


@pytest.mark.parametrize(
    "rest",
    ["<a/>" * 200, "<a></b>" * 200, "<a></b>" + "word " * 1000],
    ids=["elements", "elements of broken XML", "characters of broken XML"],
)
def test_what_was_read_before_a_limit_counts(narrow_limits, rest):
    parsed = read(rss("<title>One</title>", f"<title>Two</title>{rest}"))
    assert [entry.title for entry in parsed.entries] == ["One"]
    assert parsed.warnings[-1] == "too long; only its first 1 entries are read"


@pytest.mark.parametrize(
    "end",
    ["", "<item><title>Cut</title>", "<item><title>Cut &"],
    ids=["after an entry", "within the next entry", "within a word"],
)
def test_a_long_feed_that_breaks_late_is_read_up_to_there(monkeypatch, end):
    monkeypatch.setattr(reader._Loose, "most_elements", 100)
    head, item = "<rss version='2.0'><channel>", "<item><title>One</title></item>"
    parsed = read(f"{head}{item * 60}{end}</rss".encode())
    assert len(parsed.entries) == 60
    assert parsed.warnings == (
        "not well-formed XML; read as well as it can be",
        "too long; only its first 60 entries are read",
    )


@pytest.mark.parametrize(
    ("limit", "rest"),
    [
        ("MAX_DEPTH", "<a>" * 9 + "</a>" * 9),
        ("MAX_PIECES", "word <?x ?>" * 9),
    ],
)
def test_entry_beyond_a_limit_of_xml_costs_only_itself(monkeypatch, limit, rest):
    monkeypatch.setattr(reader, limit, 8)
    parsed = read(rss("<title>One</title>", f"<title>Two</title>{rest}"))
    assert [entry.title for entry in parsed.entries] == ["One"]


@pytest.mark.parametrize(
    ("limit", "entry"),
    [
        ("_MAX_ATTRIBUTES", "<title a='1' b='2' c='3'>One</title>"),
        ("_MAX_NAMESPACES", "<title xmlns:a='1' xmlns:b='2' xmlns:c='3'>One</title>"),
        (
            "_MAX_BASE_LENGTH",
            "<a xml:base='http://a.example/'><b/></a><title>One</title>",
        ),
        ("_MAX_AUTHOR_LENGTH", "<title>One</title><author>a@b.example</author>"),
        ("_MAX_TAGS", "<title>One</title>" + "<category>c</category>" * 5),
    ],
)
def test_what_is_beyond_other_limits_costs_no_entry(monkeypatch, limit, entry):
    monkeypatch.setattr(reader, limit, 2)
    assert only(rss(entry)).title == "One"


def test_a_tag_longer_than_tags_are_ends_the_document(monkeypatch):
    monkeypatch.setattr(document, "_GIANT", re.compile("<[a-z][^<>]{100}"))
    parsed = read(rss("<title>One</title>", f"<title a='{'x' * 200}'>Two</title>"))
    assert [entry.title for entry in parsed.entries] == ["One"]
    with pytest.raises(NotAFeedError, match="first entry is too long"):
        read(rss(f"<title a='{'x' * 200}'>Two</title>"))


def test_overlong_values_are_kept_short():
    address = "https://ministry.example/" + "x" * 2048
    entry = only(
        rss(
            f"<title>{'t' * 5000}</title><link>{address}</link><guid>{address}</guid>"
            f"<description>{'d' * 1_000_100}</description>"
        )
    )
    assert (len(entry.title), len(entry.text)) == (2000, 1_000_000)
    assert entry.link is None
    assert len(entry.guid) == 32


def test_feed_without_title_has_the_registered_one():
    assert read(rss(head="")).title == FEED.title


def test_channel_rights_count_for_its_entries():
    document = rss("<title>One</title>", head="<copyright>&#169; State</copyright>")
    assert only(document).rights == "© State"


def test_surrogates_and_null_characters_do_not_reach_an_event():
    document = rss("<title>A&#xD800;B&#0;C</title><broken>")
    assert only(document).title == "ABC"
    assert only(document).model_dump_json()


def test_longest_content_is_the_text():
    document = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>
    <summary>Short.</summary><content type="text">A &lt;long&gt; one &amp;amp;
    more.</content><content type="html">&lt;p&gt;Mid&lt;/p&gt;</content></entry>
    </feed>"""
    assert only(document).text == "A <long> one &amp;\nmore."


def test_broken_addresses_are_left_out():
    entry = only(
        rss(
            "<title>One</title><link>http://[::1</link><guid>1</guid>"
            "<enclosure url='http://[::1'/><enclosure url='ftp://a.example/x'/>"
        )
    )
    assert (entry.link, entry.link_as_published, entry.attachments) == (None, None, ())


def test_pdf_is_the_link_where_there_is_no_other():
    document = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>
    <link rel="alternate" type="application/pdf" href="/one.pdf"/></entry></feed>"""
    assert only(document).link == "https://ministry.example/one.pdf"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{}", "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b"<svg/>", "XML or HTML"),
        (b"plain words", "neither RSS"),
        (b"An article about <rss> and nothing else", "without an entry"),
        (b"<html><head><title>Log &amp; in</title></head></html>", "'Log & in'"),
        (b"<!doctype html><p>hello", "an HTML page, not a feed"),
        (b"<feed>", "without an entry"),
        (b"\x00\xff\xfe\x01", "neither RSS"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_what_is_no_feed_is_told_in_words(body, words):
    with pytest.raises(NotAFeedError, match=words):
        read(body)


def test_whatever_feedparser_raises_is_no_feed(monkeypatch):
    def broken(_text, **_):
        raise AssertionError("we should not get here!")

    monkeypatch.setattr("feed_poller.xml_feed.read_document", broken)
    with pytest.raises(NotAFeedError, match="cannot be read"):
        read(rss())


@pytest.mark.parametrize("error", [MemoryError], ids=["memory"])
def test_our_own_trouble_is_let_out(monkeypatch, error):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr("feed_poller.xml_feed.read_item", broken)
    with pytest.raises(error):
        read(rss("<title>One</title>"))
    monkeypatch.setattr("feed_poller.xml_feed.read_document", broken)
    with pytest.raises(error):
        read(rss())


def test_parse_is_deterministic_and_dates_are_utc():
    document = rss("<title>One</title><pubDate>20 Nov 2026 10:00 +0530</pubDate>")
    assert read(document) == read(document)
    assert only(document).published_at == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
