"""Feeds that are large on purpose: what a reader pays for them is measured."""

import random
from collections.abc import Callable

from tests.corpus.samples import json_feed, news_sitemap, rss


def heavy() -> dict[str, Callable[[], bytes]]:
    """Return what is large on purpose, by name; made when it is called."""
    head = b"<rss version='2.0'><channel>"
    item = head + b"<item><title>x</title>"
    itunes = b"<rss xmlns:itunes='http://www.itunes.com/DTDs/PodCast-1.0.dtd'><channel>"
    atom_head = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
    page = b"<!doctype html><body>"
    return {
        "100,000 entries": lambda: rss(("X",) * 100_000).encode(),
        "100,000 entries, not well-formed": lambda: (
            rss(("X",) * 100_000).encode() + b"</a>"
        ),
        "100,000 entries of a JSON Feed": lambda: json_feed(("X",) * 100_000).encode(),
        "100,000 pages of a sitemap": lambda: news_sitemap(("X",) * 100_000).encode(),
        "one long text": lambda: (
            item
            + b"<description><![CDATA["
            + b"<p>word word</p>" * 350_000
            + b"]]></description></item></channel></rss>"
        ),
        "one long escaped text": lambda: (
            item
            + b"<description>"
            + b"&lt;p&gt;word&lt;/p&gt;" * 220_000
            + b"</description></item></channel></rss>"
        ),
        "long texts": lambda: (
            head
            + (
                b"<item><title>x</title><description><![CDATA["
                + b"<p>word word</p>" * 200
                + b"]]></description></item>"
            )
            * 1900
        ),
        "deep elements": lambda: item + b"<a>" * 1_500_000,
        "deep XHTML": lambda: (
            atom_head
            + b"<content type='xhtml'>"
            + b"<div>" * 90_000
            + b"x"
            + b"</div>" * 90_000
        ),
        "deep markup in a title": lambda: (
            head
            + b"<item><title>"
            + b"&lt;div&gt;" * 500_000
            + b"</title></item></channel></rss>"
        ),
        "one giant attribute": lambda: b"<rss x='" + b"a" * 5_000_000 + b"'><channel>",
        "many attributes": lambda: (
            b"<rss " + b" ".join(b"a%d='x'" % n for n in range(400_000)) + b">"
        ),
        "many attributes, allowed": lambda: (
            b"<rss "
            + b" ".join(b"a%d='x'" % n for n in range(70_000))
            + item[4:]
            + b"</item></channel></rss>"
        ),
        "many namespaces": lambda: (
            item
            + b"".join(b"<a%d:b xmlns:a%d='u%d'/>" % (n, n, n) for n in range(100_000))
        ),
        "many ampersands": lambda: head + b"<item><title>" + b"&" * 6_000_000,
        "many references": lambda: (
            item
            + b"<description>"
            + b"&#65;" * 1_200_000
            + b"</description></item></channel></rss>"
        ),
        "many less-than signs": lambda: item + b"<" * 6_000_000,
        "many comments": lambda: item + b"<!--" * 1_500_000,
        "many instructions": lambda: item + b" <?a?>" * 900_000,
        "many CDATA sections": lambda: item + b"<![CDATA[" * 600_000,
        "many document types": lambda: b"<!DOCTYPE " * 600_000 + b"<rss/>",
        "many bases": lambda: (
            head + b"</x><item><title>a</title>" + b"<a xml:base='a/'>" * 90_000
        ),
        "many authors": lambda: (
            head + b"<item>" + b"<managingeditor>a@b c</managingeditor>" * 90_000
        ),
        "many contributors": lambda: (
            atom_head
            + b"<author><name>x</name></author><contributor>y</contributor>" * 45_000
        ),
        "many links": lambda: item + b"</x>" + b"<link>http://a</link>" * 90_000,
        "many categories": lambda: item + b"<category>c</category>" * 90_000,
        "many categories, all of which are read": lambda: (
            item
            + b"".join(b"<category>c%d</category>" % n for n in range(8_000))
            + b"</item></channel></rss>"
        ),
        "many summaries": lambda: (
            itunes + b"<item></x>" + b"<itunes:summary>a</itunes:summary>" * 90_000
        ),
        "a long author": lambda: item + b"<author>" + b"a." * 2_000_000 + b"@</author>",
        "a long author, long on both sides": lambda: (
            item
            + b"<author>"
            + b"a." * 1_000_000
            + b"@"
            + b"a." * 1_000_000
            + b"</author></item></channel></rss>"
        ),
        "authors as long as they may be": lambda: (
            head
            + b"</x>"
            + (b"<item>" + b"<author>" + b"a." * 240 + b"@</author></item>") * 3800
        ),
        "a long date": lambda: item + b"<pubDate>" + b"1/" * 2_000_000 + b"</pubDate>",
        "many dates, broken at the end": lambda: (
            item + b"<pubDate>2026-W11-1T10:00:00 GMT</pubDate>" * 39_000 + b"</rss"
        ),
        "many elements, broken at the end": lambda: (
            item + b"<a x='1' y='2'>b</a>" * 39_000 + b"</rss"
        ),
        "many ends": lambda: item + b"</x>" + b"</a>" * 490_000,
        "XHTML": lambda: atom_head + b"<content type='xhtml'>" + b"<p>x</p>" * 119_000,
        "XHTML, not well-formed": lambda: (
            atom_head + b"</x><content type='xhtml'>" + b"<p>x</p>" * 119_000
        ),
        "a long coast": lambda: (
            b"<rss xmlns:georss='http://www.georss.org/georss'><channel><item>"
            + b"<georss:polygon>"
            + b"1 2 " * 1_400_000
            + b"</georss:polygon></item></channel></rss>"
        ),
        "white space": lambda: b"<?xml version='1.0'?>" + b"\n" * 6_000_000 + b"<rss/>",
        "nothing but nulls": lambda: b"\0" * 6_000_000,
        "no encoding at all": lambda: random.Random(1).randbytes(6_000_000),
        "Cyrillic, undeclared": lambda: (
            rss(("Новости",) * 20_000)
            .replace("“agree”", "")
            .encode("koi8-r", "replace")
        ),
        "JSON of lists": lambda: b'{"items":[' + b"[]," * 1_900_000 + b"[]]}",
        "JSON of words": lambda: b'{"items":[' + b'"ab",' * 1_200_000 + b"1]}",
        "JSON, deep": lambda: b"[" * 6_000_000,
        "elements of a sitemap": lambda: b"<urlset>" + b"<a></a>" * 850_000,
        "a feed shown in a page, without end": lambda: (
            page + b"&lt;rss&gt;" * 500_000 + b"&lt;item&gt;"
        ),
        "a feed in a page, again and again": lambda: page + b"<rss ><item>" * 450_000,
        "a page of brackets": lambda: page + b"<" * 6_000_000,
        "above all limits": lambda: rss(("X",) * 100_000).encode() * 2,
    }


