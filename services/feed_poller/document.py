"""
Bytes of a feed to text that a parser accepts; pure, and linear in its input.

What stands before the root element is dropped, and the declarations of entities with
it: feeds need none, and bombs are made of them.
"""

import functools
import html
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

from communique.bounded import BrokenEncodingError, decompressed
from communique.encoding import charset_of, decoded
from communique.errors import PermanentError
from feed_poller.no_feed import is_html, what_it_is

MAX_BYTES = 6 * 1024 * 1024
"""What is read of a document: more than 1,500 entries have."""
MAX_UNPACKED_BYTES = 15 * 1024 * 1024
"""Of a file that is compressed itself: as of a compressed answer."""
_ROOT_WITHIN = 1_000_000
"""Characters before the root element, at most."""
_MAX_TAG = 1_000_000
"""Characters of one tag with its attributes."""


class NotAFeedError(PermanentError):
    """A document without a list of entries in it; the sentence says what it is."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A feed from its root element on."""

    text: str
    root: str
    """Its name, in lower case and without a prefix."""
    led: bool
    """Whether other text stands before it."""
    within_html: bool = False


_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})[\"']")
_META = re.compile(rb"<meta[^>]{1,200}?charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PREFIX = r"(?:[a-z_][\w.-]{0,30}:)?"
_FEEDS = "rss|rdf|feed|channel|urlset|sitemapindex"
_ROOT = re.compile(
    rf"<{_PREFIX}({_FEEDS}|html|head|body)(?=[\s>/])",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    rf"<({_PREFIX}(?:rss|rdf|urlset)|feed)(?=[\s>])|&lt;({_PREFIX}(?:rss|rdf|urlset)|feed)(?=\s|&gt;)",
    re.IGNORECASE,
)
_ENTRIES = re.compile(r"<(?:item|entry|url)[\s>]", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_GIANT = re.compile(rf"<[a-zA-Z][^<>]{{{_MAX_TAG}}}")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = r"#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z]\w{0,31};"
_BARE = re.compile(rf"&(?!{_REFERENCE})")
_NAMED = re.compile(rf"&(?!(?:amp|lt|gt|quot|apos);)({_REFERENCE})")


def document_text(body: bytes, content_type: str | None) -> tuple[str, bool]:
    """
    Return a document as text, and whether that is all of it.

    It ends before a tag that is longer than tags are.

    Raises NotAFeedError if there is nothing in it.
    """
    if not body.strip():
        raise NotAFeedError("the document is empty")
    body = _unpacked(body)
    declared = _DECLARED.search(body[:1000]) or _META.search(body[:4000])
    name = declared[1].decode("ascii", "replace") if declared else None
    text = decoded(body[:MAX_BYTES], name, charset_of(content_type))
    text = text.lstrip("\ufeff \t\r\n")
    if giant := _GIANT.search(text):
        return text[: giant.start()], False
    return text, len(body) <= MAX_BYTES


def _unpacked(body: bytes) -> bytes:
    """Return what is in a file that is compressed itself, as sitemaps often are."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = decompressed(body, "gzip", limit=MAX_UNPACKED_BYTES)
    except BrokenEncodingError as error:
        raise NotAFeedError(f"a broken file of gzip: {error}") from error
    if unpacked is None:
        raise NotAFeedError("a file of gzip that holds too much")
    return unpacked


def feed_markup(text: str) -> Markup:
    """
    Return the feed in `text`, also one that stands inside an HTML page.

    Raises NotAFeedError if there is none, and says what `text` seems to be.
    """
    root = _ROOT.search(text[:_ROOT_WITHIN])
    if is_html(text) or (root and root[1].lower() in {"html", "head", "body"}):
        shown = _within_html(text)
        if shown is None:
            raise NotAFeedError(what_it_is(text))
        return shown
    if root is None:
        raise NotAFeedError(what_it_is(text))
    led = bool(_TAGS.sub("", text[: root.start()]).strip("]> \t\r\n"))
    return Markup(repaired(text[root.start() :]), root[1].lower(), led)


def repaired(text: str) -> str:
    """Return `text` with every ampersand outside CDATA as XML wants it."""
    return "".join(_repaired(xml_characters(text)))


def xml_characters(text: str) -> str:
    """Return `text` without the characters for which XML has no place."""
    return _NOT_XML.sub("", text)


def _within_html(text: str) -> Markup | None:
    """Return the feed that a page holds as elements, or shows in their letters."""
    found = _SHOWN.search(text)
    if found is None:
        return None
    name = found[1] or found[2]
    if found[1]:
        inner = text[found.start() :]
        end = inner.find(f"</{name}>")
    else:
        # As a browser or a highlighter shows a source: its own tags are decoration.
        inner = html.unescape(_TAGS.sub("", text[found.start() :]))
        end = inner.find(f"</{name}>")
    if end >= 0:
        inner = inner[: end + len(name) + 3]
    if not _ENTRIES.search(inner):
        return None
    root = name.rpartition(":")[2].lower()
    return Markup(repaired(inner), root, led=True, within_html=True)


def _repaired(text: str) -> Iterator[str]:
    position = 0
    while (start := text.find("<![CDATA[", position)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield _references(text[position:start])
        yield text[start : end + 3]
        position = end + 3
    yield _references(text[position:])


def _references(text: str) -> str:
    return _NAMED.sub(lambda match: _reference(match[1]), _BARE.sub("&amp;", text))


@functools.lru_cache(maxsize=4096)
def _reference(name: str) -> str:
    if name.startswith("#"):
        digits = name[1:-1]
        base = 16 if digits[0] in "xX" else 10
        code = int(digits.lstrip("xX"), base)
        possible = code <= 0x10FFFF and not _NOT_XML.match(chr(code))
        return f"&{name}" if possible else ""
    # `&nbsp;` is declared nowhere in RSS and used everywhere.
    return html.entities.html5.get(name, f"&amp;{name}")
