"""A file as an entry: what `communique ingest` puts onto `entries`; pure."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from communique.codec import Record, encode
from communique.encoding import decoded
from communique.errors import UsageError
from communique.events import Entry, Issuer
from communique.identity import (
    canonical_link,
    feed_id,
    fingerprint,
    partition_for,
    release_id,
)
from communique.topics import ENTRIES, Naming
from page_fetcher.extract import extract, page_text

MAX_BODY_BYTES = 5 * 1024 * 1024
SOURCE = "urn:communique:ingest"
_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person says of a file beside its text."""

    title: str | None = None
    url: str | None = None
    ministry: str | None = None
    country: str | None = None
    language: str | None = None
    published_at: datetime | None = None


def entry_of(name: str, data: bytes, facts: Facts, *, seen_at: datetime) -> Entry:
    """
    Return the entry for the file `name`, a text or an HTML page.

    Without an address it is known by its text, so the same file twice is one release.

    Raises UsageError if it is no text, or if the address is no http(s) address.
    """
    is_html = _is_html(name, data)
    extracted = extract(
        data,
        content_type="text/html" if is_html else "text/plain",
        url=facts.url,
        title_hint=facts.title or "",
    )
    if extracted is None or not extracted.text.strip():
        raise UsageError(f"There is no text in {name}; give a text or an HTML file.")
    link = canonical_link(facts.url) if facts.url else None
    if facts.url and link is None:
        raise UsageError(f"{facts.url!r} is no http or https address.")
    title = facts.title or (extracted.title if is_html else _title(name, decoded(data)))
    digest = fingerprint(title or "", extracted.text)
    # Above the limit only what a reader sees travels on.
    carries_page = is_html and len(data) <= MAX_BODY_BYTES
    body = page_text(data) if carries_page else extracted.text
    return Entry(
        release_id=release_id(
            link=link, feed=SOURCE, guid=None, text=fingerprint(extracted.text)
        ),
        fingerprint=digest,
        issuer=Issuer(
            feed_id=feed_id(SOURCE),
            feed_url=SOURCE,
            title=facts.ministry or "ingested by hand",
            ministry=facts.ministry,
            country=facts.country.upper() if facts.country else None,
        ),
        link=link,
        title=title or "",
        body=body,
        body_media_type="text/html" if carries_page else "text/plain",
        language=facts.language,
        published_at=facts.published_at,
        published_zone="stated" if facts.published_at else None,
        published_flags=() if facts.published_at else ("missing",),
        seen_at=seen_at,
        backfill=True,
    )


def ingest_record(entry: Entry, naming: Naming) -> Record:
    """Return the record that brings `entry` to the page fetcher."""
    return encode(
        entry,
        topic=naming.topic(ENTRIES),
        key=entry.host,
        partition=partition_for(entry.host, ENTRIES.partitions),
        ce_id=f"{entry.release_id}:{entry.fingerprint}:{entry.issuer.feed_id}",
        ce_type="entry.seen",
        ce_time=entry.seen_at,
        source=SOURCE,
        subject=entry.release_id,
    )


def _is_html(name: str, data: bytes) -> bool:
    if PurePath(name).suffix.lower() in {".html", ".htm", ".xhtml"}:
        return True
    start = data[:1024].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _title(name: str, text: str) -> str:
    """Return the headline of a plain text, else the file's name."""
    lines = text.lstrip("\ufeff").strip().splitlines()
    first = lines[0] if lines else ""
    is_headline = lines[1:2] == [""] and len(first) <= _TITLE_CHARACTERS
    return first.strip() if is_headline else PurePath(name).stem
