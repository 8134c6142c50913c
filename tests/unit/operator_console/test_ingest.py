"""A file as an entry."""

from datetime import UTC, datetime

import pytest

from communique.codec import Message, decode
from communique.errors import UsageError
from communique.events import Entry
from communique.identity import partition_for
from communique.topics import Naming
from operator_console.ingest import MAX_BODY_BYTES, Facts, entry_of, ingest_record
from page_fetcher.extract import extract

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TEXT = b"Ministers meet\n\nHealth ministers met in Nairobi about vaccination.\n"
HTML = (
    "<!doctype html><html lang='fr'><head><meta charset='{charset}'>"
    "<title>Le ministère</title></head><body><article><h1>Le ministère</h1>"
    "<p>Le ministère de la santé a publié un communiqué sur l’été.</p></article>"
    "</body></html>"
)


def entry(data=TEXT, name="file.txt", **facts):
    return entry_of(name, data, Facts(**facts), seen_at=NOW)


@pytest.mark.parametrize(
    ("name", "data", "facts", "title"),
    [
        pytest.param("f.txt", TEXT, {}, "Ministers meet", id="headline"),
        pytest.param("f.txt", TEXT, {"title": "Given"}, "Given", id="given"),
        pytest.param("dir/note-17.txt", b"One line.", {}, "note-17", id="name"),
        pytest.param("f.txt", b"a\nb\nc", {}, "f", id="no blank line"),
        pytest.param(
            "f.txt", b"x" * 201 + b"\n\nText", {}, "f", id="too long for a headline"
        ),
        pytest.param("f.txt", b"\r\nHead\r\n\r\nText", {}, "Head", id="crlf"),
        pytest.param(
            "f.txt",
            b"\xef\xbb\xbfHead\n\nText",
            {},
            "Head",
            id="bom",
        ),
        pytest.param(
            "f.html",
            HTML.format(charset="utf-8").encode(),
            {},
            "Le ministère",
            id="html",
        ),
        pytest.param(
            "f",
            HTML.format(charset="utf-8").encode(),
            {},
            "Le ministère",
            id="html inside",
        ),
    ],
)
def test_a_title_is_given_or_found(name, data, facts, title):
    assert entry(data, name, **facts).title == title


def test_the_same_file_twice_is_one_release_and_another_is_another():
    assert entry().release_id == entry(name="other.txt").release_id
    assert entry().release_id != entry(TEXT + b"More.").release_id


def test_an_address_is_the_identity_where_there_is_one():
    one = entry(url="HTTPS://X.Example/a?utm_source=mail#top")
    other = entry(b"Other text.", url="https://x.example/a")
    assert one.link == "https://x.example/a"
    assert one.release_id == other.release_id


def test_what_a_person_says_is_taken():
    at = datetime(2026, 5, 1, tzinfo=UTC)
    one = entry(ministry="Health", country="ke", language="en", published_at=at)
    assert (one.issuer.title, one.issuer.country, one.language) == (
        "Health",
        "KE",
        "en",
    )
    assert (one.published_at, one.published_zone, one.published_flags) == (
        at, "stated", (),
    )  # fmt: skip
    assert one.backfill


def test_without_a_date_it_says_so():
    assert entry().published_flags == ("missing",)
    assert entry().published_zone is None


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"", "no text in a.txt"),
        ("a.txt", b" \n\t ", "no text"),
        ("a.pdf", b"%PDF-1.7 \x00\x01", "give a text or an HTML file"),
        ("a.txt", b"\x00\x01\x02", "no text"),
        ("a.html", b"<html><body></body></html>", "no text"),
    ],
    ids=["empty", "blank", "pdf", "binary", "empty page"],
)
def test_a_file_without_text_is_refused_with_a_sentence(name, data, sentence):
    with pytest.raises(UsageError, match=sentence):
        entry(data, name)


@pytest.mark.parametrize("url", ["ftp://x/a", "nonsense:x", "https://x.example:99999/"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(UsageError, match="no http or https address"):
        entry(url=url)


def read_again(one):
    """Return the text as page_fetcher reads it."""
    return extract(
        one.body.encode(),
        content_type=f"{one.body_media_type}; charset=utf-8",
        url=one.link,
        title_hint=one.title,
    ).text


@pytest.mark.parametrize(
    "charset",
    [
        "utf-8",
        "iso-8859-1",
    ],
)
def test_a_page_arrives_as_it_was_written(charset):
    page = HTML.format(charset=charset).replace("’", "'")
    one = entry(page.encode(charset), "a.html")
    assert "Le ministère de la santé a publié" in read_again(one)


def test_a_page_with_large_pictures_inside_travels_as_its_text():
    picture = "<img src='data:image/png;base64," + "A" * MAX_BODY_BYTES + "'>"
    page = HTML.format(charset="utf-8").replace("<p>", f"{picture}<p>")
    one = entry(page.encode(), "a.html")
    assert one.body_media_type == "text/plain"
    assert "Le ministère de la santé" in read_again(one)
    assert len(one.body) < 1000


@pytest.mark.parametrize(
    ("url", "key"), [(None, "ingest"), ("https://x.example/a", "x.example:443")]
)
def test_the_record_goes_where_the_page_fetcher_looks(url, key):
    one = entry(url=url)
    record = ingest_record(one, Naming())
    assert (record.topic, record.key) == ("communique.entries", key.encode())
    assert record.partition == partition_for(key, 12)
    read = Message(record.topic, 0, 0, record.key, record.value, dict(record.headers))
    assert decode(read, Entry) == one
    assert ingest_record(entry(url=url), Naming()) == record
