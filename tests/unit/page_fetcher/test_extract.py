"""What a reader sees of a page."""

from datetime import UTC, datetime

import pytest

from page_fetcher import extract as module
from page_fetcher.extract import Extracted, extract

URL = "https://ministry.example/en/news/1.html"
ARTICLE = """
<article><h1>Cabinet approves the scheme</h1>
<p>The Cabinet today approved a scheme for rice, which was announced in March.</p>
<p>It will cost <b>ten</b> crore rupees, and is open to farmers in all districts.</p>
<script>track()</script>
<p>Farmers find the conditions in the <a href="../files/Scheme%20A.PDF?x=1#page=2">text
of the scheme</a>, and what was paid so far in a
<a href="/files/table.xlsx">table</a>, which is brought up to date every month.</p>
</article>"""
PAGE = f"""<!doctype html><html lang="en_IN"><head><title>Scheme | Ministry</title>
<meta property="og:title" content="Cabinet approves the scheme &amp; more">
<meta property="article:published_time" content="2026-11-20T14:30:00+05:30">
</head><body><nav><a href="/menu.pdf">Menu</a> Home About Contact</nav>{ARTICLE}
<footer>Copyright of the ministry <a href="/imprint.pdf">Imprint</a></footer>
</body></html>"""


def read(body, content_type="text/html", url=URL, title_hint="", **options):
    if isinstance(body, str):
        body = body.encode()
    return extract(
        body, content_type=content_type, url=url, title_hint=title_hint, **options
    )


def test_article_is_read_a_paragraph_a_line_without_what_stands_around():
    page = read(PAGE)
    assert page.text.splitlines() == [
        "Cabinet approves the scheme",
        "The Cabinet today approved a scheme for rice, which was announced in March.",
        "It will cost ten crore rupees, and is open to farmers in all districts.",
        "Farmers find the conditions in the text of the scheme, and what was paid so "
        "far in a table, which is brought up to date every month.",
    ]


def test_page_says_what_it_is():
    page = read(PAGE)
    assert page.title == "Cabinet approves the scheme & more"
    assert page.language == "en-IN"
    assert page.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_documents_that_the_article_links_to_are_its_attachments():
    assert [(one.url, one.media_type) for one in read(PAGE).attachments] == [
        ("https://ministry.example/en/files/Scheme%20A.PDF?x=1", "application/pdf"),
        (
            "https://ministry.example/files/table.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ]


@pytest.mark.parametrize(
    ("page", "addresses"),
    [
        ("<base href='https://cdn.example/x/'><a href='a.pdf'>a</a>", ["x/a.pdf"]),
        ("<p><a href='/a.pdf'>a</a><a href='/a.pdf#p2'>b</a>", ["a.pdf"]),
        ("<aside><a href='/a.pdf'>a</a></aside><p>x", []),
        ("<a href='mailto:a.pdf'>x</a><a>y</a><a href='//[/a.pdf'>z</a>", []),
        (f"<a href='/{'a' * 2048}.pdf'>a</a>", []),
        ("".join(f"<a href='/{n}.pdf'>a</a>" for n in range(80)),
         [f"{n}.pdf" for n in range(50)]),
    ],
    ids=["base", "each once", "around", "no address", "long", "many"],
)  # fmt: skip
def test_attachments_are_absolute_each_once_and_not_too_many(page, addresses):
    found = read(page, url="https://cdn.example/").attachments
    assert [one.url for one in found] == [f"https://cdn.example/{a}" for a in addresses]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Window</title>", "<h1>The <i>one</i> heading</h1>", "The one heading"),
        ("<title>Window</title>", "<h1>Site</h1><h1>Release</h1>", "Window"),
        ("", "<h1></h1>", "As the feed has it"),
    ],
    ids=["heading", "two headings", "none"],
)
def test_title_is_the_best_that_the_page_has(head, body, title):
    page = f"<html><head>{head}</head><body>{body}<p>Text.</p></body></html>"
    assert read(page, title_hint="As the feed has it").title == title


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-11-20T14:30:00Z", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("2026-11-20T14:30:00", None),
        ("2026-11-20", None),
        ("0001-01-01T00:00:00+00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("20 November", None),
    ],
)
def test_only_a_time_with_its_zone_counts_as_published(value, found):
    page = (
        f"<html><head><meta name='DCTERMS.issued' content='{value}'></head><p>x</html>"
    )
    assert read(page).published_at == found


def test_language_that_is_no_tag_is_none():
    assert read("<html lang='English!'><p>x</html>").language is None


