"""
The bytes of a page to what a reader sees: title, text, attachments; pure.

HTML and plain text are read. Of a PDF and anything else nothing is: the caller goes on
with the feed's own text.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import trafilatura
from lxml import etree

from communique.encoding import charset_of, decoded
from communique.events import Attachment
from communique.markup import bare_if_crowded, plain_line, plain_text, tidy
from page_fetcher.facts import attachments_of, language_of, published_of, title_of

MAX_BYTES = 5 * 1024 * 1024
"""Of a document, pictures inside it taken out: what is larger fits into no event."""
MAX_TAGS = 30_000
"""Above, a page is no article, and is not analysed as one."""
MAX_TITLE_LENGTH = 2000

_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8",
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_UNSURE_TYPES = frozenset(
    {"", "application/octet-stream", "text/xml", "application/xml"}
)
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|p|div|h1)[\s>]", re.IGNORECASE
)
_META_CHARSET = re.compile(
    rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_PICTURES = re.compile(r"data:[a-z]+/[\w.+-]+;base64,[A-Za-z0-9+/=\s%]+", re.IGNORECASE)
_NO_ARTICLE = (
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "script",
    "style",
    "noscript",
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says; `text` has a paragraph a line, or is empty."""

    title: str
    text: str
    language: str | None = None
    published_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()


def extract(
    body: bytes,
    *,
    content_type: str | None,
    url: str | None,
    title_hint: str = "",
    max_bytes: int = MAX_BYTES,
) -> Extracted | None:
    """
    Return what the document `body`, found at `url`, says.

    `title_hint` is the title where the document itself has none. None if it is neither
    HTML nor plain text, or above `max_bytes`. Never raises, whatever the bytes.
    """
    kind = _kind(body, content_type)
    if kind == "text":
        text = decoded(body, charset_of(content_type))
        return _from_plain(text, title_hint) if _fits(text, max_bytes) else None
    if kind == "html":
        page = page_text(body, content_type)
        if not _fits(page, max_bytes):
            page = _PICTURES.sub("", page)
        if not _fits(page, max_bytes):
            return None
        return _from_html(bare_if_crowded(page), url, title_hint)
    return None


def page_text(body: bytes, content_type: str | None = None) -> str:
    """Return an HTML page as text, by the charset that its server or it declares."""
    meta = _META_CHARSET.search(body[:4096])
    name = meta[1].decode("ascii", "replace") if meta else None
    # Servers know what they send better than templates do (RFC 9110, HTML 13.2.3).
    return decoded(body, charset_of(content_type), name)


def _fits(text: str, max_bytes: int) -> bool:
    return len(text.encode("utf-8", "replace")) <= max_bytes


def _kind(body: bytes, content_type: str | None) -> Literal["html", "text"] | None:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    start = body[:4096]
    if start.startswith(_BINARY) or (
        b"\x00" in start and not start.startswith(_UTF_16)
    ):
        return None
    looks_like_html = _HTML_START.search(start.replace(b"\x00", b"")) is not None
    if media_type in _HTML_TYPES:
        return "html"
    if media_type in _TEXT_TYPES:
        starts = start.lstrip().lower().startswith((b"<!doctype html", b"<html"))
        return "html" if starts else "text"
    if media_type in _UNSURE_TYPES:
        if looks_like_html:
            return "html"
        return (
            None if media_type.endswith("xml") or start.startswith(b"<?xml") else "text"
        )
    return None


def _from_plain(text: str, title_hint: str) -> Extracted:
    text = tidy(text.lstrip("\ufeff"))
    title = plain_line(title_hint) or text.partition("\n")[0]
    return Extracted(title=title[:MAX_TITLE_LENGTH], text=text)


def _from_html(page: str, url: str | None, title_hint: str) -> Extracted:
    tree = _tree(page)
    if tree is None:
        return Extracted(title=plain_line(title_hint), text="")
    try:
        title = title_of(tree)
        attachments = attachments_of(tree, url or "")
        language, published_at = language_of(tree), published_of(tree)
        text = _article(page, tree)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a page that breaks the analysis is still text
        return Extracted(title=plain_line(title_hint), text=plain_text(page))
    return Extracted(
        title=(title or plain_line(title_hint))[:MAX_TITLE_LENGTH],
        text=text,
        language=language,
        published_at=published_at,
        attachments=attachments,
    )


def _tree(page: str) -> etree._Element | None:
    # libxml2 stops at a depth of 256: what nests deeper is no article.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(page.encode("utf-8", "ignore"), parser)
    except (etree.LxmlError, ValueError):  # pragma: no cover - it recovers, or is None
        return None


def _article(page: str, tree: etree._Element) -> str:
    """Return the text of the article, or else of all that is not around one."""
    if page.count("<") <= MAX_TAGS:
        found = trafilatura.extract(
            page, favor_precision=True, include_comments=False, include_tables=True
        )
        if found and found.strip():
            return tidy(found)
    for element in list(tree.iter(*_NO_ARTICLE)):
        if not any(
            ancestor.tag in {"article", "main"} for ancestor in element.iterancestors()
        ):
            element.clear(keep_tail=True)
    whole = next(tree.iter("article"), None)
    if whole is None:
        whole = next(tree.iter("main", "body"), tree)
    return plain_text(etree.tostring(whole, encoding="unicode", method="html"))
