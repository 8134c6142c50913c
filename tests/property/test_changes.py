"""Laws of `changes`: nothing lost, nothing told twice."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from communique.events import Entry
from feed_poller.changes import changes
from tests.unit.feed_poller.examples import entry

feeds = st.lists(
    st.builds(
        entry, st.integers(0, 5), title=st.sampled_from(["One", "Two", "Two corrected"])
    ),
    max_size=12,
)


def told(entries: Sequence[Entry], known: dict[str, str]) -> dict[str, str]:
    return known | {one.release_id: one.fingerprint for one in changes(entries, known)}


@given(feeds)
def test_polling_the_same_feed_twice_publishes_nothing_the_second_time(feed):
    assert list(changes(feed, told(feed, {}))) == []


@given(feeds, feeds)
def test_every_release_of_a_document_is_known_afterwards(before, feed):
    known = told(feed, told(before, {}))
    assert {one.release_id for one in feed} <= known.keys()


@given(feeds)
def test_each_release_is_told_once_and_as_the_document_has_it(feed):
    ids = [one.release_id for one in changes(feed, {})]
    assert len(ids) == len(set(ids))
    assert all(one in feed for one in changes(feed, {}))


@given(feeds)
def test_the_newest_of_a_repeated_release_counts(feed):
    newest = {one.release_id: one.fingerprint for one in reversed(feed)}
    assert told(feed, {}) == newest
