"""
feedparser with limits: its parsers, driven by us; pure.

`feedparser.parse` reads on for as long as there is something to read, and parts of it
take time that grows with the square of what they are given. Here it stops at a number
of entries, elements and characters, and what was read up to there counts.
"""

import xml.sax
from dataclasses import dataclass
from typing import Any
from xml.sax.expatreader import ExpatParser
from xml.sax.xmlreader import AttributesNSImpl

import feedparser.api

from feed_poller.items import MAX_ENTRIES

MAX_ELEMENTS = 30_000
"""Of which those within XHTML content, which are only copied, count two thirds each."""
MAX_LOOSE_ELEMENTS = 15_000
"""Of a document that is not well-formed: each costs the forgiving parser twice."""
MAX_PIECES = 300_000
"""Of text between elements and references."""
MAX_DEPTH = 250
"""Of well-formed XML; the forgiving parser cannot tell, as nothing need be closed."""
MAX_LOOSE_CHARACTERS = 2_000_000
"""Of a document that is not well-formed: the forgiving parser is the slow one."""
_CHUNK_CHARACTERS = 64 * 1024
_MAX_ATTRIBUTES = 100
_MAX_NAMESPACES = 100
_MAX_BASE_LENGTH = 2048
_MAX_AUTHOR_LENGTH = 128
_MAX_TAGS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What feedparser found: dictionaries of its own."""

    version: str
    channel: Any
    entries: list[Any]
    well_formed: bool
    complete: bool
    """False if reading stopped before the end; an entry that had begun is left out."""


class _EnoughError(Exception):
    """A limit is reached."""


class _Limited:
    """Comes before a parser of feedparser and stops it in time."""

    entries: list[Any]
    elementstack: list[Any]
    namespaces_in_use: dict[str, str]
    baseuri: str
    contentparams: dict[str, Any]
    incontent: int
    most_elements = MAX_ELEMENTS
    copied_counts = 2 / 3
    elements_seen = 0.0
    ends_seen = 0
    pieces_seen = 0

    def unknown_starttag(self, tag: str, attributes: list[Any]) -> None:
        """Count, then go on: every element begins here."""
        copied = self.contentparams.get("type") == "application/xhtml+xml"
        self.elements_seen += self.copied_counts if self.incontent and copied else 1
        if self.elements_seen > self.most_elements or len(self.entries) > MAX_ENTRIES:
            raise _EnoughError
        if len(self.baseuri) > _MAX_BASE_LENGTH:
            self.baseuri = ""  # each `xml:base` within another makes it longer
        super().unknown_starttag(tag, attributes[:_MAX_ATTRIBUTES])  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """Count the ends too: broken markup has some that end nothing."""
        self.ends_seen += 1
        if self.ends_seen > 2 * self.most_elements:
            raise _EnoughError
        super().unknown_endtag(tag)  # type: ignore[misc]

    def handle_data(self, text: str, escape: int = 1) -> None:
        """Take a piece of text; feedparser drops pieces of white space one by one."""
        self.pieces_seen += 1
        if self.pieces_seen > MAX_PIECES:
            raise _EnoughError
        pieces = self.elementstack[-1][2] if self.elementstack else ()
        if not (pieces and text.isspace() and pieces[-1].isspace()):
            super().handle_data(text, escape)  # type: ignore[misc]

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Remember a namespace; for each element all of them are looked through."""
        if len(self.namespaces_in_use) < _MAX_NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _sync_author_detail(self, key: str = "author") -> None:
        # Looks for an e-mail address in quadratic time.
        author = self._get_context().get(key)  # type: ignore[attr-defined]
        if not isinstance(author, str) or len(author) <= _MAX_AUTHOR_LENGTH:
            super()._sync_author_detail(key)  # type: ignore[misc]

    # Dates are read by us. feedparser would try all forms that it knows on each.

    def _end_published(self) -> None:
        self.pop("published")  # type: ignore[attr-defined]

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")  # type: ignore[attr-defined]

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")  # type: ignore[attr-defined]

    def _end_expirationdate(self) -> None:
        self.pop("expired")  # type: ignore[attr-defined]

    def _end_dcterms_valid(self) -> None:
        self.pop("validity")  # type: ignore[attr-defined]

    def _end_place(self) -> None:
        """Drop where something is: coordinates would become a list of numbers."""
        self.pop("geometry")  # type: ignore[attr-defined]

    _end_georss_point = _end_georss_line = _end_georss_polygon = _end_place
    _end_georss_box = _end_place

    def _end_gml_pos(self) -> None:
        self.pop("pos")  # type: ignore[attr-defined]

    _end_gml_poslist = _end_gml_pos

    def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:  # noqa: ANN401
        # Looks through all tags for each.
        if len(self._get_context().get("tags") or ()) < _MAX_TAGS:  # type: ignore[attr-defined]
            super()._add_tag(term, scheme, label)  # type: ignore[misc]


