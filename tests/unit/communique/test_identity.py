"""Who is who: links, ids, fingerprints, partitions. What stands here never changes."""

import json
import unicodedata
from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import example, given
from hypothesis import strategies as st

from communique.identity import (
    canonical_link,
    feed_id,
    fingerprint,
    host_key,
    partition_for,
    release_id,
    reused_links,
    shared_link,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "corpus/ids.json").read_text())
FEED = "https://ministry.example/feed.xml"


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        pytest.param("HTTP://Www.X.Example/A", "http://www.x.example/A", id="case"),
        pytest.param("https://x.example", "https://x.example/", id="no path"),
        pytest.param("https://x.example./", "https://x.example/", id="root dot"),
        pytest.param("http://x.example:80/a", "http://x.example/a", id="port 80"),
        pytest.param("https://x.example:443/a", "https://x.example/a", id="port 443"),
        pytest.param(
            "https://x.example:80/a", "https://x.example:80/a", id="other's port"
        ),
        pytest.param("https://x.example:8443/", "https://x.example:8443/", id="port"),
        pytest.param("https://x.example:/a", "https://x.example/a", id="empty port"),
        pytest.param("https://x.example/a#top", "https://x.example/a", id="fragment"),
        pytest.param("https://x.example/a?", "https://x.example/a", id="empty query"),
        pytest.param(
            "https://x.example/a/../b/./c", "https://x.example/b/c", id="dots"
        ),
        pytest.param("https://x.example/%7Ea%2fb", "https://x.example/~a%2Fb", id="%"),
        pytest.param("https://x.example/a b", "https://x.example/a%20b", id="space"),
        pytest.param("  https://x.example/a\n", "https://x.example/a", id="around"),
        pytest.param("//x.example/a", "https://x.example/a", id="no scheme"),
        pytest.param(
            "https://münchen.example/ü",
            "https://xn--mnchen-3ya.example/%C3%BC",
            id="idn",
        ),
        pytest.param(
            "https://xn--mnchen-3ya.example/%C3%BC",
            "https://xn--mnchen-3ya.example/%C3%BC",
            id="idn in ascii",
        ),
        pytest.param("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a", id="ipv6"),
        pytest.param("http://192.0.2.1/", "http://192.0.2.1/", id="ipv4"),
        pytest.param(
            "https://x.example/?b=2&a=1", "https://x.example/?b=2&a=1", id="order kept"
        ),
        pytest.param(
            "https://x.example/?a=1&a=1",
            "https://x.example/?a=1&a=1",
            id="repeats kept",
        ),
    ],
)
def test_a_link_has_one_canonical_form(link, canonical):
    assert canonical_link(link) == canonical


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        pytest.param("utm_source=rss&utm_medium=x&id=3", "?id=3", id="utm"),
        pytest.param("id=3&UTM_Campaign=x", "?id=3", id="upper case"),
        pytest.param("fbclid=1&gclid=2&msclkid=3", "", id="clicks only"),
        pytest.param("mc_cid=1&mc_eid=2&a=1", "?a=1", id="mailchimp"),
        pytest.param("cid=1&eid=2&id=3", "?cid=1&eid=2&id=3", id="ids"),
        pytest.param("ref=rss&PRID=2056789", "?ref=rss&PRID=2056789", id="ref, PRID"),
        pytest.param("utm=1&my_utm_source=2", "?utm=1&my_utm_source=2", id="alike"),
        pytest.param("q=utm_source", "?q=utm_source", id="as a value"),
        pytest.param("source=1&campaign=2", "?source=1&campaign=2", id="plain words"),
        pytest.param("page", "?page", id="no value"),
    ],
)
def test_only_what_says_where_a_reader_came_from_is_dropped(query, kept):
    link = canonical_link(f"https://x.example/a?{query}")
    assert link == f"https://x.example/a{kept}"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "   ",
        "/releases/17",
        "#top",
        "http://",
        "https://x.example:99999/",
        "https://x.example:port/",
        "http://[::1/",
        "ftp://x.example/a",
        "mailto:press@x.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "urn:communique:ingest",
        "tel:+49301234",
        f"http://{'a' * 64}.example/",
    ],
)
def test_what_is_no_http_address_has_no_canonical_form(link):
    assert canonical_link(link) is None


links = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "//", "HTTPS://"]),
    st.sampled_from(["x.example", "münchen.example:8443", "[::1]", "a:b@x.example"]),
    st.text(max_size=12).map("/{}".format),
)


@given(links)
@example("https://x.example/a?utm_source=1?utm_medium=2")
@example("https://x.example/%2525")
def test_the_canonical_form_of_a_canonical_link_is_itself(link):
    canonical = canonical_link(link)
    assert canonical_link(canonical) == canonical
    assert host_key(canonical)
    assert canonical.isascii()


@given(st.text(max_size=30) | st.text("htps:/[]@:.%?#x1\\", max_size=20))
def test_whatever_a_feed_calls_a_link_is_canonical_or_none(link):
    canonical = canonical_link(link)
    assert canonical is None or canonical.startswith(("http://", "https://"))


