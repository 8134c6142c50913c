"""Where a home page's feeds may be."""

import pytest

from feed_poller.discover import MOST, announced_feeds, usual_addresses

PAGE = "https://ministry.example/news/index.html"


def page(*parts: str) -> bytes:
    return f"<html><head>{''.join(parts)}</head></html>".encode()


ALTERNATE = '<link rel="alternate" type="{}" href="{}">'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(
            page(ALTERNATE.format("application/rss+xml", "/rss.xml")),
            ("https://ministry.example/rss.xml",),
            id="rss",
        ),
        pytest.param(
            page(ALTERNATE.format("Application/Atom+XML; charset=utf-8", "a.atom")),
            ("https://ministry.example/news/a.atom",),
            id="atom, with parameters, relative",
        ),
        pytest.param(
            page(
                '<base href="https://cdn.example/x/">',
                ALTERNATE.format("application/feed+json", "f.json"),
            ),
            ("https://cdn.example/x/f.json",),
            id="a base of its own",
        ),
        pytest.param(
            page(
                ALTERNATE.format("text/html", "/fr"),
                '<link rel="stylesheet" type="application/rss+xml" href="/s">',
            ),
            (),
            id="what is another language or no alternate",
        ),
        pytest.param(
            page(ALTERNATE.format("application/rss+xml", "javascript:alert(1)")),
            (),
            id="no address",
        ),
        pytest.param(
            b"<p><a href='/rss'>RSS</a> <a href='/feeds/all.xml?x=1'>x</a>"
            b"<a href='/a.xml'>no</a> <a href='/rss'>again</a></p>",
            (
                "https://ministry.example/rss",
                "https://ministry.example/feeds/all.xml?x=1",
            ),
            id="plain links",
        ),
        pytest.param(
            page(
                '<base href="http://[half">',
                "<a href='http://[half/rss'>x</a> <a href='/rss'>RSS</a>",
            ),
            ("https://ministry.example/rss",),
            id="half of an address",
        ),
        pytest.param(b"", (), id="nothing"),
        pytest.param(b"\x00\xff" * 50, (), id="no page"),
    ],
)
def test_a_page_announces_its_feeds(body, found):
    assert announced_feeds(body, PAGE, "text/html") == found


def test_a_page_of_links_is_not_read_without_end():
    body = page(*(ALTERNATE.format("application/rss+xml", f"/{n}") for n in range(99)))
    assert len(announced_feeds(body, PAGE, None)) == MOST


def test_the_usual_places_are_below_the_page_and_at_the_root():
    addresses = usual_addresses("https://ministry.example/press/?lang=en#top")
    assert addresses[0] == "https://ministry.example/press/feed"
    assert "https://ministry.example/rss.xml" in addresses
    assert len(set(addresses)) == len(addresses)
