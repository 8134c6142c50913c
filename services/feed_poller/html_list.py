"""
The list of releases on a page that has no feed, by CSS selectors, to items; pure.

Pages are limited in tags and in children of one element: some selectors take time
that grows with the square of these.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from communique.events import Selectors
from communique.markup import bare_if_crowded, plain_line
from feed_poller.document import NotAFeedError
from feed_poller.items import (
    MAX_ENTRIES,
    Found,
    Item,
    Reading,
    read_each,
    read_language,
)
from feed_poller.no_feed import guard, what_it_is

MAX_CHARACTERS = 3_000_000
MAX_TAGS = 40_000
MAX_CHILDREN = 4_000
"""Of one element."""
_MAX_SHOWN = 20_000
"""Characters of what an element shows."""


_OPENING = re.compile(r"<[a-zA-Z]")
Finder = Callable[[etree._Element], list[etree._Element]]
_UNSEEN = ("script", "style", "noscript", "template")
_HEADINGS = etree.XPath("descendant::*[self::h1 or self::h2 or self::h3 or self::h4]")
_LINKS = etree.XPath("descendant-or-self::a[@href]")


def entries(
    text: str, selectors: Selectors, reading: Reading, *, whole: bool = True
) -> Found:
    """
    Return the entries of the list that `selectors` find on an HTML page.

    `whole` is False if `text` is only the beginning of the page. Raises NotAFeedError
    if nothing matches, or a selector is no CSS.
    """
    page, complete = page_tree(text)
    found = read_list(page, selectors, reading, limit=MAX_ENTRIES)
    if not (found.items or found.warnings):
        if guard(text):
            raise NotAFeedError(what_it_is(text))
        raise NotAFeedError(
            f"nothing on the page matches the selector {selectors.item!r} of its items"
        )
    if whole and complete:
        return found
    cut = f"too long; only its first {len(found.items)} entries are read"
    return replace(found, warnings=(*found.warnings, cut))


def read_list(
    page: etree._Element, selectors: Selectors, reading: Reading, *, limit: int
) -> Found:
    """
    Return the first `limit` entries of the list on `page`; none if nothing matches.

    Raises NotAFeedError if a selector is no CSS.
    """
    item, link, title, date = (
        _finder(css) if css else None
        for css in (selectors.item, selectors.link, selectors.title, selectors.date)
    )
    elements = item(page) if item else []
    base = Reading(
        url=_base(page, reading) or reading.url,
        zone=reading.zone,
        seen_at=reading.seen_at,
        month_first=reading.month_first,
    )

    def read(element: etree._Element) -> Item:
        named = link(element) if link else [_default_link(element)]
        anchor = next((found for found in named if found is not None), None)
        heads = title(element) if title else [_default_title(element, anchor)]
        dates = date(element) if date else []
        return base.item(
            title=shown(heads[0]) if heads and heads[0] is not None else "",
            link=_address(anchor, base),
            published=_stated(list(map(date_words, dates[:5])), base),
        )

    items, skipped = read_each(elements[:limit], read)
    more = len(elements) - limit
    return Found(
        items,
        title=shown(next(page.iter("title"), None)),
        language=read_language(page.get("lang")),
        warnings=(*skipped, f"{more} more entries are not read")
        if more > 0
        else skipped,
    )


def page_tree(text: str) -> tuple[etree._Element, bool]:
    """
    Return an HTML page as a tree, and whether that is all of it.

    Raises NotAFeedError if there is no element in it.
    """
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    last = next(islice(_OPENING.finditer(text), MAX_TAGS, None), None)
    end = min(last.start() if last else len(text), MAX_CHARACTERS)
    complete = end == len(text)
    # libxml2 stops at the first null character.
    kept = text[:end].replace("\x00", "")
    try:
        parser.feed(
            b"<!doctype html>" + bare_if_crowded(kept).encode("utf-8", "replace")
        )
        page = parser.close()
    except etree.LxmlError:
        page = None
    if page is None:
        raise NotAFeedError("no HTML page")
    etree.strip_elements(page, *_UNSEEN, with_tail=False)
    for element in list(page.iter()):
        if len(element) > MAX_CHILDREN:
            del element[MAX_CHILDREN:]
            complete = False
    return page, complete


def shown(element: etree._Element | None) -> str:
    """Return what a reader sees of `element`, as one line."""
    if element is None:
        return ""
    source = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return plain_line(source[:_MAX_SHOWN])


def date_words(element: etree._Element) -> str:
    """Return the date that `element` carries for machines, or else shows."""
    for name in ("datetime", "content"):
        if value := (element.get(name) or "").strip():
            return value
    # Day, month and year often stand in elements of their own.
    words = " ".join(islice(element.itertext(), 50))
    return " ".join(words[:1000].split())


def _stated(words: list[str], reading: Reading) -> str:
    """Return the first words that are a date, else the first that are some words."""
    dates = (some for some in words if reading.date(some))
    return next(dates, next(filter(None, words), ""))


def _finder(css: str) -> Finder:
    """Return what finds the elements that a selector names, within another."""
    try:
        xpath = etree.XPath(HTMLTranslator().css_to_xpath(css))
    except (SelectorError, etree.XPathError) as error:
        raise _no_css(css, error) from None

    def find(element: etree._Element) -> list[etree._Element]:
        try:
            return list(xpath(element))
        except etree.XPathError as error:  # as of a namespace
            raise _no_css(css, error) from None

    return find


def _no_css(css: str, error: Exception) -> NotAFeedError:
    return NotAFeedError(
        f"the selector {css[:80]!r} is no CSS that we know ({error}); correct it"
    )


def _base(page: etree._Element, reading: Reading) -> str | None:
    base = next(page.iter("base"), None)
    return reading.address(base.get("href") or "") if base is not None else None


def _default_link(element: etree._Element) -> etree._Element | None:
    """Return the first link with words in it."""
    links: Iterator[etree._Element] = iter(_LINKS(element))
    first = None
    for anchor in islice(links, 20):
        first = anchor if first is None else first
        if shown(anchor):
            return anchor
    return first


def _default_title(
    element: etree._Element, anchor: etree._Element | None
) -> etree._Element | None:
    """Return the heading within the link, the link itself, or the item's heading."""
    if anchor is not None:
        inside = _HEADINGS(anchor)
        if inside or shown(anchor):
            return inside[0] if inside else anchor
    heading = _HEADINGS(element)
    return heading[0] if heading else None


def _address(anchor: etree._Element | None, reading: Reading) -> str | None:
    if anchor is None:
        return None
    href = anchor.get("href")
    if href is None:
        inner = _LINKS(anchor)
        href = inner[0].get("href") if inner else None
    if not href or href.strip().startswith("#"):
        return None
    return reading.address(href)
