"""JSON Feed 1 and 1.1 (jsonfeed.org) to items; pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from communique.events import Attachment
from communique.markup import plain_line, tidy
from feed_poller.document import NotAFeedError
from feed_poller.items import (
    MAX_ENTRIES,
    Found,
    Item,
    Reading,
    attachment,
    body_text,
    read_each,
    read_language,
)
from feed_poller.no_feed import what_it_is
from feed_poller.web_links import Relations, relations

MAX_CONTAINERS = 200_000
"""Objects and lists; each takes far more memory than its letters."""
_VERSION = "jsonfeed.org/version/"


def read_json_feed(text: str, reading: Reading, *, whole: bool = True) -> Found:
    """
    Return what the JSON document `text` holds; `whole` is False if it was cut.

    Raises NotAFeedError if it is no JSON Feed, or is broken: JSON has no half.
    """
    value = _value(text, whole=whole)
    listed = value.get("items") if isinstance(value, dict) else None
    versioned = isinstance(value, dict) and _VERSION in str(value.get("version"))
    if not isinstance(listed, list) or not (versioned or any(map(_is_item, listed))):
        raise NotAFeedError(what_it_is(text))
    warnings = [] if versioned else ["it does not say that it is a JSON Feed"]
    if len(listed) > MAX_ENTRIES:
        warnings.append(f"too long; only its first {MAX_ENTRIES} entries are read")
    items, skipped = read_each(
        listed[:MAX_ENTRIES], lambda raw: _item(_object(raw), reading)
    )
    return Found(
        items,
        title=plain_line(_text(value, "title")),
        language=read_language(value.get("language")),
        warnings=(*warnings, *skipped),
        relations=_relations(value),
    )


def _relations(value: Mapping[str, Any]) -> Relations:
    hubs = [
        ("hub", _text(hub, "url"))
        for hub in _list(value, "hubs")
        if isinstance(hub, dict) and hub.get("type") == "WebSub"
    ]
    named = (("self", "feed_url"), ("next", "next_url"))
    return relations(
        [*hubs, *((relation, _text(value, key)) for relation, key in named)]
    )


def _value(text: str, *, whole: bool) -> Any:  # noqa: ANN401
    if not whole or text.count("{") + text.count("[") > MAX_CONTAINERS:
        raise NotAFeedError("JSON too long to be read as a feed")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(f"broken JSON ({error!s:.100})") from error


def _is_item(value: object) -> bool:
    """Return whether an object without a version around it looks like an item."""
    return isinstance(value, dict) and bool(
        {"url", "id"} & value.keys()
        and {"title", "content_html", "content_text", "date_published"} & value.keys()
    )


def _item(raw: Mapping[str, Any], reading: Reading) -> Item:
    link = _text(raw, "url") or _text(raw, "external_url")
    html = body_text(_text(raw, "content_html"), "text/html")
    text = tidy(_text(raw, "content_text")) or body_text(_text(raw, "summary"))
    return reading.item(
        title=_text(raw, "title"),
        text=html or text,
        guid=_text(raw, "id"),
        link=reading.address(link) if link else None,
        author=", ".join(_authors(raw)),
        categories=filter(None, map(_word, _list(raw, "tags"))),
        attachments=_attachments(raw, reading),
        published=_text(raw, "date_published"),
        updated=_text(raw, "date_modified"),
    )


def _authors(raw: Mapping[str, Any]) -> Iterator[str]:
    # Version 1 has one `author`, version 1.1 a list of `authors`.
    for author in (*_list(raw, "authors"), raw.get("author")):
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _attachments(raw: Mapping[str, Any], reading: Reading) -> Iterator[Attachment]:
    for given in _list(raw, "attachments"):
        if isinstance(given, dict) and (address := _text(given, "url")):
            url = reading.address(address)
            size = given.get("size_in_bytes")
            if file := attachment(url, given.get("mime_type"), size):
                yield file


def _object(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise TypeError("an item is an object")
    return raw


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value[:200] if isinstance(value, list) else []


def _text(raw: Mapping[str, Any], key: str) -> str:
    return _word(raw.get(key))


def _word(value: object) -> str:
    """Return a string, or a number as one: many ids are numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""
