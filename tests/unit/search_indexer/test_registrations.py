"""A feed that is paused or removed is not silent, nor well, for ever."""

import random

import pytest

from communique.errors import UndecodableError
from search_indexer.documents import UnindexableError
from search_indexer.registrations import registration_documents
from search_indexer.visits import visit_documents
from tests.unit.search_indexer.visit_examples import (
    FEED_ID,
    VISITED,
    registered,
    registration_message,
    visit,
    visit_message,
)


def test_a_feed_that_is_to_be_visited_writes_nothing():
    assert registration_documents(registration_message(registered())) == ()


def test_a_paused_feed_is_paused_from_then_on():
    (action,) = registration_documents(registration_message(registered(paused=True)))
    assert (action.index, action.id) == ("communique-feeds-v1", FEED_ID)
    assert action.version == int(VISITED.timestamp() * 1000) + 1_000
    assert action.document == {
        "@timestamp": "2026-05-04T09:30:01.000Z",
        "feed_id": FEED_ID,
        "health": "paused",
        "title": "Ministry of Health: news",
        "ministry": "Ministry of Health",
        "country": "KE",
        "url": {"full": "https://health.example/feed.xml", "domain": "health.example"},
    }


def test_of_a_removed_feed_its_id_stays():
    (action,) = registration_documents(registration_message(None))
    assert action.document == {
        "@timestamp": "2026-05-04T09:30:01.000Z",
        "feed_id": FEED_ID,
        "health": "removed",
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"key": None}, UndecodableError, id="no key"),
        pytest.param({"key": b"\xff"}, UndecodableError, id="no text"),
        pytest.param({"key": b"k" * 513}, UnindexableError, id="too long"),
        pytest.param({"value": b"{"}, UndecodableError, id="no JSON"),
    ],
)
def test_what_is_no_registration_is_dead(changes, error):
    with pytest.raises(error):
        registration_documents(registration_message(None, **changes))


def test_in_any_order_the_last_word_on_a_feed_stays():
    def stored(writes):
        kept = {}
        for action in writes:
            if action.id not in kept or kept[action.id].version <= action.version:
                kept[action.id] = action
        return kept

    def visited(seconds):
        at = VISITED.replace(second=seconds)
        return visit_documents(visit(visited_at=at), visit_message(visit()))[0]

    def told(feed, seconds):
        stamp = int(VISITED.replace(second=seconds).timestamp() * 1000)
        return registration_documents(registration_message(feed, timestamp_ms=stamp))

    story = [
        visited(0),
        *told(registered(paused=True), 1),
        *told(registered(), 2),
        visited(3),
        *told(None, 4),
    ]
    assert stored(story)[FEED_ID].document["health"] == "removed"
    assert stored(story[:-1])[FEED_ID].document["health"] == "silent"
    rng = random.Random(1)
    for _ in range(20):
        shuffled = [*story, *story[:2]]
        rng.shuffle(shuffled)
        assert stored(shuffled) == stored(story)