def heavy_pages() -> dict[str, Callable[[], bytes]]:
    """Return pages without a feed that are large on purpose, by name."""
    item = (
        b"<tr><td>20.11.2026</td><td><a href=/%d>A headline of a ministry</a></td></tr>"
    )
    return {
        "100,000 rows": lambda: (
            b"<table>" + b"".join(item % n for n in range(100_000)) + b"</table>"
        ),
        "rows that are not closed": lambda: b"<tr><td><a href=/1>x" * 300_000,
        "deep elements": lambda: b"<div>" * 1_000_000,
        "deep rows": lambda: b"<table><tr><td>" * 300_000,
        "one long text": lambda: b"<tr><td>" + b"word " * 1_200_000,
        "many attributes": lambda: (
            b"<tr " + b" ".join(b"a%d='x'" % n for n in range(90_000)) + b"><td>x"
        ),
        "many tags with many attributes": lambda: (
            (b"<tr" + b"".join(b"/%x" % n for n in range(240)) + b"><td>x") * 6_000
        ),
        "many classes": lambda: (
            b"<tr class='" + b"a " * 400_000 + b"'><td><a href=1>A headline</a>"
        ),
        "many links in every row": lambda: (
            (b"<tr><td>" + b"<a href=/1>A headline of a ministry</a>" * 50) * 800
        ),
        "nothing but brackets": lambda: b"<" * 6_000_000,
        "nothing but references": lambda: b"<tr><td>" + b"&#65;" * 1_200_000,
    }
