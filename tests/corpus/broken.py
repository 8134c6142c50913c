"""
Feeds broken by rule: what servers, editors and hostile people make of sound ones.

Every case is made anew, the same for ever: chance is seeded. `titles` are what a
careful reader can still tell from the document; None if that cannot be said.
"""

import codecs
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.corpus.samples import FORMATS, ITEMS, TITLES, json_feed, rss, xml


@dataclass(frozen=True)
class Broken:
    name: str
    body: bytes
    content_type: str | None = None
    titles: tuple[str, ...] | None = None
    """All titles, in their order; () means that it is no feed or has no entry."""


def broken() -> Iterator[Broken]:
    """Yield every case that is small; the heavy ones are `heavy`."""
    yield from _encodings()
    yield from _truncated()
    yield from _led_and_trailed()
    yield from _within_pages()
    yield from _references()
    yield from _structures()
    yield from _dates()
    yield from _noise()


def _encodings() -> Iterator[Broken]:
    words = {
        "windows-1252": ("Énergie : décret n° 5", "Santé “publique” – bilan"),
        "iso-8859-1": ("Énergie : décret n° 5", "Año nuevo: ayudas"),
        "iso-8859-2": ("Ministerstwo: sześć nowych dróg", "Źródła energii"),
        "windows-1251": ("Заявление министерства", "Новости здравоохранения"),
        "koi8-r": ("Заявление министерства", "Новости здравоохранения"),
        "gb18030": ("卫生部发布公告", "财政部关于预算的通知"),
        "gb2312": ("卫生部发布公告", "财政部关于预算的通知"),
        "big5": ("衛生部發布公告", "財政部關於預算"),
        "shift_jis": ("厚生労働省の発表", "予算について"),
        "euc-jp": ("厚生労働省の発表", "予算について"),
        "euc-kr": ("보건복지부 발표", "예산 공고"),
        "utf-16": ("स्वास्थ्य मंत्रालय", "Énergie"),
        "utf-16-le": ("स्वास्थ्य मंत्रालय", "Énergie"),
        "utf-16-be": ("स्वास्थ्य मंत्रालय", "Énergie"),
        "utf-32": ("स्वास्थ्य मंत्रालय", "Énergie"),
        "utf-8-sig": ("स्वास्थ्य मंत्रालय", "Énergie"),
    }
    for encoding, titles in words.items():
        for name in ("rss", "atom"):
            text = FORMATS[name](titles)
            body = text.replace("UTF-8", encoding).encode(encoding)
            yield Broken(f"{name} in {encoding}, declared", body, titles=titles)
        bare = re.sub(r"<\?xml.*?\?>", "", rss(titles)).encode(encoding)
        yield Broken(
            f"rss in {encoding}, said by the server alone",
            bare,
            f"text/xml; charset={encoding}",
            titles,
        )
        utf = encoding.startswith("utf")
        wrong = rss(titles).encode(encoding)
        yield Broken(
            f"rss in {encoding}, declared UTF-8", wrong, titles=titles if utf else None
        )
    for encoding in ("ascii", "utf-16", "no-such", "idna", "utf-7", "rot13"):
        text = rss().replace("UTF-8", encoding)
        yield Broken(f"UTF-8 declared {encoding}", text.encode(), titles=TITLES)
    twice = rss(("Énergie",)).encode().decode("latin-1").encode()
    yield Broken("UTF-8 encoded twice", twice)
    for name in ("json", "sitemap"):
        body = codecs.BOM_UTF8 + FORMATS[name]().encode()
        yield Broken(f"{name} with a byte order mark", body, titles=TITLES)
    marks = codecs.BOM_UTF8 * 2 + rss().encode()
    yield Broken("two byte order marks", marks, titles=TITLES)