class _Strict(_Limited, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML."""

    depth_now = 0

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: ANN401, N802
        """Begin an element with as many attributes as we read; names by SAX."""
        self.depth_now += 1
        if self.depth_now > MAX_DEPTH:
            raise _EnoughError
        if len(attrs) > _MAX_ATTRIBUTES:
            attrs = AttributesNSImpl({}, {})  # looked up in quadratic time
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: ANN401, N802
        """End an element."""
        self.depth_now -= 1
        super().endElementNS(name, qname)


class _Loose(_Limited, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    """For everything else."""

    most_elements = MAX_LOOSE_ELEMENTS
    copied_counts = 1.0


class _Expat(ExpatParser):
    """Expat that hands a text over in one piece, not reference by reference."""

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]


def read_document(text: str, *, whole: bool = True) -> Document:
    """
    Return what `text`, from the root element of a feed on, holds.

    Unless it is the `whole` document, its end says nothing. Raises whatever feedparser
    raises on it; its parsers are not defensive.
    """
    parser: Any = _quiet(_Strict("", None, "utf-8"))
    expat = _Expat()
    expat.setFeature(xml.sax.handler.feature_namespaces, True)
    expat.setFeature(xml.sax.handler.feature_external_ges, False)
    expat.setContentHandler(parser)
    expat.setErrorHandler(parser)
    try:
        for start in range(0, len(text), _CHUNK_CHARACTERS):
            chunk = text[start : start + _CHUNK_CHARACTERS]
            expat.feed(chunk.encode("utf-8", "replace"))
        if whole:
            expat.close()
    except _EnoughError:
        return _found(parser, well_formed=True, complete=False)
    except (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError):
        if parser.elements_seen > _Loose.most_elements:
            # The forgiving parser would not come as far.
            return _found(parser, well_formed=False, complete=False)
        return _read_loosely(text, whole=whole)
    return _found(parser, well_formed=True, complete=whole)


def _read_loosely(text: str, *, whole: bool) -> Document:
    parser: Any = _quiet(_Loose("", None, "utf-8", {}))
    complete = whole and len(text) <= MAX_LOOSE_CHARACTERS
    try:
        parser.feed(text[:MAX_LOOSE_CHARACTERS])
    except _EnoughError:
        complete = False
    return _found(parser, well_formed=False, complete=complete)


def _quiet(parser: Any) -> Any:  # noqa: ANN401
    # All markup is taken off later, and links are resolved by us.
    parser.resolve_relative_uris = False
    parser.sanitize_html = False
    return parser


def _found(parser: Any, *, well_formed: bool, complete: bool) -> Document:  # noqa: ANN401
    entries = list(parser.entries)
    return Document(
        version=parser.version or "",
        channel=parser.feeddata,
        entries=entries[:-1] if parser.inentry and not complete else entries,
        well_formed=well_formed,
        complete=complete,
    )
