"""How a message changes what is remembered of a feed."""

import json

import pytest

from communique.codec import Message
from communique.errors import PermanentError, UndecodableError
from communique.events import Entry, Feed, FeedPushed
from communique.examples import EXAMPLES
from communique.topics import Naming
from feed_poller.hints import Hints
from feed_poller.memory import (
    DIGITS,
    MIN_KNOWN,
    TITLE_DIGITS,
    knows_text,
    title_digest,
    with_entries,
)
from feed_poller.tasks import FeedTask, plan, tally, task_id
from feed_poller.trust import Trust
from feed_poller.validators import Validators

NAMING = Naming()
FEEDS = "communique.feeds"
PUSHED = "communique.feeds.pushed"
REPLAY = "communique.feed-poller.replay"
FEED = next(event for event in EXAMPLES if isinstance(event, Feed))
PUSH = next(event for event in EXAMPLES if isinstance(event, FeedPushed))
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))

KEY = FEED.feed_id.encode()


def message(event, topic=FEEDS, offset=0, key=KEY, **headers):
    value = event.model_dump_json().encode() if event is not None else None
    told = {name: text.encode() for name, text in headers.items()}
    return Message(topic, 0, offset, key, value, told, timestamp_ms=5000)


def feed(**changes):
    return FEED.model_copy(update=changes)


def visited(**changes):
    """Return the state of a feed that was visited before."""
    task = FeedTask(
        host="ministry.example:443",
        due_at=99.0,
        feed=FEED,
        registered="communique.feeds/0/-1",
        validators=Validators(etag='"v1"'),
        known={"a": "b"},
        visits=3,
    )
    return task.model_copy(update=changes)


def run(one, known=None):
    planned = plan(one, known.note().value if known else None, naming=NAMING)
    value = planned.note.value if planned.note else None
    return planned, FeedTask.of(value) if value else None


def test_a_new_feed_is_visited_at_once():
    planned, task = run(message(FEED))
    assert (planned.outcome, planned.host) == ("scheduled", "ministry.example:443")
    assert planned.note.id == FEED.feed_id
    assert (task.due_at, task.visits, task.feed) == (5.0, 0, FEED)


def test_a_feed_that_is_known_as_it_stands_is_left_alone():
    planned, _ = run(message(FEED), visited())
    assert (planned.outcome, planned.note) == ("known", None)


def test_a_feed_that_is_registered_again_as_it_stands_is_left_alone():
    again = feed(registered_at=FEED.registered_at.replace(year=2027))
    assert run(message(again), visited())[0].outcome == "known"


def test_a_feed_with_other_facts_is_visited_and_its_memory_kept():
    planned, task = run(message(feed(title="New title")), visited())
    assert planned.outcome == "scheduled"
    assert task.feed.title == "New title"
    assert (task.known, task.visits) == ({"a": "b"}, 3)
    assert task.validators == Validators(etag='"v1"')


def test_a_feed_that_is_to_be_read_otherwise_is_asked_for_its_whole_document():
    _, task = run(message(feed(time_zone="Asia/Kolkata")), visited())
    assert (task.validators, task.digest) == (Validators(), None)
    assert (task.known, task.visits) == ({"a": "b"}, 3)


def test_validators_of_another_address_are_not_believed():
    _, task = run(message(feed(url="https://other.example/feed")), visited())
    assert task.validators == Validators()
    assert task.host == "other.example:443"


def test_a_feed_remembers_the_message_that_registered_it():
    assert run(message(FEED, offset=17))[1].registered == "communique.feeds/0/17"
    changed = message(feed(title="New title"), offset=18)
    assert run(changed, visited())[1].registered == "communique.feeds/0/18"


def test_a_paused_feed_is_remembered_and_not_visited():
    for known in (None, visited()):
        planned, task = run(message(feed(paused=True)), known)
        assert planned.outcome == "scheduled"
        assert task.due_at is None


def test_a_feed_that_goes_on_after_a_pause_is_visited_at_once():
    paused = visited(due_at=None, feed=feed(paused=True))
    _, task = run(message(FEED), paused)
    assert (task.due_at, task.visits) == (5.0, 3)


def test_a_tombstone_forgets_the_feed():
    planned, _ = run(message(None), visited())
    assert (planned.outcome, planned.note.value) == ("removed", None)
    assert planned.host == "ministry.example:443"
    planned, _ = run(message(None))
    assert (planned.outcome, planned.host) == ("removed", None)


def test_a_push_brings_the_visit_forward():
    planned, task = run(message(PUSH, PUSHED), visited())
    assert (planned.outcome, task.due_at) == ("scheduled", 5.0)
    assert task.validators == Validators(etag='"v1"')


def test_a_push_waits_for_the_end_of_the_peace_that_was_asked_for():
    pushed = message(PUSH, "feeds.pushed")
    assert run(pushed, visited(peace_until=60.0))[1].due_at == 60.0
    assert run(pushed, visited(peace_until=1.0))[1].due_at == 5.0


