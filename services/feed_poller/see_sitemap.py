"""What a visit to one sitemap of an index means; pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from communique.events import Entry
from feed_poller.cadence import Bounds, adapted
from feed_poller.changes import newest
from feed_poller.fetch import NOTHING_CHANGED, Failed, Fetched, NotModified
from feed_poller.items import MAX_ENTRIES
from feed_poller.memory import knows_release, with_entries
from feed_poller.parse import NotAFeedError, ParsedFeed, parse
from feed_poller.relaunch import is_relaunch
from feed_poller.rhythm import zone_of
from feed_poller.rounds import MOST_ENTRIES, Sitemap
from feed_poller.see import fitting, moment, new_or_reworded
from feed_poller.seen import Seen
from feed_poller.standing import after_visit
from feed_poller.tasks import FeedTask


def see_sitemap(
    task: FeedTask,
    sitemap: Sitemap,
    fetched: Fetched | NotModified | Failed,
    *,
    seen_at: datetime,
    bounds: Bounds,
    interval_seconds: float,
) -> Seen:
    """
    Return what a visit to `sitemap` means for the feed of `task`, whose index names it.

    One that cannot be read does not stop the feed: it is left out, and asked for again
    in the next round if it may come back.
    """
    if isinstance(fetched, Failed):
        after = task.round.after(
            sitemap.has_been_read() if fetched.permanent else sitemap
        )
        if fetched.retry_after_seconds is not None:
            after = after.stopped()
        return _seen(task, sitemap, fetched, "failed", fetched.reason, {"round": after})
    done = {"round": task.round.after(sitemap.has_been_read(fetched.validators))}
    if isinstance(fetched, NotModified):
        return _seen(task, sitemap, fetched, "not_modified", NOTHING_CHANGED, done)
    try:
        parsed = parse(
            fetched.body,
            feed=task.feed,
            url=fetched.url,
            seen_at=seen_at,
            content_type=fetched.content_type,
            known_reused=task.reused_links,
        )
    except NotAFeedError as error:
        return _seen(task, sitemap, fetched, "failed", str(error), done)
    entries = _newest_first(parsed)[:MOST_ENTRIES]
    unknown = {e.release_id for e in entries if not knows_release(task.known, e)}
    relaunched = sitemap.read is not None and is_relaunch(
        entries, task.known, last_read_at=moment(task.read_at)
    )
    published = tuple(
        fitting(
            entry,
            backfill=entry.release_id in unknown
            and (relaunched or sitemap.is_old(entry)),
        )
        for entry in new_or_reworded(entries, task.known)
    )
    news = [
        entry
        for entry in published
        if entry.release_id in unknown and not entry.backfill
    ]
    standing, events = after_visit(task.standing, news=bool(news), silent=False)
    facts: dict[str, object] = {
        **done,
        "standing": standing,
        # As much as of one large document, for all sitemaps together.
        "known": with_entries(task.known, newest(entries), at_least=2 * MAX_ENTRIES),
        "rhythm": task.rhythm.heard(
            [entry.published_at for entry in news],
            seen_at,
            zone_of(task.feed.time_zone),
        ),
    }
    if news:
        facts["interval_seconds"] = round(
            adapted(
                task.interval_seconds or interval_seconds,
                entries=len(entries),
                new=len(news),
                gap=False,
                elapsed_seconds=None,
                window_seconds=None,
                bounds=bounds,
            ),
            1,
        )
    reason = f"{len(entries)} entries, {len(published)} new or reworded"
    if any(entry.backfill for entry in published):
        reason += ", those that were there before: backfill"
    outcome = "changed" if published else "unchanged"
    seen = _seen(task, sitemap, fetched, outcome, reason, facts)
    return replace(seen, entries=len(entries), published=published, events=events)


def _seen(
    task: FeedTask,
    sitemap: Sitemap,
    fetched: Fetched | NotModified | Failed,
    outcome: str,
    reason: str,
    facts: Mapping[str, object],
) -> Seen:
    seen = Seen(
        outcome,
        f"the sitemap {sitemap.url}: {reason}",
        fetched.status,
        task.model_copy(update=facts),
    )
    if isinstance(fetched, Failed):
        return replace(seen, retry_after_seconds=fetched.retry_after_seconds)
    return replace(seen, fresh_seconds=fetched.fresh_seconds)


def _newest_first(parsed: ParsedFeed) -> list[Entry]:
    def age(entry: Entry) -> float:
        at = entry.updated_at or entry.published_at
        return -at.timestamp() if at else 0.0

    return sorted(parsed.entries, key=age)
