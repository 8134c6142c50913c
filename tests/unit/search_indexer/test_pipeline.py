"""How the groups stand, as documents: numbers that add up and ids that repeat."""

from datetime import UTC, datetime, timedelta

import pytest

from communique.codec import Message
from communique.events import LedgerLine, TaskCount
from communique.topics import (
    ENTRIES,
    PAGE_FETCHER,
    PAGES_STATE,
    RELEASES_ENRICHED,
    SEARCH_INDEXER,
    SERVICES,
    Naming,
)
from search_indexer.pipeline import (
    Delays,
    Reading,
    dead_letter_document,
    delay_document,
    minute_documents,
)

NAMING = Naming()
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def line(service, topic, partition, next_offset, tasks=None, **outcomes):
    return LedgerLine(
        group=NAMING.group(service),
        topic=NAMING.topic(topic),
        partition=partition,
        first=0,
        next_offset=next_offset,
        outcomes=outcomes,
        tasks=tasks,
    )


def reading(*lines, at=AT, ends=()):
    return Reading(
        at,
        {(one.group, one.topic, one.partition): one for one in lines},
        {(NAMING.topic(topic), number): bound for topic, number, bound in ends},
    )


def written(before, now):
    actions = minute_documents(before, now, SERVICES, NAMING)
    return {action.id: action.document for action in actions}


def test_an_input_is_the_sum_of_its_partitions_and_of_what_was_settled_since():
    before = reading(line(SEARCH_INDEXER, RELEASES_ENRICHED, 0, 5, indexed=5))
    now = reading(
        line(SEARCH_INDEXER, RELEASES_ENRICHED, 0, 9, indexed=8, dead=1),
        line(SEARCH_INDEXER, RELEASES_ENRICHED, 3, 2, indexed=2),
        at=AT + timedelta(minutes=1),
        ends=[(RELEASES_ENRICHED, 0, (0, 12)), (RELEASES_ENRICHED, 3, (0, 2))],
    )
    found = written(before, now)
    place = "communique.search-indexer:communique.releases.enriched:2026-05-04T09:31"
    assert found[place] == {
        "@timestamp": "2026-05-04T09:31:00.000Z",
        "kind": "input",
        "service": "search-indexer",
        "topic": "releases.enriched",
        "interval_seconds": 60.0,
        "settled": 6,
        "settled_total": 11,
        "outcomes": {"indexed": "10", "dead": "1"},
        "lag": 3,
    }
    assert {
        document["outcome"]: (document["settled"], document["settled_total"])
        for document in found.values()
        if document["kind"] == "outcome"
    } == {"indexed": (5, 10), "dead": (1, 1)}
    assert set(found) == {place, f"{place}:indexed", f"{place}:dead"}


def test_a_partition_that_was_never_settled_lags_by_all_that_is_kept_of_it():
    ends = [(ENTRIES, 0, (4, 10)), (ENTRIES, 1, (0, 0))]
    (document,) = written(reading(), reading(ends=ends)).values()
    assert (document["topic"], document["lag"], document["settled"]) == (
        "entries",
        6,
        0,
    )


def test_what_nobody_ever_wrote_to_has_no_document():
    assert written(reading(), reading(ends=[(ENTRIES, 0, (0, 0))])) == {}


def test_tasks_say_how_many_wait_and_for_how_long_the_first_is_overdue():
    tasks = [
        TaskCount(planned=9, waiting=4, ready_at=AT - timedelta(seconds=90)),
        TaskCount(planned=1, waiting=1, ready_at=AT + timedelta(seconds=90)),
    ]
    now = reading(
        *(line(PAGE_FETCHER, PAGES_STATE, n, 9, one) for n, one in enumerate(tasks))
    )
    (document,) = written(reading(), now).values()
    assert document["kind"] == "tasks"
    assert (document["waiting"], document["overdue_seconds"]) == (5, 90.0)
    assert "lag" not in document


def test_a_topic_made_anew_settles_nothing_and_not_less():
    before = reading(line(SEARCH_INDEXER, RELEASES_ENRICHED, 0, 50, indexed=50))
    now = reading(line(SEARCH_INDEXER, RELEASES_ENRICHED, 0, 2, indexed=2))
    (document,) = written(before, now).values()
    assert document["settled"] == 0


def test_two_indexers_that_look_in_one_minute_leave_one_document():
    one = reading(line(SEARCH_INDEXER, RELEASES_ENRICHED, 0, 5, indexed=5))
    other = Reading(AT + timedelta(seconds=20), one.lines, one.bounds)
    assert set(written(reading(), one)) == set(written(reading(), other))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([0.5], (1, 0.5, 0.5, 0.5)),
        ([n / 10 for n in range(100, 0, -1)], (100, 5.1, 9.6, 10.0)),
    ],
)
def test_delays_of_a_minute(seconds, told):
    action = delay_document(Delays(1, seconds), AT, "communique.search-indexer")
    document = action.document
    assert action.id == "communique.search-indexer-1:delays:2026-05-04T09:30"
    assert action.index == "communique-pipeline-v1-2026.05"
    assert document["instance"] == 1
    assert (
        document["count"],
        document["p50_seconds"],
        document["p95_seconds"],
        document["max_seconds"],
    ) == told


def letter(**changes):
    fields = {
        "topic": "communique.page-fetcher.dlq",
        "partition": 0,
        "offset": 17,
        "key": b"host\x1b[2J\xff",
        "value": b"secret bytes",
        "headers": {
            "communique_origin": b"communique.entries/3/8",
            "communique_error": b"undecodable",
            "communique_reason": "not JSON \u202e".encode(),
            "communique_attempts": b"2",
        },
        "timestamp_ms": int(AT.timestamp() * 1000),
    }
    return Message(**{**fields, **changes})


def test_a_dead_letter_says_what_it_died_of_and_shows_none_of_its_bytes():
    action = dead_letter_document(letter(), PAGE_FETCHER, NAMING)
    assert action.id == "communique.page-fetcher.dlq/0/17"
    assert action.document == {
        "@timestamp": "2026-05-04T09:30:00.000Z",
        "kind": "dead_letter",
        "service": "page-fetcher",
        "dead_letter": "page-fetcher/0/17",
        "topic": "entries",
        "origin": "communique.entries/3/8",
        "error_class": "undecodable",
        "reason": "not JSON \\u202e",
        "attempts": 2,
        "key": "host\\u001b[2J\\xff",
        "size_bytes": 12,
    }
    assert dead_letter_document(letter(), PAGE_FETCHER, NAMING) == action


def test_a_foreign_record_among_the_dead_letters_is_told_too():
    foreign = letter(key=None, value=None, headers={"communique_attempts": b"-1"})
    document = dead_letter_document(foreign, PAGE_FETCHER, NAMING).document
    assert (document["error_class"], document["attempts"]) == ("unknown", 0)
    assert {"key", "origin", "topic", "reason"}.isdisjoint(document)
