"""
Laws of a replay, against a model of `external_gte`.

Whatever is repeated, mixed or left over from before, the indices end the same.
"""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from communique.events import EnrichedRelease
from search_indexer.documents import documents
from tests.unit.search_indexer.examples import events_of_two_releases, releases

Stored = dict[tuple[str, str], tuple[int, dict]]


def index(events: Iterable[EnrichedRelease], stored: Stored | None = None) -> Stored:
    """Return what Elasticsearch holds after `events`, written with `external_gte`."""
    stored = dict(stored or {})
    for event in events:
        for action in documents(event):
            place = (action.index, action.id)
            if place not in stored or action.version >= stored[place][0]:
                stored[place] = (action.version, dict(action.document))
    return stored


@st.composite
def histories(draw) -> list[EnrichedRelease]:
    """Return events as they can occur: one per id, version and generation."""
    return draw(
        st.lists(
            events_of_two_releases,
            max_size=8,
            unique_by=lambda event: (event.release_id, event.version, event.generation),
        )
    )


@st.composite
def replays(draw) -> tuple[list[EnrichedRelease], list[EnrichedRelease]]:
    """Return a history, and the same mixed, with some events repeated."""
    history = draw(histories())
    repeated = draw(st.lists(st.sampled_from(history), max_size=6)) if history else []
    return history, draw(st.permutations(history + repeated))


@given(replays())
def test_any_order_with_any_repetition_ends_in_the_same_documents(replay):
    history, mixed = replay
    assert index(mixed) == index(history)


@given(replays())
def test_a_replay_changes_no_document(replay):
    history, mixed = replay
    stored = index(history)
    assert index(mixed, stored) == stored


@given(histories())
def test_the_newest_state_is_that_of_the_highest_version(history):
    stored = index(history)
    for event in history:
        newest = max(
            (other for other in history if other.release_id == event.release_id),
            key=lambda other: (other.version, other.generation),
        )
        (place,) = [
            place
            for place in stored
            if place[1] == event.release_id and "-releases-" in place[0]
        ]
        assert stored[place][1] == documents(newest)[0].document


@given(replays(), events_of_two_releases)
def test_after_an_erasure_no_text_is_left_and_none_returns(replay, last):
    history, mixed = replay
    erasure = last.model_copy(
        update={
            "change": "erased",
            "version": last.version + 1_000,
            "revision": 4,
        }
    )
    stored = index([*history, erasure, *mixed])
    for (_, name), (_, document) in stored.items():
        if name.startswith(erasure.release_id):
            assert document["erased"] is True
            assert "text" not in document


@given(releases)
def test_the_same_event_makes_the_same_documents(event):
    read_again = EnrichedRelease.model_validate_json(event.model_dump_json())
    assert documents(read_again) == documents(event)
