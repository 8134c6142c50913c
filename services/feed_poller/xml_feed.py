"""RSS 0.9x to 2.0, Atom and RDF to items, by what feedparser hands over; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from communique.events import Attachment
from communique.markup import plain_line, plain_text
from feed_poller.document import Markup, NotAFeedError
from feed_poller.hints import read_hints
from feed_poller.items import (
    Found,
    Item,
    Reading,
    attachment,
    body_text,
    read_each,
    read_language,
)
from feed_poller.reader import Document, read_document
from feed_poller.web_links import Relations, relations

_MAX_RIGHTS = 20_000


def read_xml_feed(markup: Markup, reading: Reading, *, whole: bool = True) -> Found:
    """
    Return what the feed holds; `whole` is False if `markup` is only its beginning.

    Raises NotAFeedError if there is no entry in what is not well-formed XML.
    """
    document = _document(markup.text, whole=whole)
    raws = list(document.entries)
    sound = document.well_formed and document.version and not markup.led
    if not raws and document.well_formed and not document.complete:
        raise NotAFeedError(
            "its first entry is too long or nested too deeply to be read"
        )
    if not raws and not sound:
        raise NotAFeedError("text or broken XML without an entry in it")
    warnings = []
    if not document.well_formed:
        warnings.append("not well-formed XML; read as well as it can be")
        if raws and document.complete and _ends_within_entry(markup.text):
            warnings.append("it ends within its last entry, which is left for later")
            raws.pop()
    if not document.complete:
        warnings.append(f"too long; only its first {len(raws)} entries are read")
    items, skipped = read_each(raws, lambda raw: read_item(raw, reading))
    channel = document.channel
    rights = str(channel.get("rights") or "")[:_MAX_RIGHTS]
    return Found(
        items,
        title=plain_line(str(channel.get("title") or "")[:_MAX_RIGHTS]),
        language=read_language(channel.get("language")),
        rights=plain_text(rights)[:1000] or None,
        warnings=(*warnings, *skipped),
        hints=read_hints(channel, markup.text),
        relations=_relations(channel),
    )


def read_item(raw: Mapping[str, Any], reading: Reading) -> Item:
    """Return the facts of `raw`, an entry of feedparser."""
    # RDF has `dc:date` only, which feedparser calls "updated", and many Atom feeds too.
    dates = (_text(raw, key) for key in ("published", "updated", "created"))
    return reading.item(
        title=_text(raw, "title"),
        text=_body(raw),
        guid=_text(raw, "id"),
        link=_link(raw, reading),
        author=_text(raw, "author"),
        categories=_categories(raw),
        attachments=_attachments(raw, reading),
        published=next(filter(None, dates), ""),
        updated=_text(raw, "updated"),
        rights=_text(raw, "rights"),
    )


def _relations(channel: Mapping[str, Any]) -> Relations:
    links: Sequence[Mapping[str, Any]] = channel.get("links") or ()
    return relations(
        (str(link.get("rel")), str(link.get("href") or "")) for link in links
    )


def _document(text: str, *, whole: bool) -> Document:
    try:
        return read_document(text, whole=whole)
    except MemoryError:
        raise
    except Exception as error:
        raise NotAFeedError(f"cannot be read as a feed ({error!r:.100})") from error


def _ends_within_entry(text: str) -> bool:
    lower = text.lower()
    return any(
        lower.find(f"</{name}", opened) < 0
        for name in ("item", "entry")
        if (opened := max(lower.rfind(f"<{name}>"), lower.rfind(f"<{name} "))) >= 0
    )


def _text(raw: Mapping[str, Any], key: str) -> str:
    # `.get("updated")` of feedparser warns and answers with another field.
    value = dict.get(raw, key) if isinstance(raw, dict) else raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def _body(raw: Mapping[str, Any]) -> str:
    """Return the longest content, or else the summary, without markup."""
    contents = [
        body_text(str(content.get("value") or ""), content.get("type"))
        for content in raw.get("content") or ()
    ]
    longest = max(contents, key=len, default="")
    if longest:
        return longest
    detail = raw.get("summary_detail") or {}
    return body_text(_text(raw, "summary"), detail.get("type"))


def _link(raw: Mapping[str, Any], reading: Reading) -> str | None:
    """Return the page of the entry: no enclosure, and a guid only if it is one."""
    alternates = [
        link
        for link in raw.get("links") or ()
        if link.get("rel", "alternate") == "alternate" and link.get("href")
    ]
    pages = [link for link in alternates if "html" in link.get("type", "html")]
    named = (pages or alternates or [{}])[0].get("href") or _text(raw, "link")
    if not named:
        return None
    if named == _text(raw, "id") and raw.get("guidislink") and not _is_address(named):
        return None
    return reading.address(named)


def _is_address(guid: str) -> bool:
    return guid.startswith(("http://", "https://", "/"))


def _categories(raw: Mapping[str, Any]) -> Iterator[str]:
    tags: Sequence[Mapping[str, Any]] = raw.get("tags") or ()
    return (str(tag.get("label") or tag.get("term") or "") for tag in tags)


def _attachments(raw: Mapping[str, Any], reading: Reading) -> Iterator[Attachment]:
    """Yield the enclosures, then what Media RSS calls the content."""
    for link in raw.get("links") or ():
        if link.get("rel") == "enclosure" and link.get("href"):
            url = reading.address(str(link["href"]))
            if file := attachment(url, link.get("type"), link.get("length")):
                yield file
    for media in raw.get("media_content") or ():
        if media.get("url"):
            url = reading.address(str(media["url"]))
            if file := attachment(url, media.get("type"), media.get("filesize")):
                yield file
