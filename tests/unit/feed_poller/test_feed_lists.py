"""Lists of feeds written and read back: OPML for feed readers, CSV for spreadsheets."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.errors import UsageError
from communique.events import Feed, Selectors
from communique.identity import feed_id, host_key
from feed_poller.declared import declared_feed
from feed_poller.feed_csv import csv_from_feeds, feeds_from_csv
from feed_poller.opml import feeds_from_opml, opml_from_feeds
from tests.unit.feed_poller.examples import NOW

words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")
    ),
    min_size=1,
    max_size=20,
).map(lambda text: " ".join(text.split()))
lines = words.filter(bool)
numbers = st.floats(1, 86_400).map(lambda number: float(f"{number:g}"))


COLUMNS = [
    *("tier", "x-y", "Owner, since", "1st", "text", "XMLURL", "xmlns", "Straße", "a:b"),
    *(
        "_x0041_",
        "_xD800_",
        "_xFFFFFF_",
        "_x",
        "url",
        "Folder",
        "folderAttributes",
        " title",
        "=1+1",
        "{https://reader.example/opml}priority",
        "{",
        "\U0001f600",
    ),
]
folders = st.sampled_from(["Policy / Law", "/", "\\/", "a /", "Trade/Industry"])


@st.composite
def feeds(draw: st.DrawFn) -> list[Feed]:
    paths = draw(st.lists(st.integers(0, 999), unique=True, max_size=5))
    made = []
    for path in paths:
        url = f"https://ministry.example/{path}.rss"
        kind = draw(st.sampled_from(["feed", "html", "sitemap"]))
        made.append(
            Feed(
                feed_id=feed_id(url),
                url=url,
                title=draw(lines),
                ministry=draw(st.none() | lines),
                country=draw(st.sampled_from([None, "IN", "KE"])),
                language=draw(st.sampled_from([None, "en", "pt-BR"])),
                time_zone=draw(st.sampled_from([None, "Asia/Kolkata"])),
                interval_seconds=draw(st.none() | numbers),
                expected_entries_a_day=draw(st.none() | numbers),
                paused=draw(st.booleans()),
                kind=kind,
                selectors=Selectors(item="li", date="time") if kind == "html" else None,
                links_under=draw(st.none() | st.just("https://ministry.example/")),
                folder=tuple(draw(st.lists(lines | folders, max_size=2))),
                attributes=draw(st.dictionaries(st.sampled_from(COLUMNS), lines)),
                registered_at=NOW,
            )
        )
    return [_with_folder_attributes(draw, feed) for feed in made]


def _with_folder_attributes(draw: st.DrawFn, feed: Feed) -> Feed:
    # A folder that stands twice has what is said of both; here each has its own.
    said = tuple(
        draw(st.dictionaries(st.sampled_from(COLUMNS), lines)) for _ in feed.folder
    )
    if len(feed.folder) == 0 or not any(said):
        return feed
    own = (feed.url, *feed.folder)[: len(said)]
    return feed.model_copy(update={"folder": own, "folder_attributes": said})


def by_url(listed: list[Feed]) -> dict[str, Feed]:
    return {feed.url: feed for feed in listed}


@given(feeds())
def test_what_opml_says_is_read_back_as_it_was(listed: list[Feed]) -> None:
    data = opml_from_feeds(listed, title="All", made_at=NOW)
    assert by_url(feeds_from_opml(data, NOW)) == by_url(listed)


@given(feeds())
def test_what_csv_says_is_read_back_as_it_was(listed: list[Feed]) -> None:
    data = csv_from_feeds(listed)
    assert by_url(feeds_from_csv(data, NOW)) == by_url(listed)


def test_no_cell_of_a_csv_is_a_formula():
    feed = declared_feed(
        "https://a.example/",
        "=cmd|' /C calc'!A0",
        {"note": "+1", "ministry": "@SUM(A1)"},
        where="here",
        registered_at=NOW,
    )
    data = csv_from_feeds([feed])
    assert b"'=cmd" in data
    assert b"'+1" in data
    assert b"'@SUM" in data
    assert feeds_from_csv(data, NOW) == [feed]


@pytest.mark.parametrize(
    ("said", "url"),
    [
        (" https://a.example/rss\n", "https://a.example/rss"),
        ("HTTP://a.example/rss", "HTTP://a.example/rss"),
        ("a.example", "https://a.example"),
        ("a.example:8080/rss?x=http://b", "https://a.example:8080/rss?x=http://b"),
        ("//a.example/rss", "https://a.example/rss"),
        ("http:a.example", None),
        ("http:/a.example/", None),
        ("https://a.example/\x01", None),
        ("a.example/\nrss", None),
        ("mailto:desk@a.example", None),
        ("feeds", None),
        ("", None),
    ],
)
def test_an_address_has_a_scheme_and_no_line_within(said, url):
    if url is None:
        with pytest.raises(UsageError, match="is no http or https address"):
            declared_feed(said, None, {}, where="here", registered_at=NOW)
    else:
        feed = declared_feed(said, None, {}, where="here", registered_at=NOW)
        assert (feed.url, host_key(url).split(":")[0]) == (url, "a.example")


def test_what_xml_has_no_place_for_is_left_out_of_lists():
    data = b"url,title,folder,note,\nhttps://a.example/,a\x01b,\x02c / \x03,\x00d,e\n"
    (feed,) = feeds_from_csv(data, NOW)
    assert (feed.title, feed.folder, feed.attributes) == ("ab", ("c",), {"note": "d"})
    hostile = feed.model_copy(update={"title": "a\uffff", "folder": ("\x01b",)})
    (back,) = feeds_from_opml(opml_from_feeds([hostile], title="", made_at=NOW), NOW)
    assert (back.title, back.folder) == ("a", ("b",))


def test_attributes_of_another_reader_are_kept_with_their_namespace():
    data = (
        b"<opml xmlns:r='https://reader.example/'><body><outline text='A' "
        b"xmlUrl='https://a.example/' r:priority='main'/></body></opml>"
    )
    feeds = feeds_from_opml(data, NOW)
    back = opml_from_feeds(feeds, title="", made_at=NOW)
    assert b"https://reader.example/" in back
    assert b':priority="main"' in back
    assert feeds_from_opml(back, NOW) == feeds


FOLDERS = b"""<opml version="2.0" xmlns:r="https://reader.example/"><body>
<outline text="Asia" r:colour="red" isOpen="true"><outline text="India" created="2020">
<outline text="A" xmlUrl="https://a.example/"/><outline text="B" xmlUrl="b.example"/>
</outline><outline text="C" xmlUrl="c.example"/></outline>
<outline text="D" xmlUrl="d.example"/></body></opml>"""


def test_folders_are_kept_with_what_another_reader_says_of_them():
    feeds = feeds_from_opml(FOLDERS, NOW)
    back = opml_from_feeds(feeds, title="", made_at=NOW)
    asia = {"{https://reader.example/}colour": "red", "isOpen": "true"}
    india = {"created": "2020"}
    assert [feed.folder_attributes for feed in feeds] == [
        (asia, india), (asia, india), (asia,), ()
    ]  # fmt: skip
    assert feeds_from_opml(back, NOW) == feeds
    assert back.count(b'isOpen="true"') == back.count(b':colour="red"') == 1


def test_a_csv_keeps_what_is_said_of_folders():
    feeds = feeds_from_opml(FOLDERS, NOW)
    data = csv_from_feeds(feeds)
    assert b'""isOpen"": ""true""' in data
    assert feeds_from_csv(data, NOW) == feeds


def test_more_than_a_record_can_carry_is_told_with_its_line():
    note = "x" * 400_000
    data = f"<opml><body>\n<outline text='A' note='{note}'>" + "".join(
        f"\n<outline xmlUrl='{number}.example'/>" for number in range(20_000)
    )
    with pytest.raises(UsageError, match=r"^line 3: 400,\d+ characters are"):
        feeds_from_opml(f"{data}</outline></body></opml>".encode(), NOW)


def test_a_folder_that_stands_twice_in_a_list_has_what_is_said_of_both():
    data = (
        b"<opml><body>"
        b"<outline text='Asia' a='1'><outline xmlUrl='a.example'/></outline>"
        b"<outline text='Asia' b='2'><outline xmlUrl='b.example'/></outline>"
        b"</body></opml>"
    )
    back = opml_from_feeds(feeds_from_opml(data, NOW), title="", made_at=NOW)
    assert b'<outline text="Asia" a="1" b="2">' in back


def test_a_table_of_a_person_is_read_whatever_the_case_of_its_columns():
    data = (
        "\ufeffURL,Title,timezone,Folder,Owner\r\n"
        'https://a.example/rss,"News, all",Asia/Kolkata,Asia / India,Ann\r\n'
        ",,,,\r\n"
        "https://a.example/rss,Again,,,\r\n"
    ).encode()
    (feed,) = feeds_from_csv(data, NOW)
    assert (feed.title, feed.time_zone) == ("News, all", "Asia/Kolkata")
    assert (feed.folder, feed.attributes) == (("Asia", "India"), {"Owner": "Ann"})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "names no column url"),
        (b"title\nA\n", "names no column url"),
        (b"url\n\xff\xfe\n", "not in UTF-8"),
        (b'url\n"http://a.example', "line 1: this is no CSV"),
        (b"url\nftp://a.example\n", "line 2: 'ftp://a.example'"),
        (b"url\nhttps://u:p@a.example/\n", "line 2: an address with a name and"),
        (b"url,country\nhttp://a.example,India\n", "line 2: country 'India'"),
        (b"url,linksUnder\nhttp://a.example," + b"x" * 2049, "more than 2048"),
        (b"url,kind\nhttp://a.example,ftp\n", "line 2: kind 'ftp'"),
        (b"url,kind\nhttp://a.example,html\n", "line 2: a page is read by"),
        (b"url,paused\nhttp://a.example,maybe\n", "line 2: paused 'maybe'"),
        (b"url,folderAttributes\na.example,[1]\n", "folderAttributes '\\[1\\]' is no"),
        (b"url,note\na.example," + b"x" * 10_001, "characters are said of one feed"),
        (b"url,minInterval,maxInterval\nhttp://a.example,9,8\n", "above maxInterval"),
        (
            b"url,expectedEntriesADay\nhttp://a.example,-1\n",
            "line 2: expectedEntriesADay '-1'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_csv_cannot_say_is_told_with_its_line(data, sentence):
    with pytest.raises(UsageError, match=sentence):
        feeds_from_csv(data, NOW)


def test_an_opml_file_is_dated_in_utc():
    made_at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert b"Mon, 04 May 2026 09:30:00 GMT" in opml_from_feeds(
        [], title="All", made_at=made_at
    )
