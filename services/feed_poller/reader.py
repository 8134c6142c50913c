"""
feedparser with limits: its parsers, driven by us; pure.

`feedparser.parse` reads on for as long as there is something to read, and parts of it
take time that grows with the square of what they are given. Here it stops at a number
of entries, elements and characters, and what was read up to there counts.
"""

import io
import xml.sax
from dataclasses import dataclass
from typing import Any

import feedparser.api

MAX_ENTRIES = 2000
MAX_ELEMENTS = 100_000
MAX_LOOSE_CHARACTERS = 2_000_000
"""Of a document that is not well-formed: the forgiving parser is the slow one."""
_MAX_AUTHOR_LENGTH = 500
_MAX_TAGS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What feedparser found: dictionaries of its own."""

    version: str
    channel: Any
    entries: list[Any]
    well_formed: bool
    complete: bool
    """False if reading stopped at a limit; the last entry was left out then."""


class _EnoughError(Exception):
    """A limit is reached."""


class _Limited:
    """Comes before a parser of feedparser and stops it in time."""

    entries: list[Any]
    elements_seen = 0

    def unknown_starttag(self, tag: str, attributes: Any) -> None:  # noqa: ANN401
        """Count, then go on: every element begins here."""
        self.elements_seen += 1
        if self.elements_seen > MAX_ELEMENTS or len(self.entries) > MAX_ENTRIES:
            raise _EnoughError
        super().unknown_starttag(tag, attributes)  # type: ignore[misc]

    def _sync_author_detail(self, key: str = "author") -> None:
        # Looks for an e-mail address in quadratic time.
        author = self._get_context().get(key)  # type: ignore[attr-defined]
        if not isinstance(author, str) or len(author) <= _MAX_AUTHOR_LENGTH:
            super()._sync_author_detail(key)  # type: ignore[misc]

    def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:  # noqa: ANN401
        # Looks through all tags for each.
        if len(self._get_context().get("tags") or ()) < _MAX_TAGS:  # type: ignore[attr-defined]
            super()._add_tag(term, scheme, label)  # type: ignore[misc]


class _Strict(_Limited, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML."""


class _Loose(_Limited, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    """For everything else."""


def read_document(text: str) -> Document:
    """
    Return what `text`, from the root element of a feed on, holds.

    Raises whatever feedparser raises on it; its parsers are not defensive.
    """
    parser: Any = _quiet(_Strict("", None, "utf-8"))
    reader = xml.sax.make_parser()  # noqa: S317 - no document type gets here
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        reader.parse(io.BytesIO(text.encode("utf-8", "replace")))
    except _EnoughError:
        return _found(parser, well_formed=True, complete=False)
    except (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError):
        return _read_loosely(text)
    return _found(parser, well_formed=True, complete=True)


def _read_loosely(text: str) -> Document:
    parser: Any = _quiet(_Loose("", None, "utf-8", {}))
    complete = len(text) <= MAX_LOOSE_CHARACTERS
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
        entries=entries if complete else entries[:-1],
        well_formed=well_formed,
        complete=complete,
    )