@pytest.mark.parametrize(
    ("changes", "due_at"),
    [
        pytest.param({"title": "Another"}, 60.0, id="other facts"),
        pytest.param({"url": "https://other.example/"}, 5.0, id="elsewhere"),
    ],
)
def test_a_feed_that_is_registered_anew_waits_for_the_end_of_the_peace(changes, due_at):
    _, task = run(message(feed(**changes)), visited(peace_until=60.0))
    assert task.due_at == due_at


def test_a_feed_that_goes_on_after_a_pause_waits_for_the_end_of_the_peace():
    paused = visited(due_at=None, feed=feed(paused=True), peace_until=60.0)
    assert run(message(FEED), paused)[1].due_at == 60.0


@pytest.mark.parametrize(
    "known",
    [None, visited(due_at=None, feed=feed(paused=True))],
    ids=["unknown feed", "paused feed"],
)
def test_a_push_for_nobody_is_ignored(known):
    planned, _ = run(message(PUSH, PUSHED), known)
    assert (planned.outcome, planned.note) == ("ignored", None)


def test_a_replayed_message_is_taken_for_what_it_was():
    feed_again = message(FEED, REPLAY, communique_origin="communique.feeds/3/17")
    assert run(feed_again)[0].outcome == "scheduled"
    push = message(PUSH, REPLAY, communique_origin="communique.feeds.pushed/3/17")
    assert run(push, visited())[1].due_at == 5.0


def test_a_feed_that_was_put_back_remembers_where_it_was_registered():
    again = message(FEED, REPLAY, communique_origin="communique.feeds/0/17")
    assert run(again)[1].registered == "communique.feeds/0/17"


def test_a_feed_that_was_put_back_does_not_undo_a_newer_registration():
    _, known = run(message(feed(title="New"), offset=18))
    old = message(FEED, REPLAY, communique_origin="communique.feeds/0/17")
    assert run(old, known)[0].outcome == "known"
    newer = message(FEED, REPLAY, communique_origin="communique.feeds/0/19")
    assert run(newer, known)[0].outcome == "scheduled"


def test_a_null_push_that_was_put_back_forgets_no_feed():
    push = message(None, REPLAY, communique_origin="communique.feeds.pushed/0/3")
    with pytest.raises(PermanentError):
        run(push, visited())


def test_a_tombstone_that_was_put_back_forgets_the_feed():
    gone = message(None, REPLAY, communique_origin="communique.feeds/0/3")
    assert run(gone, visited())[0].outcome == "removed"


def test_only_what_was_put_back_may_say_that_it_was_something_else():
    push = message(None, PUSHED, communique_origin="communique.feeds/0/3")
    with pytest.raises(PermanentError):
        run(push, visited())


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(message(PUSH), id="a push where a feed belongs"),
        pytest.param(message(FEED, PUSHED), id="a feed where a push belongs"),
        pytest.param(message(None, PUSHED), id="a null push"),
        pytest.param(message(feed(url="urn:x")), id="an address without a host"),
        pytest.param(message(feed(url="https://x:99999/")), id="an impossible port"),
    ],
)
def test_what_cannot_be_a_feed_or_a_push_is_poison(one):
    with pytest.raises(PermanentError):
        run(one, visited())


def test_a_replayed_message_with_a_broken_origin_is_poison():
    broken = message(FEED, REPLAY)
    broken.headers["communique_origin"] = b"\xff"
    with pytest.raises(PermanentError):
        run(broken)


def test_the_task_of_a_message_is_its_key():
    assert task_id(message(FEED)) == FEED.feed_id
    for key in (None, b"", b"\xff"):
        with pytest.raises(UndecodableError):
            task_id(message(FEED, key=key))


def test_a_replay_of_feeds_changes_nothing():
    log = [message(FEED, offset=0), message(feed(title="New"), offset=1)]
    known = None
    for one in log:
        _, known = run(one, known)
    assert [run(one, known)[0].outcome for one in log] == ["known", "known"]


def entry(number, text="1"):
    return ENTRY.model_copy(
        update={
            "release_id": f"{number:08x}-0000-5000-8000-000000000000",
            "fingerprint": text * 32,
        }
    )


def test_an_entry_is_known_with_its_very_text_only():
    task = visited(known={})
    task = task.model_copy(update={"known": with_entries(task.known, [entry(1)])})
    assert knows_text(task.known, entry(1))
    assert not knows_text(task.known, entry(1, text="2"))
    assert not knows_text(task.known, entry(2))


def test_what_a_feed_still_lists_is_never_forgotten():
    task = visited(known={})
    document = [entry(n) for n in range(400)]
    for shift in range(0, 4000, 100):
        document = [entry(n) for n in range(shift, shift + 400)]
        task = task.model_copy(update={"known": with_entries(task.known, document)})
        assert all(knows_text(task.known, one) for one in document)
    assert len(task.known) == 800
    assert not knows_text(task.known, entry(0))


def test_a_small_feed_has_a_long_memory():
    task = visited(known={})
    for number in range(600):
        task = task.model_copy(
            update={"known": with_entries(task.known, [entry(number)])}
        )
    assert len(task.known) == MIN_KNOWN
    assert knows_text(task.known, entry(100))
    assert not knows_text(task.known, entry(99))


