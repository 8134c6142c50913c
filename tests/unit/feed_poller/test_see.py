"""What an answer of a feed means, beside what is known of it."""

import pytest

from communique.identity import partition_for
from communique.topics import MAX_RECORD_BYTES, Naming
from feed_poller import see as seeing
from feed_poller.cadence import Bounds
from feed_poller.fetch import Failed, NotModified
from feed_poller.see import MAX_TEXT_CHARACTERS, is_gap
from feed_poller.told import entry_record
from feed_poller.validators import Validators
from tests.unit.feed_poller.visited import ENTRY, NEW, NOW, fetched, rss, task

NAMING = Naming()


def see(task, answer, *, seen_at=NOW, **more):
    bounds = Bounds(300.0, 3600.0)
    return seeing.see(
        task, answer, seen_at=seen_at, bounds=bounds, interval_seconds=900.0, **more
    )


def titles(seen):
    return [entry.title for entry in seen.published]


def test_a_first_visit_tells_everything_as_backfill_oldest_first():
    seen = see(task(), fetched(rss(3, 2, 1)), seen_at=NOW)
    assert (seen.outcome, titles(seen)) == (
        "changed",
        ["Release 1", "Release 2", "Release 3"],
    )
    assert all(entry.backfill for entry in seen.published)
    assert "first visit" in seen.reason
    assert (seen.task.visits, seen.task.validators) == (1, NEW)


def test_a_second_visit_tells_only_what_is_new_or_reworded():
    first = see(task(), fetched(rss(2, 1)), seen_at=NOW).task
    second = see(first, fetched(rss(3, 2, 1)), seen_at=NOW)
    assert titles(second) == ["Release 3"]
    assert not second.published[0].backfill
    third = see(second.task, fetched(rss(3, 2, 1, title="Reworded")), seen_at=NOW)
    assert len(third.published) == 3


@pytest.mark.parametrize(
    ("listed", "gap"),
    [
        ("", False),
        ("kkkk", False),
        ("nnkk", False),
        ("nnnn", True),
        ("knnnn", True),
        ("kkknnnn", True),
        ("kkkknnnn", False),
        ("knnk", False),
        ("kn", False),
    ],
    ids=[
        "nothing", "nothing new", "an overlap", "no overlap", "one pinned",
        "three pinned", "four are a list", "pinned, and an overlap", "the oldest first",
    ],
)  # fmt: skip
def test_a_document_that_moved_past_what_was_known_has_a_gap(listed, gap):
    entries = [
        ENTRY.model_copy(update={"release_id": str(number)})
        for number in range(len(listed))
    ]
    unknown = {
        e.release_id for e, what in zip(entries, listed, strict=True) if what == "n"
    }
    assert is_gap(entries, unknown) is gap


def test_the_same_document_again_tells_nothing():
    first = see(task(), fetched(rss(2, 1)), seen_at=NOW).task
    second = see(first, fetched(rss(2, 1)), seen_at=NOW)
    assert (second.outcome, second.published) == ("unchanged", ())
    assert "the same bytes" in second.reason


def test_not_modified_keeps_what_is_known_and_ends_a_row_of_failures():
    before = task(known={"a": "b"}, visits=4, failures=3)
    seen = see(before, NotModified(NEW), seen_at=NOW)
    assert (seen.outcome, seen.status) == ("not_modified", 304)
    assert (seen.task.known, seen.task.visits, seen.task.failures) == ({"a": "b"}, 5, 0)


def test_a_failure_keeps_the_memory_and_counts():
    before = task(known={"a": "b"}, visits=4, failures=1, validators=NEW)
    refused = Failed("the server answered 503", 503, retry_after_seconds=60.0)
    seen = see(before, refused, seen_at=NOW)
    assert seen.task == before.model_copy(update={"failures": 2})
    assert (seen.outcome, seen.retry_after_seconds) == ("failed", 60.0)


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b"\xff"])
def test_a_page_in_place_of_the_feed_is_a_failure_and_its_etag_is_not_believed(body):
    before = task(known={"a": "b"}, visits=4, validators=Validators(etag='"v1"'))
    seen = see(before, fetched(body), seen_at=NOW)
    assert seen.outcome == "failed"
    assert seen.events == ("not_a_feed",)
    assert seen.task == before.model_copy(
        update={"failures": 1, "standing": ("not_a_feed",)}
    )


def test_a_failed_first_visit_leaves_the_next_one_backfill():
    failed = see(task(), Failed("no"), seen_at=NOW).task
    seen = see(failed, fetched(rss(1)), seen_at=NOW)
    assert seen.published[0].backfill


def test_entries_of_one_host_share_a_partition_and_repeat_their_id():
    record = entry_record(ENTRY, NAMING, cause="t/0/1")
    assert record.key == b"ministry.example:443"
    assert record.partition == partition_for("ministry.example:443", 12)
    assert record == entry_record(ENTRY, NAMING, cause="t/0/1")
    bare = ENTRY.model_copy(update={"link": None, "link_as_published": None})
    assert entry_record(bare, NAMING, cause="t/0/1").key == b"ministry.example:443"


def test_an_item_of_any_length_makes_an_entry_that_a_record_can_carry():
    body = rss(1).replace(b"Text 1", b"Long text. " * 100_000)
    (one,) = see(task(), fetched(body), seen_at=NOW).published
    assert len(one.text) == MAX_TEXT_CHARACTERS
    worst = one.model_copy(update={"text": "\x01" * MAX_TEXT_CHARACTERS})
    assert len(entry_record(worst, NAMING, cause="t/0/1").value) < MAX_RECORD_BYTES
