"""Counting: each offset once, holes too."""

import pytest

from communique.codec import Message, Record, decode
from communique.events import LedgerLine
from communique.topics import Naming
from communique.worker.ledger import Ledger, advance, record
from tests.fakes import Broker, FakeReader

NAMING = Naming()
TOPIC = "communique.ledger"


def settled(*offsets, outcome="done"):
    return [(Message("t", 3, offset, b"k", b"v"), outcome) for offset in offsets]


def line(**changes):
    fields = {"group": "g", "topic": "t", "partition": 3, "first": 0, "next_offset": 0}
    return LedgerLine(**{**fields, **changes})


def after(before, pairs, *, compacted=False):
    return advance(before, pairs, group="g", compacted=compacted)


def test_the_first_offset_ever_settled_is_where_the_line_begins():
    assert after(None, settled(5, 6)) == line(
        first=5, next_offset=7, outcomes={"done": 2}
    )


def test_nothing_settled_is_no_line():
    assert after(None, []) is None


def test_an_empty_batch_changes_nothing():
    before = line(next_offset=4, outcomes={"done": 4})
    assert after(before, []) == before


def test_outcomes_are_counted_by_their_word():
    pairs = settled(0, 1) + settled(2, outcome="dead") + settled(3)
    assert after(None, pairs).outcomes == {"done": 3, "dead": 1}


def test_a_redelivery_is_not_counted_twice():
    before = after(None, settled(0, 1, 2))
    assert after(before, settled(0, 1, 2)) == before
    assert after(before, settled(1, 2, 3)).outcomes == {"done": 4}


def test_a_replay_from_before_the_first_offset_is_not_counted():
    before = after(None, settled(5))
    assert after(before, settled(0, 1, 5)) == before


@pytest.mark.parametrize(
    ("compacted", "outcome"), [(True, "compacted"), (False, "expired")]
)
def test_holes_are_counted_as_what_they_are(compacted, outcome):
    before = after(None, settled(0))
    found = after(before, settled(4, 6), compacted=compacted)
    assert found.outcomes == {"done": 3, outcome: 4}
    assert found.next_offset == 7


def test_the_line_before_is_not_changed():
    before = line(next_offset=1, outcomes={"done": 1})
    after(before, settled(1))
    assert before.outcomes == {"done": 1}


def test_a_line_is_its_own_record_and_its_id_is_deterministic():
    one = line(next_offset=9, outcomes={"done": 9})
    sent = record(one, NAMING)
    assert sent == record(one, NAMING)
    assert (sent.topic, sent.key) == (TOPIC, b"g/t/3")
    assert dict(sent.headers)["ce_id"] == b"g/t/3:9"
    assert decode(Message("l", 0, 0, sent.key, sent.value), LedgerLine) == one


@pytest.fixture
def broker():
    return Broker(partitions=1)


async def test_the_newest_line_of_a_partition_counts(broker):
    for next_offset in (1, 2, 3):
        broker.append(record(line(next_offset=next_offset), NAMING))
    book = Ledger("g", NAMING, FakeReader(broker, batch=2))
    assert book.line("t", 3) is None
    await book.refresh()
    assert book.line("t", 3).next_offset == 3
    assert book.line("t", 4) is None


async def test_lines_of_other_groups_and_foreign_records_are_passed_over(broker):
    broker.append(record(line(next_offset=1), NAMING))
    broker.append(record(line(group="other", next_offset=9), NAMING))
    broker.append(Record(TOPIC, b"x", b"\xff"))
    broker.append(Record(TOPIC, b"x", None))
    book = Ledger("g", NAMING, FakeReader(broker))
    await book.refresh()
    assert book.line("t", 3).next_offset == 1


async def test_a_refresh_reads_on_from_where_the_last_one_ended(broker):
    reader = FakeReader(broker)
    book = Ledger("g", NAMING, reader)
    broker.append(record(line(next_offset=1), NAMING))
    await book.refresh()
    broker.append(record(line(next_offset=5), NAMING))
    await book.refresh()
    assert book.line("t", 3).next_offset == 5
    assert [start for _, start in reader.reads] == [{0: 0}, {0: 1}]


async def test_what_another_process_counted_meanwhile_is_taken_over(broker):
    book = Ledger("g", NAMING, FakeReader(broker))
    mine = line(next_offset=2)
    broker.append(record(mine, NAMING))
    book.put(mine)
    broker.append(record(line(next_offset=7), NAMING))  # while the partition was away
    await book.refresh()
    assert book.line("t", 3).next_offset == 7