@pytest.mark.parametrize("row", GOLDEN["links"], ids=lambda row: row["link"])
def test_ids_of_links_never_change(row):
    canonical = canonical_link(row["link"])
    assert canonical == row["canonical"]
    found = release_id(link=canonical, feed=FEED, guid="g-1", text="t")
    assert found == row["release_id"]
    assert feed_id(row["link"]) == row["feed_id"]


@pytest.mark.parametrize(
    "row", GOLDEN["without_link"], ids=lambda row: str(row["guid"])
)
def test_ids_without_a_link_never_change(row):
    found = release_id(link=None, feed=row["feed"], guid=row["guid"], text=row["text"])
    assert found == row["release_id"]


@pytest.mark.parametrize("row", GOLDEN["shared_links"], ids=lambda row: row["link"])
def test_ids_of_reused_links_never_change(row):
    link = shared_link(row["link"], row["guid"])
    assert release_id(link=link, feed="", guid=None, text="") == row["release_id"]


@pytest.mark.parametrize("row", GOLDEN["fingerprints"], ids=lambda row: row["parts"][0])
def test_fingerprints_never_change(row):
    assert fingerprint(*row["parts"]) == row["fingerprint"]


def test_a_link_is_enough_for_an_id():
    one = release_id(link="https://x.example/a", feed="f", guid="g", text="t")
    other = release_id(link="https://x.example/a", feed="F", guid=None, text="T")
    assert one == other


def test_a_guid_counts_within_its_feed_only():
    ids = {release_id(link=None, feed=f, guid="1", text="t") for f in ("a", "b")}
    assert len(ids) == 2


def test_a_feed_and_a_release_at_one_address_are_two_things():
    assert feed_id(FEED) != release_id(link=FEED, feed=FEED, guid=None, text="")


def test_a_feed_is_known_by_its_canonical_link():
    assert feed_id("HTTPS://Ministry.example:443/feed.xml#x") == feed_id(FEED)
    assert feed_id("urn:communique:ingest") != feed_id("urn:communique:enrich")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a b", "a \t\n\u00a0 b", id="white space"),
        pytest.param("a b", " a b\n", id="around"),
        pytest.param("é", "e\u0301", id="unicode form"),
        pytest.param("cooperation", "co\u00adoperation", id="soft hyphen"),
        pytest.param("word", "wo\u200brd\ufeff", id="zero width"),
        pytest.param("abc", "a\u202ebc\u202c", id="bidi"),
        pytest.param("ab", "a\x00b", id="control"),
        pytest.param("1/2 fi", "1/2 ﬁ", id="ligature"),
    ],
)
def test_what_no_reader_sees_makes_no_new_fingerprint(one, other):
    assert fingerprint("t", one) == fingerprint("t", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("ab", ""), ("a", "b"), id="border of the parts"),
        pytest.param(("a", "b"), ("b", "a"), id="order"),
        pytest.param(("a b",), ("ab",), id="a space"),
        pytest.param(("A",), ("a",), id="case"),
        pytest.param(("a",), ("a", ""), id="an empty part"),
        pytest.param(("1",), ("2",), id="a digit"),
    ],
)
def test_what_a_reader_sees_makes_a_new_fingerprint(one, other):
    assert fingerprint(*one) != fingerprint(*other)


@given(st.text(max_size=40))
def test_a_fingerprint_is_the_same_in_every_unicode_form(text):
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    assert {fingerprint(form) for form in forms} == {fingerprint(text)}


@given(st.text(max_size=30), st.text("\u200b\u00ad\ufeff\u2060", max_size=3))
def test_invisible_characters_at_the_ends_make_no_new_fingerprint(text, invisible):
    assert fingerprint(invisible + text + invisible) == fingerprint(text)


def test_an_invisible_character_before_an_accent_makes_no_new_fingerprint():
    assert fingerprint("Me\u00ad\u0301xico") == fingerprint("Me\u0301xico")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://x.example/a", "x.example:443"),
        ("http://x.example/a", "x.example:80"),
        ("https://x.example:8443/", "x.example:8443"),
        ("https://user:pw@X.Example/", "x.example:443"),
        ("http://[::1]:81/", "::1:81"),
    ],
)
def test_politeness_goes_by_host_and_port(url, key):
    assert host_key(url) == key


@pytest.mark.parametrize("url", ["", "urn:communique:ingest", "/a", "https://x:99999/"])
def test_what_has_no_host_has_no_host_key(url):
    with pytest.raises(ValueError, match=r"host|[Pp]ort"):
        host_key(url)


@given(st.text(max_size=40), st.integers(1, 40))
def test_partitions_are_those_of_every_kafka_client(key, count):
    partitions = list(range(count))
    chosen = DefaultPartitioner()(key.encode(), partitions, partitions)
    assert partition_for(key, count) == chosen


def test_only_links_of_more_than_one_entry_are_reused():
    assert reused_links(["a", None, "b", "a", None, "a"]) == {"a"}
