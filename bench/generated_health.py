"""
How feeds and services were, for benchmarks of size: alike in each run.

Visits and ledgers are made up; the indexer's own code makes the documents of them.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bench.generated import COUNTRIES
from communique.codec import Message, dead_letter
from communique.errors import UndecodableError
from communique.events import FeedPolled, LedgerLine, TaskCount
from communique.topics import FEEDS_POLLED, PAGE_FETCHER, SERVICES, Naming
from search_indexer.documents import BulkAction
from search_indexer.pipeline import (
    Delays,
    Reading,
    dead_letter_document,
    delay_document,
    minute_documents,
)
from search_indexer.visits import visit_documents

NAMING = Naming()
DAYS = 30
FAILURES = (
    "it does not answer",
    "it answers 503",
    "it answers 404",
    "its certificate has expired",
    "it is no feed: a page",
    "robots.txt forbids it",
    "it answers 429",
    "its name is not known",
)
OUTCOMES = ("scheduled", "known", "released", "enriched", "indexed", "superseded")
EVENTS = ("possible_gap", "silent", "failing", "recovered")

Made = Iterator[Sequence[BulkAction]]


def visits(count: int, *, until: datetime, feeds: int, seed: int = 1) -> Made:
    """Yield `count` telling visits to `feeds` feeds in the month before `until`."""
    rng = random.Random(seed)
    names = [str(UUID(int=rng.getrandbits(128), version=5)) for _ in range(feeds)]
    step = timedelta(days=DAYS) / count
    for number in range(count):
        feed = int(feeds * rng.random() ** 1.5)
        at = until - step * (count - number)
        failed = rng.random() < 0.15
        event = FeedPolled(
            feed_id=names[feed],
            url=f"https://ministry-{feed}.example/feed.xml",
            title=f"Ministry {feed}: news",
            ministry=f"Ministry {feed}",
            country=COUNTRIES[feed % len(COUNTRIES)],
            visited_at=at,
            outcome="failed" if failed else "changed",
            reason=rng.choice(FAILURES) if failed else "20 entries, 1 new or reworded",
            status=None if failed else 200,
            entries=0 if failed else 20,
            published=0 if failed else 1,
            duration_seconds=round(rng.lognormvariate(-0.5, 0.8), 3),
            late_seconds=round(rng.lognormvariate(0, 1.2), 3),
            next_visit_at=at + timedelta(minutes=rng.randrange(5, 60)),
            events=(rng.choice(EVENTS),) if rng.random() < 0.02 else (),
            standing=("silent",) if feed % 40 == 0 else (),
            failures=1 if failed else 0,
            not_modified_share=round(rng.random(), 3),
            news_at=at - timedelta(hours=rng.randrange(200)),
        )
        stamp = int(at.timestamp() * 1000)
        message = Message(
            NAMING.topic(FEEDS_POLLED), 0, number, None, None, timestamp_ms=stamp
        )
        yield visit_documents(event, message)


def minutes(count: int, *, until: datetime, seed: int = 1) -> Made:
    """Yield what is told of all services in each of `count` minutes before `until`."""
    rng = random.Random(seed)
    places = [
        (NAMING.group(service), NAMING.topic(topic), topic == service.state)
        for service in SERVICES
        for topic in (*service.reads, service.state)
        if topic is not None
    ]
    totals: dict[tuple[str, str], Counter[str]] = {
        (group, topic): Counter() for group, topic, _ in places
    }
    start = until.replace(second=0, microsecond=0) - timedelta(minutes=count)
    before = Reading(start, {}, {})
    for number in range(1, count + 1):
        at = start + timedelta(minutes=number)
        lines, bounds = {}, {}
        for group, topic, is_tasks in places:
            settled = totals[group, topic]
            settled.update(rng.choices(OUTCOMES, (60, 20, 10, 8, 6, 1), k=3))
            line = LedgerLine(
                group=group,
                topic=topic,
                partition=0,
                first=0,
                next_offset=settled.total(),
                outcomes=dict(settled),
                tasks=TaskCount(planned=900, waiting=rng.randrange(900), ready_at=at)
                if is_tasks
                else None,
            )
            lines[group, topic, 0] = line
            bounds[topic, 0] = (0, settled.total() + rng.randrange(50))
        now = Reading(at, lines, bounds)
        delays = [rng.lognormvariate(0, 0.5) for _ in range(20)]
        yield (
            *minute_documents(before, now, SERVICES, NAMING),
            delay_document(Delays(0, delays), at, "communique.search-indexer"),
            *([_buried(number, at)] if number % 30 == 0 else []),
        )
        before = now


def _buried(number: int, at: datetime) -> BulkAction:
    letter = dead_letter(
        Message("communique.entries", 3, number, b"ministry.example:443", b"{"),
        UndecodableError("not JSON in UTF-8"),
        topic=NAMING.topic(PAGE_FETCHER.dead_letters),
    )
    stamp = int(at.timestamp() * 1000)
    headers = dict(letter.headers)
    message = Message(letter.topic, 0, number, letter.key, b"{", headers, stamp)
    return dead_letter_document(message, PAGE_FETCHER, NAMING)
