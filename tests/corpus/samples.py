"""Sound documents of every format, all with the same entries: to be broken."""

import json
from collections.abc import Callable

ITEMS = 6
TITLES = tuple(
    f"Release {number}: ministry & people “agree”" for number in range(1, ITEMS + 1)
)


def rss(titles: tuple[str, ...] = TITLES, extra: str = "") -> str:
    items = "".join(
        f"\n<item>\n<title>{xml(title)}</title>\n"
        f"<link>https://ministry.example/r/{n}</link>\n"
        f'<guid isPermaLink="false">r-{n}</guid>\n'
        f"<pubDate>Mon, {10 + n} Nov 2026 0{n}:30:00 +0530</pubDate>\n"
        f"<category>Health</category>{extra}\n"
        f"<description><![CDATA[<p>The text of <b>release</b> {n}.</p>]]>"
        "</description>\n</item>"
        for n, title in enumerate(titles, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        "<channel>\n<title>Ministry of Examples</title>\n"
        "<link>https://ministry.example/</link>\n<language>en</language>"
        f"{items}\n</channel>\n</rss>\n"
    )


def atom(titles: tuple[str, ...] = TITLES) -> str:
    entries = "".join(
        f"\n<entry>\n<id>tag:ministry.example,2026:{n}</id>\n"
        f"<title>{xml(title)}</title>\n"
        f'<link rel="alternate" href="https://ministry.example/r/{n}"/>\n'
        f"<updated>2026-11-{10 + n}T0{n}:30:00+05:30</updated>\n"
        f'<summary type="html">&lt;p&gt;The text of release {n}.&lt;/p&gt;</summary>'
        "\n</entry>"
        for n, title in enumerate(titles, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        "<title>Ministry of Examples</title>\n<id>urn:example</id>"
        f"{entries}\n</feed>\n"
    )


def json_feed(titles: tuple[str, ...] = TITLES) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Ministry of Examples",
            "language": "en",
            "items": [
                {
                    "id": f"r-{n}",
                    "url": f"https://ministry.example/r/{n}",
                    "title": title,
                    "content_html": f"<p>The text of <b>release</b> {n}.</p>",
                    "date_published": f"2026-11-{10 + n}T0{n}:30:00+05:30",
                    "tags": ["Health"],
                }
                for n, title in enumerate(titles, 1)
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def news_sitemap(titles: tuple[str, ...] = TITLES) -> str:
    urls = "".join(
        f"\n<url>\n<loc>https://ministry.example/r/{n}</loc>\n<news:news>\n"
        "<news:publication><news:name>Ministry of Examples</news:name>"
        "<news:language>en</news:language></news:publication>\n"
        f"<news:publication_date>2026-11-{10 + n}T0{n}:30:00+05:30"
        "</news:publication_date>\n"
        f"<news:title>{xml(title)}</news:title>\n</news:news>\n</url>"
        for n, title in enumerate(titles, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{urls}\n</urlset>\n"
    )


FORMATS: dict[str, Callable[..., str]] = {
    "rss": rss,
    "atom": atom,
    "json": json_feed,
    "sitemap": news_sitemap,
}


def xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
