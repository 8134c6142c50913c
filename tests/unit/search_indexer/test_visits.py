"""A visit → the feed's health, and a document of its own if it says something."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_indexer.documents import UnindexableError
from search_indexer.visits import health, visit_documents
from tests.unit.search_indexer.visit_examples import (
    FEED_ID,
    VISITED,
    visit,
    visit_message,
    visits,
)


def documents(event):
    return visit_documents(event, visit_message(event))


def test_a_visit_that_changed_is_the_health_of_its_feed_and_a_document_of_its_month():
    feed, poll = documents(visit())
    assert (feed.index, feed.id) == ("communique-feeds-v1", FEED_ID)
    assert (poll.index, poll.id) == (
        "communique-polls-v1-2026.05",
        f"{FEED_ID}:{int(VISITED.timestamp() * 1000)}",
    )
    assert feed.version == poll.version == int(VISITED.timestamp() * 1000)
    assert feed.document["health"] == "silent"
    assert feed.document["not_modified_share"] == 0.875
    assert poll.document["reason"] == "20 entries, 2 new or reworded"
    assert poll.document["url"]["domain"] == "health.example"


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"outcome": "changed", "events": ()}, True),
        ({"outcome": "failed", "events": ()}, True),
        ({"outcome": "not_modified", "events": ()}, False),
        ({"outcome": "unchanged", "events": ()}, False),
        ({"outcome": "not_modified", "events": ("silent",)}, True),
    ],
)
def test_a_visit_has_a_document_if_it_changed_failed_or_tells_something(facts, kept):
    assert len(documents(visit(**facts))) == 1 + kept


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"standing": ()}, "ok"),
        ({"standing": None}, "ok"),
        ({"standing": ("silent",)}, "silent"),
        ({"standing": ("silent",), "outcome": "failed"}, "failed"),
        ({"standing": ("failing", "silent"), "outcome": "failed"}, "failing"),
        ({"standing": ("not_a_feed",), "outcome": "failed"}, "not_a_feed"),
        ({"standing": ("failing", "gone"), "outcome": "failed"}, "gone"),
    ],
)
def test_health_is_the_worst_that_is_true(facts, word):
    assert health(visit(**facts)) == word


@pytest.mark.parametrize("year", [1969, 1989, 2028])
def test_a_visit_of_a_year_without_an_index_is_dead(year):
    event = visit(visited_at=VISITED.replace(year=year))
    message = visit_message(visit(), value=event.model_dump_json().encode())
    with pytest.raises(UnindexableError, match=f"visited in {year}"):
        visit_documents(event, message)


def test_a_record_of_any_time_of_kafka_is_read():
    for timestamp in (-1, 2**63 - 1):
        message = dataclasses.replace(visit_message(visit()), timestamp_ms=timestamp)
        assert 1970 <= message.at.year <= 2099


@given(st.lists(visits, max_size=6), st.randoms(use_true_random=False))
def test_in_any_order_and_however_often_the_newest_visit_stays(events, rng):
    def stored(sequence):
        kept = {}
        for event in sequence:
            for action in documents(event):
                place = (action.index, action.id)
                if place not in kept or kept[place][0] <= action.version:
                    kept[place] = (action.version, action.document)
        return kept

    # Two visits of a feed in one millisecond are not made by a poller.
    events = list({event.visit_id: event for event in events}.values())
    shuffled = events + events[:2]
    random.Random(rng.random()).shuffle(shuffled)
    assert stored(shuffled) == stored(events)