def test_ids_are_shortened_to_what_still_tells_them_apart():
    ((key, value),) = with_entries({}, [ENTRY]).items()
    assert key == ENTRY.release_id[:DIGITS]
    assert value == ENTRY.fingerprint[:DIGITS] + title_digest(ENTRY)
    assert len(value) == DIGITS + TITLE_DIGITS


def test_a_task_comes_back_from_its_record():
    task = visited()
    assert FeedTask.of(task.note().value) == task


def test_a_hub_that_confirms_is_noted_and_causes_no_visit():
    known = FeedTask(
        host="ministry.example:443", due_at=9e9, feed=FEED, registered="feeds/0/0"
    )
    lease = PUSH.model_copy(update={"lease_seconds": 1000.0})
    planned = plan(
        message(lease, "feeds.pushed"), known.note().value, naming=Naming("")
    )
    assert planned.outcome == "confirmed"
    assert planned.note is not None
    task = FeedTask.of(planned.note.value)
    assert (task.due_at, task.pushed_until, task.hub_due_at) == (9e9, 1005.0, 805.0)


def test_a_hub_that_promises_a_thousand_years_is_believed_for_a_week():
    lease = PUSH.model_copy(update={"lease_seconds": 3e10})
    _, task = run(message(lease, "feeds.pushed"), visited())
    assert task.pushed_until == 5.0 + 7 * 86_400
    assert task.hub_due_at < task.pushed_until


def test_a_backfill_is_due_at_once_and_the_feed_when_it_was():
    known = FeedTask(
        host="ministry.example:443", due_at=9e9, feed=FEED, registered="feeds/0/0"
    )
    since = PUSH.model_copy(update={"backfill_since": PUSH.at})
    planned = plan(
        message(since, "feeds.pushed"), known.note().value, naming=Naming("")
    )
    assert planned.note is not None
    task = FeedTask.of(planned.note.value)
    assert task.due_at == 5.0
    assert task.history is not None
    assert task.history.since == PUSH.at.timestamp()
    assert task.history.resume_at == 9e9


GONE = {"due_at": None, "standing": ("gone",)}


def test_a_feed_that_is_gone_is_revived_when_it_is_registered_again():
    planned, task = run(message(FEED), visited(**GONE))
    assert planned.outcome == "scheduled"
    assert (task.due_at, task.known) == (5.0, {"a": "b"})
    assert task.standing == ("gone",), "until a visit finds it"


def test_a_replay_revives_no_feed_that_is_gone():
    gone = visited(**GONE, registered="communique.feeds/0/7")
    assert run(message(FEED, offset=7), gone)[0].outcome == "known"


def test_a_push_wakes_no_feed_that_is_gone():
    assert run(message(PUSH, topic=PUSHED), visited(**GONE))[0].outcome == "ignored"


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, {"planned": 1, "waiting": 1}),
        ({"due_at": None}, {"planned": 1, "paused": 1}),
        (GONE, {"planned": 1, "gone": 1}),
        ({"due_at": 5.0, "standing": ("gone",)}, {"planned": 1, "waiting": 1}),
    ],
    ids=["waits", "paused", "gone", "revived"],
)
def test_a_feed_counts_as_one_thing(changes, counted):
    assert tally(visited(**changes).note().value) == counted


def test_what_is_no_record_of_a_feed_counts_as_nothing():
    assert tally(b"{}") == {}


def test_what_was_learnt_at_another_address_is_forgotten():
    learnt = visited(
        address="https://moved.example/feed",
        trust=Trust(verdict="stuck"),
        digest="ab",
        hints=Hints(ttl_seconds=60.0),
    )
    _, task = run(message(feed(url="https://other.example/feed")), learnt)
    assert (task.address, task.trust, task.hints) == (None, Trust(), Hints())
    assert task.digest is None


def test_a_feed_that_moved_stays_moved_when_other_facts_change():
    moved = visited(address="https://moved.example/feed", digest="ab")
    planned, task = run(message(feed(title="New title")), moved)
    assert (task.url, task.host) == (moved.address, "moved.example:443")
    assert planned.host == "moved.example:443"
    assert task.digest == "ab", "the same bytes mean the same"


def test_a_record_of_an_earlier_version_is_read():
    old = {
        "host": "h:443",
        "due_at": 1.0,
        "feed": FEED.model_dump(mode="json"),
        "registered": "communique.feeds/0/1",
        "validators": {"etag": '"v1"', "last_modified": None},
        "known": {"a" * 16: "b" * 16},
        "reused_links": [],
        "visits": 3,
        "failures": 0,
    }
    task = FeedTask.of(json.dumps(old).encode())
    assert (task.visits, task.address, task.trust) == (3, None, Trust())


def test_the_record_of_a_feed_stays_small():
    known = {f"{number:016x}": "f" * 24 for number in range(20)}
    assert len(visited(known=known).note().value) < 2_000