def _truncated() -> Iterator[Broken]:
    """Cut at the beginning, in and at the end of every structure of the third entry."""
    marks = {
        "rss": (
            "<item>",
            "<title>",
            "<link>",
            "<guid",
            "<pubDate>",
            "<![CDATA[",
            "]]>",
            "</description>",
            "</item>",
        ),
        "atom": (
            "<entry>",
            "<id>",
            "<title>",
            "<link",
            "<updated>",
            "<summary",
            "</summary>",
            "</entry>",
        ),
        "sitemap": (
            "<url>",
            "<loc>",
            "<news:news>",
            "<news:publication_date>",
            "<news:title>",
            "</news:title>",
            "</url>",
        ),
    }
    for name, found in marks.items():
        text = FORMATS[name]()
        third = [match.start() for match in re.finditer(re.escape(found[0]), text)][2]
        for mark in found:
            start = text.index(mark, third)
            for place, end in (
                ("before", start),
                ("within", start + len(mark) // 2),
                ("after", start + len(mark)),
            ):
                cut = text[:end].encode()
                sure = TITLES[:3] if mark == found[-1] and place == "after" else None
                yield Broken(f"{name} cut {place} {mark}", cut, titles=sure)
    for end in (1, 10, 100, 400):
        yield Broken(f"json cut after {end}", json_feed()[:end].encode(), titles=())
    yield Broken("a character cut", rss().encode()[: rss().encode().index(b"\xe2") + 1])


def _led_and_trailed() -> Iterator[Broken]:
    lead = {
        "white space": "\n\n   ",
        "a PHP warning": "<br />\n<b>Warning</b>: include(): failed in /x.php<br />\n",
        "a comment": "<!-- generated by CMS -->\n",
        "a stylesheet": '<?xml-stylesheet type="text/xsl" href="/x.xsl"?>',
        "a document type": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD" "http://x/y.dtd">',
        "words": "Loading feed\n",
        "words in brackets": "[notice] cache is full\n",
        "a stray tag": "<p>",
        "nulls": "\0\0\0",
    }
    for name in ("rss", "atom", "sitemap"):
        for what, words in lead.items():
            yield Broken(
                f"{name} after {what}", (words + FORMATS[name]()).encode(), None, TITLES
            )
        for what, words in {
            "an HTML comment": "<!-- cached 0.3 s -->",
            "a script": "<script>var x = 1 && 2;</script>",
            "words": "\nDone.",
            "another feed": FORMATS[name](("Another",)),
        }.items():
            titles = None if what == "another feed" else TITLES
            body = (FORMATS[name]() + words).encode()
            yield Broken(f"{name} before {what}", body, None, titles)


def _within_pages() -> Iterator[Broken]:
    start = "<!DOCTYPE html><html><head><title>Feed</title></head><body>"
    for name in ("rss", "atom", "sitemap"):
        source = re.sub(r"<\?xml.*?\?>", "", FORMATS[name]())
        shown = xml(source).replace(">", "&gt;")
        coloured = re.sub(r"(&lt;\S+?&gt;)", r'<span class="tag">\1</span>', shown)
        for what, inner in {
            "raw in the body": source,
            "in a pre": f"<pre>{shown}</pre>",
            "in a textarea": f"<textarea>{shown}</textarea>",
            "coloured": f"<div class='hl'><pre>{coloured}</pre></div>",
            "after a cookie banner": f"<div>We use <b>cookies</b></div>{source}",
        }.items():
            body = f"{start}{inner}</body></html>".encode()
            yield Broken(f"{name} in a page, {what}", body, "text/html", TITLES)
    pages = {
        "empty page": start,
        "page of words": f"{start}<p>An <rss> feed is a file with items.</p>",
        "log-in": f"{start}<form><input type='password'></form>",
        "frame": "<html><frameset><frame src='/rss'></frameset></html>",
        "redirect": f"{start}<script>location.href='/rss?x=1'</script>",
    }
    for what, text in pages.items():
        yield Broken(what, text.encode(), "text/html", ())
    for marks in (
        "<script>window._cf_chl_opt={}</script>",
        "<iframe src='/_Incapsula_Resource?x'></iframe>Incapsula incident ID: 1",
        "Access Denied. Reference&#32;&#35;18.x <p>https://errors.edgesuite.net/18.x",
        "<div class='g-recaptcha'></div>",
        "<script src='https://ct.captcha-delivery.com/c.js'></script>",
        "<script>window.gokuProps = {}</script>",
        "The requested URL was rejected. Please consult with your administrator.",
        "Sucuri WebSite Firewall - Access Denied",
    ):
        yield Broken(f"guard {marks[:30]}", (start + marks).encode(), None, ())


def _references() -> Iterator[Broken]:
    plain = {
        "named": ("caf&eacute; &ndash; &nbsp;x", "café – x"),
        "double encoded": ("R&amp;amp;D &amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;", "R&D x"),
        "numeric": ("&#82;&#x26;D &#8212; x", "R&D — x"),
        "windows": ("&#147;x&#148; &#150; y", "“x” – y"),
        "bare": ("R&D & more && more &", "R&D & more && more &"),
        "without a semicolon": ("R&amp D &lt 5", "R&amp D &lt 5"),
        "unknown": ("a &nosuchname; b", "a &nosuchname; b"),
        "impossible": ("a&#0;&#xD800;&#x110000;&#x1;b", "ab"),
        "markup": ("<![CDATA[<b>Bold</b> &amp; <i>more</i>]]>", "Bold & more"),
        "escaped markup": ("&lt;b&gt;Bold&lt;/b&gt; x", "Bold x"),
        "nested CDATA": ("<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b"),
        "nested HTML": ("a <b>bold <i>and</i></b> c", None),
        "CDATA broken off": ("a <![CDATA[ b", None),
        "bidi": ("a &#8238;b", None),
        "controls": ("a\x01\x02\x1b[31mb\x7f", "a[31mb"),
        "less-than": ("5 < 6 and 7 > 6", None),
        "a lone surrogate": ("a\ud800b", None),
        "white space": ("  a\n\n\t b&#10;c ", "a b c"),
        "emoji": ("a 🏥 b &#127973;", "a 🏥 b 🏥"),
        "only an image": ("&lt;img src='x' alt='y'&gt;", None),
    }
    for what, (inside, title) in plain.items():
        text = rss(("X",)).replace("<title>X</title>", f"<title>{inside}</title>")
        titles = None if title is None else (title,)
        body = text.encode("utf-8", "surrogatepass")
        yield Broken(f"title with {what}", body, titles=titles)


def _structures() -> Iterator[Broken]:
    text = rss()
    edits: dict[str, tuple[str, tuple[str, ...] | None]] = {
        "namespace missing": (
            text.replace("<category>", "<dc:subject>")
            .replace("</category>", "</dc:subject>")
            .replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', ""),
            TITLES,
        ),
        "prefixes undeclared": (
            text.replace("<category>", "<x:y z='1'/><category>"),
            TITLES,
        ),
        "attributes unquoted": (
            text.replace('isPermaLink="false"', "isPermaLink=false"),
            TITLES,
        ),
        "attributes doubled": (
            text.replace('isPermaLink="false"', 'a="1" a="2"'),
            TITLES,
        ),
        "guids all alike": (re.sub(r"r-\d", "r-0", text), TITLES),
        "links all alike": (re.sub(r"/r/\d", "/r", text), TITLES),
        "guids empty": (re.sub(r"r-\d<", "<", text), TITLES),
        "no guids": (re.sub(r"<guid.*?</guid>", "", text), TITLES),
        "no links": (re.sub(r"<link>.*?</link>", "", text), TITLES),
        "no titles": (re.sub(r"<title>Rel.*?</title>", "", text), ("",) * ITEMS),
        "no closing tags of items": (text.replace("</item>", ""), None),
        "no closing tags of titles": (text.replace("</title>", ""), None),
        "closing tags crossed": (
            text.replace("</guid>\n", "").replace("</pubDate>", "</pubDate></guid>"),
            None,
        ),
        "upper case": (re.sub(r"</?[a-z]+", lambda m: m[0].upper(), text), None),
        "items outside the channel": (
            text.replace("<language>en</language>", "</channel>").replace(
                "\n</channel>\n</rss>", "</rss>"
            ),
            TITLES,
        ),
        "no channel": (re.sub(r"</?channel>", "", text), None),
        "two channels": (
            text.replace("\n</channel>", rss()[140:].replace("</rss>", "")),
            None,
        ),
        "a namespace on all": (
            text.replace("<rss ", '<rss xmlns="http://x.example/" '),
            TITLES,
        ),
        "no version": (text.replace(' version="2.0"', ""), TITLES),
        "version 3.7": (text.replace("2.0", "3.7"), TITLES),
        "CDATA around the link": (
            re.sub(r"<link>(.*?)</link>", r"<link><![CDATA[\1]]></link>", text),
            TITLES,
        ),
        "CDATA broken by a script": (
            text.replace("<![CDATA[", "<![CDATA[<script><![CDATA[x]]></script>"),
            None,
        ),
        "white space in links": (
            re.sub(r"<link>(.*?)</link>", r"<link>\n  \1\n</link>", text),
            TITLES,
        ),
        "links of javascript": (
            re.sub(r"<link>(.*?)</link>", r"<link>javascript:x()</link>", text),
            TITLES,
        ),
        "links too long": (text.replace("/r/", "/" + "x" * 3000), TITLES),
        "broken hosts": (
            text.replace("https://ministry.example/r", "http://[::1/r"),
            TITLES,
        ),
        "an entity of its own": (
            text.replace("<rss", '<!DOCTYPE rss [<!ENTITY x "y">]>\n<rss', 1).replace(
                "Health", "&x;"
            ),
            TITLES,
        ),
        "an external entity": (
            text.replace(
                "<rss",
                '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<rss',
                1,
            ).replace("Health", "&x;"),
            TITLES,
        ),
        "an external subset": (
            text.replace("<rss", '<!DOCTYPE rss SYSTEM "http://x.example/x">\n<rss', 1),
            TITLES,
        ),
        "an entity bomb": (
            text.replace(
                "<rss",
                '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
                + "".join(
                    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
                ).replace("&a0;", "&a;")
                + "]>\n<rss",
                1,
            ).replace("Health", "&a11;"),
            TITLES,
        ),
        "an empty channel": (rss(()), ()),
        "processing instructions": (
            text.replace("<item>", "<?php echo 1 ?><item>"),
            TITLES,
        ),
        "comments": (text.replace("<item>", "<!-- a -- b --><item>"), None),
        "comment never closed": (
            text.replace("<category>", "<!-- <category>", 1),
            None,
        ),
        "tags never closed": (text.replace("<category>", "<category"), None),
        "a second declaration": (
            text.replace("<channel>", '<?xml version="1.0"?><channel>'),
            TITLES,
        ),
        "XInclude": (
            text.replace("<item>", '<xi:include href="/x"/><item>', 1),
            TITLES,
        ),
        "deep nesting": (
            text.replace("Health", "<a>" * 200 + "x" + "</a>" * 200),
            TITLES,
        ),
        "media": (
            text.replace("<category>", '<media:content url="/a.mp4"/><category>'),
            TITLES,
        ),
        "many enclosures": (
            text.replace(
                "<category>", '<enclosure url="/a.pdf" length="x"/>' * 80 + "<category>"
            ),
            TITLES,
        ),
    }
    for name, (edited, titles) in edits.items():
        yield Broken(name, edited.encode(), titles=titles)
    sound = json.loads(json_feed())
    for name, edit in {
        "json, items null": {"items": None},
        "json, items an object": {"items": {}},
        "json, items of words": {"items": ["x", 1, None, [], {}]},
        "json, no items": {"items": []},
        "json, an error": {"items": None, "message": "Rate limit exceeded"},
    }.items():
        yield Broken(name, json.dumps(sound | edit).encode(), titles=())
    for key, value in {
        "url": 5, "id": 5, "tags": "x", "attachments": [{"url": 1}, "x"],
        "date_published": 20261120, "content_html": ["x"], "authors": {"name": "x"},
    }.items():  # fmt: skip
        items = [item | {key: value} for item in sound["items"]]
        yield Broken(
            f"json, {key} is {value}",
            json.dumps(sound | {"items": items}).encode(),
            titles=TITLES,
        )
    for word in (" NaN", "[" * 500, '"' + "\\ud800" * 9 + '"', "1e999", "1" * 9000):
        body = json_feed().replace('"en"', word, 1).encode()
        yield Broken(f"json with {word[:9]}", body)
    versionless = json_feed().replace("https://jsonfeed.org/version/1.1", "1")
    yield Broken("json without a version", versionless.encode(), titles=TITLES)


DATES = """
Mon, 16 Nov 2026 14:30:00 GMT|Mon, 16 Nov 2026 14:30:00 +0000|16 Nov 2026 14:30:00 GMT
Mon, 16 Nov 2026 20:00:00 +0530|Mon, 16 Nov 26 14:30:00 GMT|2026-11-16T14:30:00Z
2026-11-16T20:00:00+05:30|2026-11-16 14:30:00|2026-11-16T14:30|2026-11-16 14:30:00.000
20261116T143000Z|16/11/2026 14:30|16.11.2026 14:30|16-11-2026 14:30:00
November 16, 2026 2:30 PM|16 November 2026, 14:30|Monday, 16 November 2026 14:30
16 de noviembre de 2026 14:30|16 novembre 2026 14:30|16. November 2026 14:30
16 ноября 2026 14:30|16 नवंबर 2026 14:30|2026/11/16 14:30|2026年11月16日 14:30
Nov 16, 2026 14:30|Mon Nov 16 14:30:00 2026|Mon, 16 Nov 2026 09:30:00 EST
Mon, 16 Nov 2026 15:30:00 +01:00 (CET)|2026-11-16T14:30:00.123456Z
16 NOV 2026 2:30PM|Posted On: 16 NOV 2026 2:30PM by PIB Delhi|Mon,16 Nov 2026 14:30:00
16th November 2026 14:30|2026-11-16T14:30:00+0000|Mon, 16 Nov 2026 14:30:00 Z
Mon, 16 November 2026 14:30:00 UTC|2026-11-16T14:30:00Z[Etc/UTC]|16.11.26 14:30
2026.11.16 14:30|Mon, 16 Nov 2026 14:30:00 UT
"""
NO_DATES = """
0000-00-00 00:00:00|Thu, 01 Jan 1970 00:00|31 Feb 2026|yesterday|2026|16 Nov|today 14:30
99/99/9999|Invalid Date|NaN|null|1763303400|2026-13-45T99:99:99Z|-1|0001-01-01T00:00:00
"""


def _dates() -> Iterator[Broken]:
    for text in (part for line in DATES.split("\n") for part in line.split("|")):
        if text:
            yield dated(text)
    for text in (part for line in NO_DATES.split("\n") for part in line.split("|")):
        if text:
            yield dated(text, "no date")


def dated(text: str, kind: str = "date") -> Broken:
    body = re.sub("<pubDate>.*?</pubDate>", f"<pubDate>{text}</pubDate>", rss(("X",)))
    return Broken(f"{kind} {text}", body.encode(), titles=("X",))


def _noise() -> Iterator[Broken]:
    """Spoil bytes by chance; whatever comes, it is entries or a reason."""
    for seed in range(40):
        chance = random.Random(seed)
        name = chance.choice(list(FORMATS))
        body = bytearray(FORMATS[name]().encode())
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(len(body))
            match chance.randrange(4):
                case 0:
                    body[place] = chance.randrange(256)
                case 1:
                    del body[place : place + chance.randint(1, 40)]
                case 2:
                    body[place:place] = body[: chance.randint(1, 60)]
                case _:
                    body[place:place] = chance.choice(
                        [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\0", b"<!--", b'"']
                    )
        yield Broken(f"{name} spoilt, seed {seed}", bytes(body))
