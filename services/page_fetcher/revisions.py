"""What an entry and its page make of a release: an event, or nothing; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from communique.events import Attachment, Change, Entry, Issuer, RawRelease
from communique.identity import canonical_link, fingerprint
from page_fetcher.extract import Extracted

TextFrom = Literal["page", "feed", "ingest"]


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is known of a release: its numbers, and its last event where that is at hand.

    Without `last` nothing can be kept of the earlier text, title and facts.
    """

    revision: int
    version: int
    fingerprint: str
    first_seen_at: datetime
    revision_seen_at: datetime
    issuers: tuple[Issuer, ...]
    text_from: TextFrom
    last: RawRelease | None = None

    @classmethod
    def of(cls, last: RawRelease) -> Self:
        """Return what the last event on `releases.raw` tells."""
        return cls(
            revision=last.revision,
            version=last.version,
            fingerprint=last.fingerprint,
            first_seen_at=last.first_seen_at,
            revision_seen_at=last.revision_seen_at,
            issuers=last.issuers,
            text_from=last.text_from,
            last=last,
        )


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    text: str
    source: TextFrom

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.title, self.text)


def next_release(
    entry: Entry, extracted: Extracted | None, known: Known | None, now: datetime
) -> RawRelease | None:
    """
    Return the next event of a release, or None if nothing happened to it.

    `extracted` is None if the page cannot be had. A text that was read from the page is
    never given up for the feed's own again: the page will be back. Of two feeds that
    name one release the first decides on its title, and on the feed's own text.
    """
    if known is None:
        return _first(entry, extracted, now)
    if known.last is not None and known.last.change == "erased":
        return None  # what was erased does not come back because it is still online
    text = _text_now(entry, extracted, known)
    if text is None:
        return None
    issuers = _issuers(known.issuers, entry.issuer)
    is_named_anew = len(issuers) > len(known.issuers)
    is_reworded = text.fingerprint != known.fingerprint
    is_read_anew = known.text_from == "feed" and text.source != "feed"
    if not (is_reworded or is_named_anew or is_read_anew):
        return None
    before = known.last
    same_title = before is None or fingerprint(before.title) == fingerprint(text.title)
    change: Change = "updated"
    if is_reworded and not (is_read_anew and same_title):
        change = "revised"
    is_revision = change == "revised"
    version = _version(now, known.version)
    facts = _facts(entry, extracted, before)
    if before is not None and not _is_first_issuer(entry, known):
        facts = _only_new(facts, before)
    return RawRelease(
        release_id=entry.release_id,
        revision=known.revision + is_revision,
        version=version,
        change=change,
        fingerprint=text.fingerprint,
        title=text.title,
        text=text.text,
        text_from=text.source,
        issuers=issuers,
        first_seen_at=known.first_seen_at,
        # Of the version, not of a clock: an event made again is the same to the byte.
        revision_seen_at=datetime.fromtimestamp(version / 1000, UTC)
        if is_revision
        else known.revision_seen_at,
        backfill=entry.backfill,
        **facts,
    )


def _first(entry: Entry, extracted: Extracted | None, now: datetime) -> RawRelease:
    text = _text(entry, extracted)
    return RawRelease(
        release_id=entry.release_id,
        revision=1,
        version=_version(now, 0),
        change="new",
        fingerprint=text.fingerprint,
        title=text.title,
        text=text.text,
        text_from=text.source,
        issuers=(entry.issuer,),
        first_seen_at=entry.seen_at,
        revision_seen_at=entry.seen_at,
        backfill=entry.backfill,
        **_facts(entry, extracted),
    )


def _text(entry: Entry, extracted: Extracted | None) -> _Text:
    """Return the page's text, or the feed's own if that is more than twice as long."""
    found = extracted.text if extracted else ""
    title = entry.title or (extracted.title if extracted else "")
    if entry.body is not None:
        return _Text(title, found or entry.text, "ingest")
    if found and 2 * len(found) >= len(entry.text):
        return _Text(title, found, "page")
    return _Text(title, entry.text, "feed")


def _text_now(entry: Entry, extracted: Extracted | None, known: Known) -> _Text | None:
    """Return the text to compare with what is known; None if none can be had."""
    text, last = _text(entry, extracted), known.last
    is_lost = text.source == "feed" and known.text_from != "feed"
    if last is None:
        return None if is_lost else text
    is_first = _is_first_issuer(entry, known)
    title = text.title if is_first or not last.title else last.title
    if is_lost or (text.source == "feed" and not is_first and last.text):
        return _Text(title, last.text, known.text_from)
    return _Text(title, text.text, text.source)


def _facts(
    entry: Entry, extracted: Extracted | None, before: RawRelease | None = None
) -> dict[str, Any]:
    """Return what is told beside the text; a page out of reach still has its files."""
    files = (*entry.attachments, *(extracted.attachments if extracted else ()))
    if extracted is None and before is not None:
        files = (*files, *before.attachments)
    facts: dict[str, Any] = {
        "link": entry.link or canonical_link(entry.link_as_published or ""),
        "language": entry.language or (extracted.language if extracted else None),
        "author": entry.author,
        "categories": entry.categories,
        "attachments": _each_once(files),
        "published_at": entry.published_at,
        "published_zone": entry.published_zone,
        "published_flags": entry.published_flags,
        "updated_at": entry.updated_at,
        "rights": entry.rights,
    }
    if entry.published_at is None and extracted and extracted.published_at:
        is_ahead = extracted.published_at > entry.seen_at
        facts["published_at"] = extracted.published_at
        facts["published_zone"] = "stated"
        facts["published_flags"] = ("future",) if is_ahead else ()
    return facts


def _only_new(facts: dict[str, Any], before: RawRelease) -> dict[str, Any]:
    """Return the facts of `before`, with what another feed knows where it is silent."""
    kept = {name: getattr(before, name) or value for name, value in facts.items()}
    kept["attachments"] = _each_once((*before.attachments, *facts["attachments"]))
    when = before.model_dump() if before.published_at else facts
    return kept | {name: when[name] for name in facts if name.startswith("published_")}


def _each_once(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for file in files:
        found.setdefault(file.url, file)
    return tuple(found.values())


def _issuers(known: tuple[Issuer, ...], issuer: Issuer) -> tuple[Issuer, ...]:
    """Return all that name the release, the first one first, each as it is now."""
    by_feed = {one.feed_id: one for one in known}
    by_feed[issuer.feed_id] = issuer
    return tuple(by_feed.values())


def _is_first_issuer(entry: Entry, known: Known) -> bool:
    return not known.issuers or known.issuers[0].feed_id == entry.issuer.feed_id


def _version(now: datetime, previous: int) -> int:
    return max(int(now.timestamp() * 1000), previous + 1)
