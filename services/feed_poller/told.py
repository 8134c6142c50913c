"""The records that tell of a visit: what is new, then the visit itself; pure."""

from datetime import UTC, datetime

from communique.codec import Record, encode
from communique.events import Entry, FeedPolled
from communique.identity import partition_for
from communique.topics import ENTRIES, FEEDS_POLLED, Naming
from feed_poller.cadence import NextVisit
from feed_poller.seen import Seen
from feed_poller.trust import WORDS


def told(
    seen: Seen,
    naming: Naming,
    *,
    started: datetime,
    now: datetime,
    following: NextVisit,
    due_at: float | None = None,
) -> list[Record]:
    """
    Return the records of a visit that lasted from `started` to `now`.

    `due_at` is since when it was due, in epoch seconds; None: that says nothing.
    """
    cause = seen.task.registered
    polled = _polled(seen, started, now, following, due_at)
    return [
        *(entry_record(entry, naming, cause=cause) for entry in seen.published),
        _polled_record(polled, naming, cause=cause),
    ]


def entry_record(entry: Entry, naming: Naming, *, cause: str) -> Record:
    """Return the record of `entry`: a host's entries share one partition."""
    host = entry.host
    return encode(
        entry,
        topic=naming.topic(ENTRIES),
        key=host,
        partition=partition_for(host, ENTRIES.partitions),
        ce_id=f"{entry.release_id}:{entry.fingerprint}:{entry.issuer.feed_id}",
        ce_type="entry.seen",
        ce_time=entry.seen_at,
        source=entry.issuer.feed_url,
        subject=entry.release_id,
        cause=cause,
    )


def _polled(
    seen: Seen,
    started: datetime,
    now: datetime,
    following: NextVisit,
    due_at: float | None,
) -> FeedPolled:
    task, feed, verdict = seen.task, seen.task.feed, seen.task.trust.verdict
    return FeedPolled(
        feed_id=feed.feed_id,
        url=feed.url,
        title=feed.title,
        ministry=feed.ministry,
        country=feed.country,
        visited_at=started,
        outcome=seen.outcome,
        reason=seen.reason,
        status=seen.status,
        entries=seen.entries,
        published=len(seen.published),
        backfill=any(entry.backfill for entry in seen.published),
        duration_seconds=max(0.0, (now - started).total_seconds()),
        next_visit_at=following.at,
        next_visit_reason=following.reason,
        events=seen.events,
        validators=verdict,
        verdict=WORDS[verdict],
        moved_to=seen.moved_to,
        address=task.address,
        standing=task.standing,
        failures=task.failures,
        not_modified_share=task.empties.share,
        news_at=_moment(task.rhythm.last_at),
        gap_at=_moment(task.gap_at),
        late_seconds=None
        if due_at is None
        else round(max(0.0, started.timestamp() - due_at), 3),
    )


def _moment(epoch_seconds: float | None) -> datetime | None:
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, UTC)


def _polled_record(polled: FeedPolled, naming: Naming, *, cause: str) -> Record:
    return encode(
        polled,
        topic=naming.topic(FEEDS_POLLED),
        key=polled.feed_id,
        ce_id=polled.visit_id,
        ce_type=f"feed.{polled.outcome}",
        ce_time=polled.visited_at,
        source=polled.url,
        subject=polled.feed_id,
        cause=cause,
    )
