"""Documents of `communique-pipeline` for tests: one and more of each kind."""

from datetime import UTC, datetime, timedelta

from communique.codec import Message, dead_letter
from communique.errors import UndecodableError
from communique.events import LedgerLine, TaskCount
from communique.topics import (
    ENTRIES,
    PAGE_FETCHER,
    PAGES_STATE,
    SERVICES,
    Naming,
)
from search_indexer.documents import BulkAction
from search_indexer.pipeline import (
    Delays,
    Reading,
    dead_letter_document,
    delay_document,
    minute_documents,
)

NAMING = Naming()
MINUTE = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def pipeline_documents(at: datetime = MINUTE) -> list[BulkAction]:
    """Return what is written in the minute of `at`, dead letters too."""
    group = NAMING.group(PAGE_FETCHER)
    entries, state = NAMING.topic(ENTRIES), NAMING.topic(PAGES_STATE)
    lines = [
        LedgerLine(
            group=group,
            topic=entries,
            partition=0,
            first=0,
            next_offset=9,
            outcomes={"scheduled": 8, "dead": 1},
        ),
        LedgerLine(
            group=group,
            topic=state,
            partition=0,
            first=0,
            next_offset=9,
            outcomes={"released": 4},
            tasks=TaskCount(planned=8, waiting=4, ready_at=at),
        ),
    ]
    now = Reading(
        at,
        {(line.group, line.topic, line.partition): line for line in lines},
        {(entries, 0): (0, 12)},
    )
    before = Reading(at - timedelta(minutes=1), {}, {})
    letter = dead_letter(
        Message(entries, 3, 8, b"health.example:443", b"{"),
        UndecodableError("not JSON in UTF-8"),
        topic=NAMING.topic(PAGE_FETCHER.dead_letters),
    )
    buried = Message(
        letter.topic,
        0,
        int(at.timestamp()),
        letter.key,
        letter.value,
        dict(letter.headers),
        int(at.timestamp() * 1000),
    )
    return [
        *minute_documents(before, now, SERVICES, NAMING),
        delay_document(Delays(0, [0.4, 0.6, 2.5]), at, "communique.search-indexer"),
        dead_letter_document(buried, PAGE_FETCHER, NAMING),
    ]
