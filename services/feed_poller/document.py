"""
Bytes of a feed to text that an XML parser accepts; pure, and linear in its input.

What stands before the root element is dropped, and the declarations of entities with
it: feeds need none, and bombs are made of them.
"""

import html.entities
import re
from collections.abc import Iterator

from communique.encoding import charset_of, decoded
from communique.errors import PermanentError
from communique.safe_text import safe_text


class NotAFeedError(PermanentError):
    """A document that is no RSS, Atom or RDF feed; the sentence says what it is."""


_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})[\"']")
_ROOT = re.compile(
    r"<(?:[a-z_][\w.-]{0,30}:)?(rss|rdf|feed|channel|html|head|body)(?=[\s>/])",
    re.IGNORECASE,
)
_HTML = frozenset({"html", "head", "body"})
_HTML_START = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]{1,200})", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z]\w{0,31};)?")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def feed_text(body: bytes, content_type: str | None) -> tuple[str, bool]:
    """
    Return the text of a feed from its root element on, and whether other text led it.

    Raises NotAFeedError if it is something else, and says what it seems to be.
    """
    if not body.strip():
        raise NotAFeedError("the document is empty")
    declared = _DECLARED.search(body[:1000])
    name = declared[1].decode("ascii", "replace") if declared else None
    text = decoded(body, name, charset_of(content_type)).lstrip("\ufeff")
    root = _ROOT.search(text)
    if _HTML_START.match(text) or (root and root[1].lower() in _HTML):
        title = _HTML_TITLE.search(text[:100_000])
        named = f" ({safe_text(html.unescape(title[1]), limit=80)!r})" if title else ""
        raise NotAFeedError(f"an HTML page{named}, not a feed")
    if root is None:
        raise NotAFeedError(_what_it_is(text))
    led = bool(_TAGS.sub("", text[: root.start()]).strip("]> \t\r\n"))
    return "".join(_repaired(_NOT_XML.sub("", text[root.start() :]))), led


def _repaired(text: str) -> Iterator[str]:
    """Yield `text` with every ampersand outside CDATA as XML wants it."""
    position = 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield _AMPERSAND.sub(_reference, text[position:start])
        yield text[start : end + 3]
        position = end + 3
    yield _AMPERSAND.sub(_reference, text[position:])


def _reference(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        digits = name[1:-1]
        base = 16 if digits[0] in "xX" else 10
        code = int(digits.lstrip("xX"), base)
        possible = code <= 0x10FFFF and not _NOT_XML.match(chr(code))
        return match[0] if possible else ""
    if name in _XML_ENTITIES:
        return match[0]
    # `&nbsp;` is declared nowhere in RSS and used everywhere.
    return html.entities.html5.get(name, f"&amp;{name}")


def _what_it_is(text: str) -> str:
    start = text.lstrip()[:200]
    if start.startswith(("{", "[")):
        return "JSON, not an RSS or Atom feed"
    if start.startswith("%PDF"):
        return "a PDF file, not a feed"
    if start.startswith("<"):
        return "XML or HTML without a feed in it"
    return "neither RSS nor Atom nor RDF"
