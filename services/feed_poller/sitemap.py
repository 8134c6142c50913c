"""
Sitemaps (sitemaps.org), news sitemaps and sitemap indexes to items; pure.

A plain sitemap names all pages of a site and has no titles: the pages have them.
`Feed.links_under` says which part of the site are releases.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from communique.markup import plain_line
from feed_poller.document import Markup, NotAFeedError
from feed_poller.items import (
    MAX_ENTRIES,
    Found,
    Item,
    Named,
    Reading,
    read_each,
    read_language,
)

MAX_PLACES = 50_000
"""What the protocol allows in one file."""
MAX_ELEMENTS = 500_000
MAX_CHILDREN = 1000
_MAX_DEPTH = 50
_MAX_VALUE = 20_000
_MAX_MOMENT = 40
"""Characters of the time of a change: RFC 3339 needs 35."""

# The facts of a place by their element and the one around it: images have a `loc` too.
_FACTS = {
    ("url", "loc"): "loc",
    ("url", "lastmod"): "lastmod",
    ("sitemap", "loc"): "loc",
    ("sitemap", "lastmod"): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
    ("news", "keywords"): "keywords",
    ("publication", "name"): "name",
    ("publication", "language"): "language",
}

_PLACE = re.compile(r"<(/?)(?:[\w.-]{1,30}:)?(?:url|sitemap)[\s>]", re.IGNORECASE)

Place = dict[str, str]


def read_sitemap(markup: Markup, reading: Reading, *, whole: bool = True) -> Found:
    """
    Return the newest entries of a sitemap, or the sitemaps that an index names.

    `whole` is False if `markup` is only its beginning. Raises NotAFeedError if it is
    broken and nothing is named in it.
    """
    found = _collect(markup.text)
    cut = _ends_within(markup.text)
    if cut or found.full:
        del found.places[-1:]  # its address may be half of one
    found.broken = found.broken or (cut and whole)
    if not found.places and (found.broken or markup.led):
        raise NotAFeedError("a broken sitemap that names no page")
    warnings = ["broken XML; read as well as it can be"] if found.broken else []
    if found.full or not whole:
        warnings.append(f"too long; only its first {len(found.places)} pages are read")
    if markup.root == "sitemapindex":
        return _index(found.places, reading, warnings)
    places = [place for place in found.places if reading.wants(place.get("loc", ""))]
    if len(places) > MAX_ENTRIES:
        places = sorted(places, key=lambda place: _age(place, reading))[:MAX_ENTRIES]
        warnings.append(f"only the newest {MAX_ENTRIES} of its pages are read")
    items, skipped = read_each(places, lambda place: _item(place, reading))
    first = next((place for place in places if "name" in place), {})
    return Found(
        items,
        title=plain_line(first.get("name", "")),
        language=read_language(first.get("language")),
        warnings=(*warnings, *skipped),
    )


def _ends_within(text: str) -> bool:
    """Return whether `text` ends before the place that began last does."""
    last = max(_PLACE.finditer(text), key=re.Match.start, default=None)
    return last is not None and not last[1]


def _index(places: list[Place], reading: Reading, warnings: list[str]) -> Found:
    places = sorted(places, key=lambda place: _age(place, reading))
    named: dict[str, Named] = {}
    for place in places:
        if address := reading.address(place.get("loc", "")):
            changed = place.get("lastmod", "")[:_MAX_MOMENT]
            named.setdefault(address, Named(address, changed))
    children = tuple(named.values())[:MAX_CHILDREN]
    return Found((), warnings=tuple(warnings), children=children)


def _age(place: Place, reading: Reading) -> float:
    stated = place.get("lastmod") or place.get("published")
    moment = reading.date(stated) if stated else None
    return -moment.at.timestamp() if moment else 0.0


def _item(place: Place, reading: Reading) -> Item:
    link = place.get("loc")
    return reading.item(
        title=place.get("title", ""),
        link=reading.address(link) if link else None,
        categories=place.get("keywords", "").split(",")[:200],
        published=place.get("published", ""),
        updated=place.get("lastmod", ""),
    )


def _collect(text: str) -> "_Collector":
    collector = _Collector()
    parser = etree.XMLParser(
        target=collector,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except _EnoughError:
        collector.full = True
    except etree.LxmlError:
        collector.broken = True
    collector.broken = collector.broken or any(
        error.level >= etree.ErrorLevels.FATAL for error in parser.error_log
    )
    return collector


class _EnoughError(Exception):
    """A limit is reached."""


@dataclass
class _Collector:
    """Takes what the parser finds and keeps the facts of each place."""

    places: list[Place] = field(default_factory=list)
    broken: bool = False
    full: bool = False
    _path: list[str] = field(default_factory=list)
    _seen: int = 0
    _pieces: list[str] | None = None

    def start(self, tag: str, _attributes: Any) -> None:  # noqa: ANN401
        name = tag.rpartition("}")[2].rpartition(":")[2].lower()
        self._seen += 1
        if self._seen > MAX_ELEMENTS or len(self._path) > _MAX_DEPTH:
            raise _EnoughError
        if name in {"url", "sitemap"}:
            if len(self.places) >= MAX_PLACES:
                raise _EnoughError
            self.places.append({})
        self._path.append(name)
        self._pieces = [] if self._fact() else None

    def end(self, _tag: str) -> None:
        fact = self._fact()
        if fact and self._pieces and self.places:
            value = "".join(self._pieces).strip()[:_MAX_VALUE]
            if value:
                self.places[-1].setdefault(fact, value)
        self._pieces = None
        if self._path:
            self._path.pop()

    def data(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def comment(self, _text: str) -> None:
        pass

    def close(self) -> None:
        pass

    def _fact(self) -> str | None:
        return _FACTS.get((self._path[-2], self._path[-1])) if self._path[1:] else None
