"""What a visit to a feed means: what is new in it, and what it is like; pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from communique.events import Entry
from feed_poller.cadence import Bounds, adapted
from feed_poller.changes import changes, newest
from feed_poller.fetch import NOTHING_CHANGED, Failed, Fetched, NotModified
from feed_poller.memory import Known, knows_text, with_entries
from feed_poller.parse import NotAFeedError, ParsedFeed, parse
from feed_poller.relaunch import behind_known, is_relaunch, unknown_releases
from feed_poller.rhythm import first_rhythm, zone_of
from feed_poller.rounds import Round
from feed_poller.seen import Seen, digest, failed, is_same_document, visited
from feed_poller.tasks import MAX_REUSED, FeedTask

MAX_TEXT_CHARACTERS = 1_000_000
MOST_PINNED = 3
"""Entries at the top that were listed before, with nothing but new ones below."""


def see(
    task: FeedTask,
    fetched: Fetched | NotModified | Failed,
    *,
    seen_at: datetime,
    bounds: Bounds,
    interval_seconds: float,
    plain: bool = False,
) -> Seen:
    """
    Return what a visit means; a feed's first visit is backfill, a relaunch too.

    `plain`: it was asked without validators. `interval_seconds` is where a feed begins.
    """
    if isinstance(fetched, Failed):
        return failed(task, fetched.reason, fetched)
    interval = task.interval_seconds or interval_seconds
    if isinstance(fetched, NotModified) or is_same_document(task, fetched):
        return _unchanged(task, fetched, seen_at, bounds, interval, plain=plain)
    first = task.visits == 0
    try:
        parsed = parse(
            fetched.body,
            feed=task.feed,
            url=fetched.url,
            seen_at=seen_at,
            content_type=fetched.content_type,
            backfill=first,
            known_reused=task.reused_links,
            links=fetched.links,
        )
    except NotAFeedError as error:
        refused = Failed(str(error), fetched.status)
        return failed(task, str(error), refused, no_feed=True)
    if parsed.children:
        return _read_index(task, fetched, parsed, seen_at, interval, plain=plain)
    return _read(task, fetched, parsed, seen_at, bounds, interval, plain=plain)


def _unchanged(
    task: FeedTask,
    fetched: Fetched | NotModified,
    seen_at: datetime,
    bounds: Bounds,
    interval: float,
    *,
    plain: bool,
) -> Seen:
    """Return what it means that nothing changed; nothing is parsed."""
    if isinstance(fetched, NotModified):
        outcome, reason = "not_modified", NOTHING_CHANGED
    else:
        outcome, reason = "unchanged", "the same bytes as at the last visit"
    slower = adapted(
        interval,
        entries=0,
        new=0,
        gap=False,
        elapsed_seconds=_elapsed(task, seen_at),
        window_seconds=None,
        bounds=bounds,
    )
    facts = {"interval_seconds": round(slower, 1), "round": task.round.again()}
    return visited(task, fetched, seen_at, outcome, reason, facts, plain=plain, news=())


def _read_index(
    task: FeedTask,
    fetched: Fetched,
    parsed: ParsedFeed,
    seen_at: datetime,
    interval: float,
    *,
    plain: bool,
) -> Seen:
    """Return what an index means: which of its sitemaps are visited after it."""
    following = task.round.begun(parsed.children, task.read_at)
    facts = {
        "round": following,
        "digest": digest(fetched.body),
        "hints": parsed.hints,
        "hub": parsed.hub,
        "interval_seconds": interval,
    }
    reason = (
        f"a sitemap index that names {len(parsed.children)} sitemaps; "
        f"{len(following.waiting)} of the newest are read next"
    )
    return visited(
        task, fetched, seen_at, "unchanged", reason, facts, plain=plain, news=()
    )


def _read(
    task: FeedTask,
    fetched: Fetched,
    parsed: ParsedFeed,
    seen_at: datetime,
    bounds: Bounds,
    interval: float,
    *,
    plain: bool,
) -> Seen:
    first = task.visits == 0
    entries = parsed.entries
    read_at = moment(task.read_at)
    unknown = {entry.release_id for entry in unknown_releases(entries, task.known)}
    relaunched = not first and is_relaunch(entries, task.known, last_read_at=read_at)
    old = behind_known(entries, task.known, last_read_at=read_at)
    gap = bool(task.known) and not relaunched and is_gap(entries, unknown - old)
    if relaunched:
        old = unknown
    published = tuple(
        fitting(entry, backfill=first or entry.release_id in old)
        for entry in new_or_reworded(entries, task.known)
    )
    news = [entry for entry in published if entry.release_id in unknown - old]
    zone = zone_of(task.feed.time_zone)
    quiet = first or relaunched  # nothing in it says how often there is news
    if first:
        rhythm = first_rhythm([entry.published_at for entry in entries], seen_at, zone)
    elif relaunched:
        rhythm = task.rhythm
    else:
        rhythm = task.rhythm.heard(
            [entry.published_at for entry in news], seen_at, zone
        )
    facts = {
        "known": with_entries(task.known, newest(entries)),
        "reused_links": tuple(sorted(parsed.reused_links))[:MAX_REUSED],
        "digest": digest(fetched.body),
        "hints": parsed.hints,
        "hub": parsed.hub,
        "round": Round(),
        "rhythm": rhythm,
        "interval_seconds": round(
            adapted(
                interval,
                entries=len(entries),
                new=0 if quiet else len(news),
                gap=gap,
                elapsed_seconds=0.0 if quiet else _elapsed(task, seen_at),
                window_seconds=rhythm.gap_seconds and rhythm.gap_seconds * len(entries),
                bounds=bounds,
            ),
            1,
        ),
    }
    reason = f"{len(entries)} entries, {len(published)} new or reworded"
    if first:
        reason += ", first visit: backfill"
    if relaunched:
        reason += "; old ones under new ids or links: backfill"
    elif old:
        reason += f"; {len(old)} old ones behind those listed before: backfill"
    if gap:
        reason += "; none of them was listed before, so some may have been missed"
    if parsed.warnings:
        reason += f"; {len(parsed.warnings)} warnings, as: {parsed.warnings[0]}"
    return visited(
        task,
        fetched,
        seen_at,
        "changed" if published else "unchanged",
        reason,
        facts,
        plain=plain,
        news=published,
        entries=len(entries),
        gap=gap,
    )


def is_gap(entries: Sequence[Entry], unknown: Collection[str]) -> bool:
    """
    Return whether a document has moved past all that was listed before.

    What publishers pin to the top, and was seen long ago, does not count.
    """
    news = [entry.release_id in unknown for entry in entries]
    pinned = next((place for place, new in enumerate(news) if new), len(news))
    below = news[pinned:]
    few = pinned <= MOST_PINNED < len(below)
    return bool(below) and all(below) and (pinned == 0 or few)


def new_or_reworded(entries: Sequence[Entry], known: Known) -> Iterator[Entry]:
    """Yield the entries that were not seen with this very text, oldest first."""
    texts = {e.release_id: e.fingerprint for e in entries if knows_text(known, e)}
    return changes(entries, texts)


def fitting(entry: Entry, *, backfill: bool) -> Entry:
    """Return `entry` as a record can carry it; the page has the rest of such a text."""
    if len(entry.text) <= MAX_TEXT_CHARACTERS and entry.backfill == backfill:
        return entry
    return entry.model_copy(
        update={"text": entry.text[:MAX_TEXT_CHARACTERS], "backfill": backfill}
    )


def _elapsed(task: FeedTask, seen_at: datetime) -> float | None:
    return None if task.read_at is None else seen_at.timestamp() - task.read_at


def moment(epoch_seconds: float | None) -> datetime | None:
    """Return a time in epoch seconds as a moment."""
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, UTC)
