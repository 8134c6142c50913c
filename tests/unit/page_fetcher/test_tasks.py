"""What an entry changes in what is remembered of its release."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.codec import Message
from communique.errors import PermanentError
from communique.events import Entry
from communique.examples import EXAMPLES
from communique.identity import feed_id
from communique.topics import Naming
from page_fetcher.tasks import (
    MAX_FEEDS,
    MAX_PENDING,
    Intent,
    PageTask,
    plan,
    tally,
    task_id,
)

NAMING = Naming()
ENTRIES = "communique.entries"
REPLAY = "communique.page-fetcher.replay"
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))


def entry(text="X", feed="A", **more):
    digit = {"X": "1", "Y": "2", "Z": "3"}[text]
    issuer = ENTRY.issuer.model_copy(update={"feed_id": feed_id(f"http://{feed}/")})
    return ENTRY.model_copy(
        update={"fingerprint": digit * 32, "issuer": issuer, **more}
    )


def message(offset, one=None, topic=ENTRIES):
    value = (one or entry()).model_dump_json().encode()
    return Message(topic, 0, offset, b"k", value, timestamp_ms=1_000_000 + offset)


def run(messages, known=None):
    """Return the outcomes of `messages` in a row, and what is known at the end."""
    outcomes = []
    for one in messages:
        planned = plan(one, known, naming=NAMING)
        outcomes.append(planned.outcome)
        known = planned.note.value if planned.note else known
    return outcomes, known


def test_a_first_entry_is_to_be_read_now():
    planned = plan(message(7), None, naming=NAMING)
    assert (planned.outcome, planned.host) == ("scheduled", "ministry.example:443")
    assert planned.note.id == ENTRY.release_id
    task = PageTask.of(planned.note.value)
    assert (task.pending, task.last, task.due_at) == (("7",), 7, 1000.007)
    assert (task.revision, task.version) == (0, 0)


def test_the_same_text_again_is_known():
    outcomes, known = run([message(1), message(2)])
    assert outcomes == ["scheduled", "known"]
    assert PageTask.of(known).pending == ("1",)


def test_a_reworded_entry_and_a_second_feed_are_read_in_their_order():
    outcomes, known = run(
        [message(1), message(2, entry("Y")), message(5, entry("X", "B"))]
    )
    assert outcomes == ["scheduled"] * 3
    task = PageTask.of(known)
    assert (task.pending, task.last) == (("1", "2", "5"), 5)
    assert len(task.feeds) == 2


def test_a_text_that_comes_back_is_read_again():
    outcomes, _ = run([message(1), message(2, entry("Y")), message(3)])
    assert outcomes == ["scheduled"] * 3


def test_a_new_entry_ends_the_waiting_for_a_page_that_failed():
    _, known = run([message(1)])
    waits = PageTask.of(known).model_copy(update={"attempt": 3, "due_at": 9e9})
    _, known = run([message(2, entry("Y"))], waits.note("r").value)
    task = PageTask.of(known)
    assert (task.attempt, task.due_at) == (0, 1000.002)


def test_what_was_released_is_kept():
    _, known = run([message(1)])
    done = PageTask.of(known).model_copy(
        update={"revision": 2, "version": 99, "fingerprint": "a" * 32, "raw": "3/17"}
    )
    _, known = run([message(2, entry("Y"))], done.note("r").value)
    task = PageTask.of(known)
    assert (task.revision, task.version, task.raw) == (2, 99, "3/17")


histories = st.lists(
    st.tuples(st.sampled_from("XYZ"), st.sampled_from("ABCDEF")), max_size=15
)


@given(histories, st.data())
def test_a_replay_of_entries_from_any_offset_changes_nothing(history, data):
    log = [message(n, entry(*one)) for n, one in enumerate(history)]
    _, known = run(log)
    start = data.draw(st.integers(0, len(log)))
    end = data.draw(st.integers(start, len(log)))
    outcomes, again = run(log[start:end], known)
    assert again == known
    assert set(outcomes) <= {"known"}


@given(histories, st.data())
def test_any_redelivery_ends_as_one_pass_does(history, data):
    log = [message(n, entry(*one)) for n, one in enumerate(history)]
    known, reached = None, 0
    while reached < len(log):
        start = data.draw(st.integers(0, reached))
        end = data.draw(st.integers(reached + 1, len(log)))
        _, known = run(log[start:end], known)
        reached = end
    assert known == run(log)[1]


def test_an_entry_on_the_replay_topic_has_its_own_places():
    outcomes, known = run([message(50), message(3, entry("Y"), REPLAY)])
    assert outcomes == ["scheduled", "scheduled"]
    task = PageTask.of(known)
    assert (task.pending, task.last) == (("50", "r3"), 50)
    assert run([message(51, entry("Z"))], known)[0] == ["scheduled"]


def test_a_replayed_entry_that_is_known_changes_nothing():
    _, known = run([message(50)])
    assert run([message(3, topic=REPLAY)], known) == (["known"], known)


def test_a_redelivery_of_the_replay_topic_changes_nothing():
    log = [message(3, entry("X"), REPLAY), message(4, entry("Y"), REPLAY)]
    _, known = run(log)
    assert run(log, known) == (["known", "known"], known)


def test_an_entry_that_was_buried_is_read_again_when_it_is_put_back():
    _, known = run([message(50)])
    task = PageTask.of(known).settle("50", "dead").forget(entry())
    known = task.note("r").value
    assert run([message(50)], known)[0] == ["known"], "a replay of `entries`"
    outcomes, known = run([message(3, topic=REPLAY)], known)
    assert outcomes == ["scheduled"]
    assert PageTask.of(known).pending == ("r3",)


def test_a_newer_text_of_the_feed_is_not_forgotten_with_an_older_one():
    _, known = run([message(1), message(2, entry("Y"))])
    task = PageTask.of(known)
    assert task.forget(entry("X")) == task


def test_no_entry_is_dropped_uncounted_while_a_page_waits():
    feeds = "ABCDEFGHI"
    _, known = run([message(n, entry("X", feed)) for n, feed in enumerate(feeds)])
    assert PageTask.of(known).pending == tuple(str(n) for n in range(len(feeds)))


USUAL_HOST = "pressreleases.ministry.example:8443"
LONGEST_HOST = ".".join(["a" * 63] * 3 + ["a" * 61]) + ":65535"


def fullest(host, waiting=1):
    """Return a task that remembers all that a task can, with offsets of 13 digits."""
    far = 10**12
    return PageTask(
        host=host,
        due_at=1_777_887_000.123456,
        attempt=3,
        pending=tuple(f"r{far + n}" for n in range(waiting)),
        last=far,
        last_replayed=far,
        feeds={f"{n}bcdef01": "0123abcd" for n in range(MAX_FEEDS)},
        revision=10_000,
        version=1_777_887_000_123,
        fingerprint="a" * 32,
        first_seen_ms=1_777_887_000_123,
        raw=f"11/{far}",
        intent=Intent(revision=10_001, version=1_777_887_000_124, fingerprint="b" * 32),
        planned=10**6,
        settled=dict.fromkeys("rudec", 10**6),
    )


def at_rest(host):
    return PageTask(
        host=host,
        due_at=None,
        last=1_234_567,
        feeds={"abcdef01": "0123abcd"},
        revision=2,
        version=1_777_887_000_123,
        fingerprint="a" * 32,
        first_seen_ms=1_777_887_000_123,
        raw="11/1234567",
        planned=3,
        settled={"r": 2, "u": 1},
    )


@pytest.mark.parametrize(
    ("task", "limit"),
    [
        (at_rest(USUAL_HOST), 300),
        (fullest(USUAL_HOST), 600),
        (fullest(LONGEST_HOST), 1_000),
        (fullest(LONGEST_HOST, waiting=MAX_PENDING), 6_000),
    ],
    ids=["at rest", "full memory", "longest host", "as many waiting as can be"],
)
def test_a_record_has_no_more_bytes_than_it_says(task, limit):
    assert 0.8 * limit <= len(task.note("r").value) <= limit


@pytest.mark.parametrize(
    ("changes", "host"),
    [
        ({}, "ministry.example:443"),
        ({"link": "http://x.example:8080/a"}, "x.example:8080"),
        ({"link": None, "link_as_published": "http://y.example/"}, "y.example:80"),
        ({"link": None, "link_as_published": None}, "ministry.example:443"),
        ({"link": None, "link_as_published": None, "body": "text"}, "ingest"),
        ({"link": "https://x.example/a", "body": "text"}, "x.example:443"),
    ],
    ids=["link", "port", "reused link", "no link: the feed's", "ingest", "ingest link"],
)
def test_politeness_goes_by_the_host_that_is_visited(changes, host):
    one = ENTRY.model_copy(update=changes)
    assert plan(message(1, one), None, naming=NAMING).host == one.host == host


@pytest.mark.parametrize("link", ["urn:x", "https://x.example:99999/"])
def test_an_entry_whose_link_has_no_host_goes_by_the_host_of_its_feed(link):
    one = ENTRY.model_copy(update={"link": link, "link_as_published": link})
    planned = plan(message(1, one), None, naming=NAMING)
    assert (planned.outcome, planned.host) == ("scheduled", "ministry.example:443")


def test_the_task_of_an_entry_is_its_release():
    assert task_id(message(1)) == ENTRY.release_id
    with pytest.raises(PermanentError):
        task_id(Message(ENTRIES, 0, 0, b"k", b"{}"))


def test_work_that_came_meanwhile_is_due_at_once():
    task = PageTask(host="h:1", due_at=5.0, pending=("1", "2"), attempt=2)
    left = task.settle("1", "unchanged").rested(now=77.0)
    assert (left.pending, left.due_at, left.attempt) == (("2",), 77.0, 0)
    assert left.settle("2", "dead").rested(now=78.0).due_at is None


def test_an_entry_that_is_settled_leaves_the_queue_and_is_counted():
    task = PageTask(host="h:1", due_at=5.0, pending=("1", "2", "r1"), planned=3)
    for place, outcome in (("1", "unchanged"), ("r1", "unchanged"), ("2", "dead")):
        task = task.settle(place, outcome)
    counts = {name: n for name, n in tally(task.note("r").value).items() if n}
    assert counts == {"planned": 3, "unchanged": 2, "dead": 1}


def test_entries_above_the_limit_are_counted_as_dropped():
    log = [message(n, entry("XY"[n % 2])) for n in range(MAX_PENDING + 3)]
    _, known = run(log)
    assert PageTask.of(known).pending[0] == "3"
    counts = tally(known)
    assert counts["dropped"] == 3
    assert counts["waiting"] == MAX_PENDING
    assert counts["planned"] == len(log)


@pytest.mark.parametrize(
    "value", [b"", b"\xff", b"[]", b'{"host": "h:1", "due_at": null, "planned": "x"}']
)
def test_a_foreign_record_counts_for_nothing(value):
    assert tally(value) == {}


def test_a_task_comes_back_from_its_record():
    task = fullest("x.example:443")
    assert PageTask.of(task.note("r").value) == task


@pytest.mark.parametrize(
    ("origin", "outcome"),
    [
        pytest.param("communique.entries/0/3", "known", id="older than its words"),
        pytest.param("communique.entries/0/51", "scheduled", id="newer than they are"),
        pytest.param("communique.entries/1/3", "scheduled", id="of another partition"),
        pytest.param("communique.entries/0/x", "scheduled", id="of no place"),
        pytest.param(None, "scheduled", id="put there by a person"),
    ],
)
def test_what_is_put_back_is_no_news_if_its_feed_has_said_more_since(origin, outcome):
    _, known = run([message(50, entry("Y"))])
    headers = {} if origin is None else {"communique_origin": origin.encode()}
    again = replace(message(3, entry("X"), REPLAY), headers=headers)
    assert run([again], known)[0] == [outcome]


def test_what_is_put_back_of_another_feed_is_news_however_old():
    _, known = run([message(50, entry("Y", feed="A"))])
    headers = {"communique_origin": b"communique.entries/0/3"}
    again = replace(message(3, entry("X", feed="B"), REPLAY), headers=headers)
    assert run([again], known)[0] == ["scheduled"]
