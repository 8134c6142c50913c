"""What every reader of a feed makes of one element: an item of plain facts; pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Literal, TypeVar
from urllib.parse import urljoin, urlsplit

from communique.events import Attachment
from communique.identity import canonical_link, fingerprint
from communique.markup import is_markup, plain_line, plain_text, tidy
from feed_poller.dates import Moment, read_date
from feed_poller.hints import Hints
from feed_poller.web_links import Relations

MAX_ENTRIES = 1500
"""Of one document."""
MAX_URL_LENGTH = 2048
MAX_TITLE_LENGTH = 2000
MAX_TEXT_LENGTH = 1_000_000
MAX_LISTED = 50
"""Categories and attachments of one entry."""
_MAX_LINE_SOURCE = 20_000
"""Characters of markup that are read of what becomes one line."""
CLOCK_SKEW = timedelta(minutes=5)
"""A date this little ahead of us is a clock that is, not a date in the future."""

Flag = Literal["missing", "impossible", "future"]
Raw = TypeVar("Raw")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry before it has an identity; `link` is absolute where it can be."""

    title: str
    text: str = ""
    guid: str | None = None
    link: str | None = None
    canonical: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    published_at: datetime | None = None
    published_zone: Literal["stated", "assumed"] | None = None
    published_flags: tuple[Flag, ...] = ("missing",)
    updated_at: datetime | None = None
    rights: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A sitemap that an index names, and when it last changed, in its words."""

    address: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader found in a document, in its order."""

    items: tuple[Item, ...]
    title: str = ""
    language: str | None = None
    rights: str | None = None
    warnings: tuple[str, ...] = ()
    """What went wrong without stopping us: a sentence each, entries counted in it."""
    children: tuple[Named, ...] = ()
    """The sitemaps that an index names, the newest first."""
    hints: Hints = field(default_factory=Hints)
    """When it wants to be visited again."""
    relations: Relations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader has to know about the document that it reads."""

    url: str
    zone: tzinfo
    seen_at: datetime
    month_first: bool = False
    """How 3/4/2026 is meant."""
    links_under: str | None = None

    def wants(self, link: str | None) -> bool:
        """Return whether an entry with this link is asked for."""
        return not self.links_under or (link or "").startswith(self.links_under)

    def address(self, link: str) -> str | None:
        """Return `link` made absolute, or None if it is no address of the web."""
        link = "".join(tidy(link[: 2 * MAX_URL_LENGTH]).split("\n"))
        try:
            found = urljoin(self.url, link)
            scheme = urlsplit(found).scheme
        except ValueError:
            return None
        if len(found) > MAX_URL_LENGTH or scheme not in {"http", "https", ""}:
            return None
        return found

    def date(self, text: str) -> Moment | None:
        """Return the moment that `text` names, by the habits of this feed."""
        return read_date(text[:1000], self.zone, month_first=self.month_first)

    def item(
        self,
        *,
        title: str,
        published: str,
        link: str | None = None,
        updated: str = "",
        text: str = "",
        guid: str = "",
        author: str = "",
        categories: Iterable[str] = (),
        attachments: Iterable[Attachment] = (),
        rights: str = "",
    ) -> Item:
        """
        Return the item of values as they stand in the document.

        Markup is taken off, dates are read, lengths are cut; `link` and the addresses
        of `attachments` are absolute already.
        """
        moment, flags = self._published(published)
        changed = self.date(updated)
        guid = tidy(guid)
        names = (plain_line(name[:1000])[:200] for name in categories)
        files = {file.url: file for file in attachments}
        return Item(
            title=plain_line(title[:_MAX_LINE_SOURCE])[:MAX_TITLE_LENGTH],
            text=text[:MAX_TEXT_LENGTH],
            guid=(guid or None) if len(guid) <= MAX_URL_LENGTH else fingerprint(guid),
            link=link,
            canonical=canonical_link(link) if link else None,
            author=plain_line(author[:_MAX_LINE_SOURCE])[:300] or None,
            categories=tuple(dict.fromkeys(filter(None, names)))[:MAX_LISTED],
            attachments=tuple(files.values())[:MAX_LISTED],
            published_at=moment.at if moment else None,
            published_zone=moment.zone if moment else None,
            published_flags=flags,
            updated_at=changed.at if changed else None,
            rights=plain_text(rights[:_MAX_LINE_SOURCE])[:1000] or None,
        )

    def _published(self, stated: str) -> tuple[Moment | None, tuple[Flag, ...]]:
        if not stated.strip():
            return None, ("missing",)
        moment = self.date(stated)
        if moment is None:
            return None, ("impossible",)
        ahead = moment.at > self.seen_at + CLOCK_SKEW
        return moment, ("future",) if ahead else ()


def read_each(
    raws: Iterable[Raw], read: Callable[[Raw], Item]
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the items of `raws`, and a warning for each kind of bad one, counted."""
    items: list[Item] = []
    skipped: Counter[str] = Counter()
    for raw in raws:
        try:
            item = read(raw)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a bad one must not cost the others
            skipped[f"unreadable ({type(error).__name__})"] += 1
            continue
        if item.title or item.text or item.link or item.guid:
            items.append(item)
        else:
            skipped["no title, text, link or guid"] += 1
    return tuple(items), tuple(
        f"skipped {count} of the entries: {why}" for why, count in skipped.items()
    )


def body_text(value: str, media_type: object = None) -> str:
    """Return a text without markup; `media_type` is what the feed calls it."""
    value = value[: 4 * MAX_TEXT_LENGTH]
    if media_type == "text/plain" and not is_markup(value):
        return tidy(value)  # RFC 4287, 3.1.1.1: what looks like a reference is none
    return plain_text(value)


def attachment(url: str | None, media_type: object, size: object) -> Attachment | None:
    """Return the file at the absolute address `url`, with what is said about it."""
    if not url:
        return None
    length = str(size if size is not None else "").strip()
    known = length.isascii() and length.isdigit() and len(length) < 16
    return Attachment(
        url=url,
        media_type=str(media_type or "")[:100] or None,
        size_bytes=int(length) if known else None,
    )


def read_language(value: object) -> str | None:
    """Return `value` if it is a language tag (BCP 47)."""
    text = str(value or "").strip().replace("_", "-")
    return text if len(text) <= 35 and _LANGUAGE.fullmatch(text) else None
