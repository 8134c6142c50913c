"""What is new in a feed."""

from datetime import timedelta

from feed_poller.changes import changes, newest
from tests.unit.feed_poller.examples import NOW, entry


def test_new_and_reworded_entries_come_oldest_first():
    third, second, first = entry(3), entry(2, title="Reworded"), entry(1)
    known = {second.release_id: entry(2).fingerprint, first.release_id: "0" * 32}
    assert list(changes([third, second, first], known)) == [first, second, third]


def test_known_entries_are_silent():
    entries = [entry(2), entry(1)]
    known = {one.release_id: one.fingerprint for one in entries}
    assert list(changes(entries, known)) == []


def test_of_entries_that_share_an_id_the_newest_counts():
    corrected, other, original = entry(1, title="Corrected"), entry(2), entry(1)
    assert list(changes([corrected, other, original], {})) == [corrected, other]


def test_feed_that_runs_forward_is_taken_as_it_is():
    dated = [entry(n, published_at=NOW + timedelta(hours=n)) for n in range(3)]
    assert newest(dated) == dated
    assert newest(dated[::-1]) == dated