def test_short_release_without_an_article_is_read_too():
    page = "<html><body><nav>Home</nav><p>Office closed on Friday.</p></body></html>"
    assert read(page).text == "Office closed on Friday."


def test_page_without_any_text_has_none():
    page = "<html><head><title>T</title></head><body><nav>x</nav><p></p></body></html>"
    assert read(page) == Extracted(title="T", text="")


def test_page_with_too_many_tags_is_read_plainly(monkeypatch):
    monkeypatch.setattr(module, "MAX_TAGS", 5)
    main = "<main><header>Title</header><p>One.</p><p>Two.</p></main>"
    page = f"<html><body><header>Site</header>{main}<aside>x</aside></body></html>"
    assert read(page).text == "Title\nOne.\nTwo."
    article = f"<html><body><p>Around</p><article>{main}</article></body></html>"
    assert read(article).text == "Title\nOne.\nTwo."
    body = "<html><body><p>One</p><nav>Home</nav>Two<p>Three</p></body></html>"
    assert read(body).text == "One\nTwo\nThree"


RUSSIAN = "Министерство сообщает о поправках к закону"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (RUSSIAN.encode("cp1251"), "text/plain"),
        (RUSSIAN.encode(), "text/plain; charset=x"),
        (RUSSIAN.encode("utf-16"), None),
        (RUSSIAN.encode("koi8-r"),
         "text/plain; charset=koi8-r"),
    ],
    ids=["guessed", "UTF-8 whatever is said", "UTF-16", "as the server says"],
)  # fmt: skip
def test_plain_text_is_read_as_it_is(body, content_type):
    page = read(body, content_type)
    assert page == Extracted(
        title=RUSSIAN,
        text=RUSSIAN,
    )


def test_title_of_a_plain_text_is_the_given_one_or_its_first_line():
    text = b"Heading\r\n\r\n  Body  text\x07\r\nmore"
    assert read(text, "text/plain").title == "Heading"
    page = read(text, "text/plain", title_hint="Given")
    assert (page.title, page.text) == ("Given", "Heading\nBody text\nmore")


def test_encoding_in_the_page_counts_where_the_server_is_silent():
    page = "<html><meta charset='windows-1251'><p>Указ президента</p></html>"
    assert read(page.encode("cp1251")).text == "Указ президента"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"%PDF-1.7", "text/html"),
        (b"PK\x03\x04", None),
        (b"\x00\x01\x02", None),
        (b"{}", "application/json"),
        (b"<rss/>", "text/xml"),
        (b"<?xml version='1.0'?><a/>", None),
    ],
)
def test_what_is_neither_html_nor_text_is_left_alone(body, content_type):
    assert read(body, content_type) is None


@pytest.mark.parametrize(
    "content_type", [None, "application/xhtml+xml", "text/plain", "text/xml"]
)
def test_html_is_known_by_its_look(content_type):
    assert read(PAGE, content_type).language == "en-IN"


def test_pictures_inside_a_page_do_not_make_it_too_large():
    picture = f"<img src='data:image/png;base64,{'A' * 20_000}'>"
    page = f"<html><body>{picture}<p>Text.</p></body></html>"
    assert read(page, max_bytes=10_000).text == "Text."
    assert read(page + "x" * 10_000, max_bytes=10_000) is None


def test_text_that_fits_into_no_event_is_left_alone():
    assert read("я" * 5000, "text/plain", max_bytes=10_000) is not None
    assert read("я" * 5001, "text/plain", max_bytes=10_000) is None


def test_page_that_breaks_the_analysis_is_still_text(monkeypatch):
    def broken(*_, **__):
        raise RecursionError

    monkeypatch.setattr(module.trafilatura, "extract", broken)
    assert read("<p>One</p><p>Two</p>", title_hint="T") == Extracted("T", "One\nTwo")


def test_memory_is_our_own_trouble(monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr(module.trafilatura, "extract", full)
    with pytest.raises(MemoryError):
        read(PAGE)


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"<!--" * 100_000, b"<div>" * 500_000, b"<a href=x.pdf>" * 40_000,
     b"&amp;" * 100_000, b"<p>x" * 100_000,
     b"<p " + b" ".join(b"a%d" % n for n in range(100_000)) + b">x"],
    ids=["empty", "one", "comments", "nested", "links", "references", "paragraphs",
         "attributes"],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_hostile_pages_take_little_time(body):
    assert isinstance(read(body), Extracted)
