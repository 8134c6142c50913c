"""One element of a feed, as feedparser hands it over, to plain facts; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from communique.events import Attachment
from communique.identity import canonical_link, fingerprint
from communique.markup import is_markup, plain_line, plain_text, tidy
from feed_poller.dates import Moment, read_date

MAX_URL_LENGTH = 2048
MAX_TITLE_LENGTH = 2000
MAX_TEXT_LENGTH = 1_000_000
MAX_LISTED = 50
"""Categories and attachments of one entry."""
CLOCK_SKEW = timedelta(minutes=5)
"""A date this little ahead of us is a clock that is, not a date in the future."""

Flag = Literal["missing", "impossible", "future"]
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry before it has an identity; `link` is absolute where it can be."""

    title: str
    text: str
    guid: str | None
    link: str | None
    canonical: str | None
    author: str | None
    categories: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    published_at: datetime | None
    published_zone: Literal["stated", "assumed"] | None
    published_flags: tuple[Flag, ...]
    updated_at: datetime | None
    rights: str | None


def read_item(
    raw: Mapping[str, Any],
    *,
    url: str,
    zone: tzinfo,
    seen_at: datetime,
    month_first: bool = False,
) -> Item:
    """Return the facts of `raw`, an entry of the feed document at `url`."""
    guid = _guid(raw)
    link = _link(raw, url)
    published, flags = _published(raw, zone, seen_at, month_first=month_first)
    updated = read_date(_text(raw, "updated"), zone, month_first=month_first)
    return Item(
        title=_title(raw)[:MAX_TITLE_LENGTH],
        text=_body(raw)[:MAX_TEXT_LENGTH],
        guid=guid,
        link=link,
        canonical=canonical_link(link) if link else None,
        author=plain_line(_text(raw, "author"))[:300] or None,
        categories=_categories(raw),
        attachments=_attachments(raw, url),
        published_at=published.at if published else None,
        published_zone=published.zone if published else None,
        published_flags=flags,
        updated_at=updated.at if updated else None,
        rights=plain_text(_text(raw, "rights"))[:1000] or None,
    )


def read_language(value: object) -> str | None:
    """Return `value` if it is a language tag (BCP 47)."""
    text = str(value or "").strip().replace("_", "-")
    return text if len(text) <= 35 and _LANGUAGE.fullmatch(text) else None


def _text(raw: Mapping[str, Any], key: str) -> str:
    # `.get("updated")` of feedparser warns and answers with another field.
    value = dict.get(raw, key) if isinstance(raw, dict) else raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def _title(raw: Mapping[str, Any]) -> str:
    return plain_line(_text(raw, "title"))


def _body(raw: Mapping[str, Any]) -> str:
    """Return the longest content, or else the summary, without markup."""
    contents = [
        _plain(str(content.get("value") or ""), content.get("type"))
        for content in raw.get("content") or ()
    ]
    longest = max(contents, key=len, default="")
    if longest:
        return longest
    detail = raw.get("summary_detail") or {}
    return _plain(_text(raw, "summary"), detail.get("type"))


def _plain(value: str, media_type: object) -> str:
    if media_type == "text/plain" and not is_markup(value):
        return tidy(value)  # RFC 4287, 3.1.1.1: what looks like a reference is none
    return plain_text(value)


def _guid(raw: Mapping[str, Any]) -> str | None:
    guid = tidy(_text(raw, "id"))
    return (guid or None) if len(guid) <= MAX_URL_LENGTH else fingerprint(guid)


def _link(raw: Mapping[str, Any], url: str) -> str | None:
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
    return _absolute(named, url)


def _is_address(guid: str) -> bool:
    return guid.startswith(("http://", "https://", "/"))


def _absolute(link: str, url: str) -> str | None:
    link = "".join(tidy(link).split("\n"))
    try:
        found = urljoin(url, link)
        scheme = urlsplit(found).scheme
    except ValueError:
        return None
    if len(found) > MAX_URL_LENGTH or scheme not in {"http", "https", ""}:
        return None
    return found


def _published(
    raw: Mapping[str, Any], zone: tzinfo, seen_at: datetime, *, month_first: bool
) -> tuple[Moment | None, tuple[Flag, ...]]:
    # RDF has `dc:date` only, which feedparser calls "updated", and many Atom feeds too.
    stated = next(
        (
            text
            for key in ("published", "updated", "created")
            if (text := _text(raw, key))
        ),
        "",
    )
    if not stated:
        return None, ("missing",)
    moment = read_date(stated, zone, month_first=month_first)
    if moment is None:
        return None, ("impossible",)
    return moment, ("future",) if moment.at > seen_at + CLOCK_SKEW else ()


def _categories(raw: Mapping[str, Any]) -> tuple[str, ...]:
    tags: Sequence[Mapping[str, Any]] = raw.get("tags") or ()
    names = (plain_line(str(tag.get("label") or tag.get("term") or "")) for tag in tags)
    return tuple(dict.fromkeys(name[:200] for name in names if name))[:MAX_LISTED]


def _attachments(raw: Mapping[str, Any], url: str) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for link in raw.get("links") or ():
        if link.get("rel") != "enclosure" or not link.get("href"):
            continue
        address = _absolute(str(link["href"]), url)
        if address:
            length = str(link.get("length") or "").strip()
            found.setdefault(
                address,
                Attachment(
                    url=address,
                    media_type=str(link.get("type") or "")[:100] or None,
                    size_bytes=int(length)
                    if length.isascii() and length.isdigit() and len(length) < 16
                    else None,
                ),
            )
    return tuple(found.values())[:MAX_LISTED]
