"""Which numbers the next event of a release gets, also after a crash; pure."""

from datetime import UTC, datetime

from communique.codec import TRACE, Message, Record, encode
from communique.events import Entry, RawRelease
from communique.topics import RELEASES_RAW, Naming
from page_fetcher.extract import Extracted
from page_fetcher.revisions import Known, next_release
from page_fetcher.tasks import Intent


def numbered(
    entry: Entry,
    text: Extracted | None,
    known: Known | None,
    intent: Intent | None,
    now: datetime,
) -> RawRelease | None:
    """
    Return the next event, with the numbers that an interrupted attempt gave it.

    The same text as the intent: the event may be out already, and is made again as it
    was, to the byte. Another text: it is the next one, so that neither hides the other.
    """
    now = _milliseconds(now)
    if intent is None:
        return next_release(entry, text, known, now)
    aimed_at = datetime.fromtimestamp(intent.version / 1000, UTC)
    again = next_release(entry, text, known, aimed_at)
    if again is not None and again.fingerprint == intent.fingerprint:
        numbers = {"revision": intent.revision, "version": intent.version}
        return again.model_copy(update=numbers)
    release = next_release(entry, text, known, now)
    if release is None:
        return None
    onward: dict[str, object] = {
        "revision": max(release.revision, intent.revision + 1),
        "version": max(release.version, intent.version + 1),
        # The event aimed at may be out, as "new"; nothing is new twice.
        "change": "revised" if release.change == "new" else release.change,
    }
    return release.model_copy(update=onward)


def _milliseconds(moment: datetime) -> datetime:
    """Return `moment` as a version can say it again: in whole milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def raw_record(release: RawRelease, naming: Naming, *, cause: Message) -> Record:
    """Return the record of `release` on `releases.raw`."""
    return encode(
        release,
        topic=naming.topic(RELEASES_RAW),
        key=release.release_id,
        ce_id=f"{release.release_id}:{release.version}:0",
        ce_type=f"release.{release.change}",
        ce_time=datetime.fromtimestamp(release.version / 1000, UTC),
        source=release.issuers[0].feed_url,
        subject=release.release_id,
        version=release.version,
        cause=cause.place,
        trace=cause.headers.get(TRACE),
    )
