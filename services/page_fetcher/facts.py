"""What a page says about itself: title, language, date, attachments; pure."""

import re
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from communique.events import Attachment
from communique.markup import plain_line

MAX_ANCHORS = 5000
MAX_ATTACHMENTS = 50
MAX_URL_LENGTH = 2048

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}
_AROUND = frozenset({"nav", "header", "footer", "aside"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
)


def title_of(tree: etree._Element) -> str:
    """Return the page's title: for sharing, else its one heading, else the window's."""
    shared = _metas(tree).get("og:title", "")
    if shared:
        return plain_line(shared)
    headings = [text for h1 in tree.iter("h1") if (text := _text(h1))]
    if len(headings) == 1:
        return headings[0]
    return next((text for title in tree.iter("title") if (text := _text(title))), "")


def language_of(tree: etree._Element) -> str | None:
    """Return the language tag (BCP 47) that the page declares."""
    html = next(tree.iter("html"), None)
    declared = html.get("lang") or html.get("xml:lang") if html is not None else None
    tag = (declared or "").strip().replace("_", "-")
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else None


def published_of(tree: etree._Element) -> datetime | None:
    """Return when the page says it was published; only a time with its zone counts."""
    metas = _metas(tree)
    for name in _PUBLISHED:
        try:
            moment = datetime.fromisoformat(metas.get(name, "").strip())
            if moment.tzinfo is not None and moment.year >= 1800:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def attachments_of(tree: etree._Element, url: str) -> tuple[Attachment, ...]:
    """Return the documents that the article links to, in its order, each once."""
    base = next((href for tag in tree.iter("base") if (href := tag.get("href"))), "")
    article = next(tree.iter("article", "main"), None)
    found: dict[str, Attachment] = {}
    within = tree if article is None else article
    for anchor in islice(within.iter("a"), MAX_ANCHORS):
        address = _absolute(anchor.get("href") or "", base, url)
        media_type = _MEDIA_TYPES.get(_extension(address))
        if media_type is None or any(
            ancestor.tag in _AROUND for ancestor in anchor.iterancestors()
        ):
            continue
        found.setdefault(address, Attachment(url=address, media_type=media_type))
        if len(found) == MAX_ATTACHMENTS:
            break
    return tuple(found.values())


def _metas(tree: etree._Element) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content := meta.get("content"):
            metas.setdefault(name.strip().lower(), content)
    return metas


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _absolute(href: str, base: str, url: str) -> str:
    try:
        address = urljoin(urljoin(url, base), "".join(href.split("\n")).strip())
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or len(address) > MAX_URL_LENGTH:
        return ""
    return parts._replace(fragment="").geturl()


def _extension(address: str) -> str:
    return unquote(urlsplit(address).path).rpartition(".")[2].lower()
