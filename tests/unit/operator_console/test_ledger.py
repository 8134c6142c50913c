"""Does it balance? Each kind of fault, and what is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from communique.events import LedgerLine
from operator_console.ledger import Input, Tasks, faults, rows, told

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LINE = LedgerLine(
    group="c.indexer",
    topic="c.enriched",
    partition=3,
    first=5,
    next_offset=17,
    outcomes={"indexed": 10, "dead": 2},
)
INPUT = Input("c.indexer", "c.enriched", 3, start=0, end=20, committed=17, line=LINE)


def counted(**changes):
    return {"line": LINE.model_copy(update=changes)}


def tasks_line(*, outcomes=None, next_offset=40, **tasks):
    fields = {"planned": 12, "waiting": 3, "ready_at": None, **tasks}
    return LedgerLine.model_validate(
        {
            "group": "c.fetcher",
            "topic": "c.state",
            "partition": 3,
            "first": 0,
            "next_offset": next_offset,
            "outcomes": {"released": 8, "dead": 1} if outcomes is None else outcomes,
            "tasks": fields,
        }
    )


TASKS = Tasks(
    "c.fetcher",
    "c.state",
    3,
    end=40,
    aged_end=30,
    line=tasks_line(),
    at=NOW,
    entries={"scheduled": 12, "known": 4},
)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="messages in flight"),
        pytest.param({"end": 17}, id="nothing in flight"),
        pytest.param({"committed": 9}, id="acked and not committed yet"),
        pytest.param({"committed": 0}, id="an operator set the offset back"),
        pytest.param({"committed": None}, id="never committed"),
        pytest.param({"start": 17}, id="retention came up to what was read"),
        pytest.param({"start": 11}, id="retention removed what was read"),
        pytest.param({"line": None, "committed": None}, id="never settled anything"),
        pytest.param({"line": None, "committed": 0}, id="set to the start, and unread"),
        pytest.param(
            counted(outcomes={"indexed": 5, "compacted": 7}), id="compaction made holes"
        ),
    ],
)
def test_an_input_in_order_has_no_fault(changes):
    assert replace(INPUT, **changes).faults == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            counted(outcomes={"indexed": 11}),
            "12 messages were passed (5 to 16), and 11 outcomes were counted",
            id="an outcome is missing",
        ),
        pytest.param(
            counted(outcomes={"indexed": 13}),
            "12 messages were passed (5 to 16), and 13 outcomes were counted",
            id="an outcome too many",
        ),
        pytest.param(
            {"committed": 18},
            "1 messages were acked without an outcome (17 to 17); set the group back "
            "to offset 17",
            id="acked uncounted",
        ),
        pytest.param(
            {"end": 9, "committed": None},
            "it is counted up to offset 17, and the log ends at 9: the topic was made",
            id="topic made anew",
        ),
        pytest.param(
            {"start": 19},
            "2 messages are lost (17 to 18): retention removed them",
            id="retention removed unread ones",
        ),
        pytest.param(
            {"line": None, "committed": 4},
            "it is committed up to offset 4, and the ledger has no line of it",
            id="committed without a line",
        ),
    ],
)
def test_a_fault_of_an_input_is_one_sentence_that_names_the_partition(changes, words):
    (fault,) = replace(INPUT, **changes).faults
    assert fault.startswith("c.indexer, c.enriched/3: ")
    assert words in fault
    assert fault.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="some wait"),
        pytest.param({"line": None, "aged_end": 0, "entries": {}}, id="nothing yet"),
        pytest.param({"end": 45}, id="written and not counted yet"),
        pytest.param(
            {"end": 45, "entries": {"scheduled": 14}}, id="scheduled and told later"
        ),
        pytest.param({"entries": {"scheduled": 11}}, id="planned and not counted yet"),
        pytest.param(
            {"line": tasks_line(ready_at=NOW - timedelta(minutes=9))}, id="due"
        ),
        pytest.param(
            {"line": tasks_line(ready_at=NOW + timedelta(hours=9))}, id="not due"
        ),
        pytest.param({"entries": None}, id="tasks that are no messages"),
    ],
)
def test_tasks_in_order_have_no_fault(changes):
    assert replace(TASKS, **changes).faults == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"line": tasks_line(outcomes={"released": 8})},
            "12 tasks were planned, 8 came to an outcome and 3 wait",
            id="a task without an outcome",
        ),
        pytest.param(
            {"line": tasks_line(waiting=4)},
            "12 tasks were planned, 9 came to an outcome and 4 wait",
            id="a task too many",
        ),
        pytest.param(
            {"entries": {"scheduled": 13}},
            "13 entries were scheduled, and the records know of 12",
            id="scheduled and written nowhere",
        ),
        pytest.param(
            {"line": tasks_line(ready_at=NOW - timedelta(minutes=25))},
            "a task is 25 minutes overdue",
            id="overdue",
        ),
        pytest.param(
            {"line": tasks_line(next_offset=29)},
            "more than ten minutes ago and nobody counts them",
            id="an owner that died before it counted",
        ),
        pytest.param(
            {"line": None, "entries": {}},
            "more than ten minutes ago and nobody counts them",
            id="an owner that died before its first line",
        ),
        pytest.param(
            {"end": 4, "aged_end": 4},
            "it is counted up to offset 40, and the log ends at 4",
            id="topic made anew",
        ),
    ],
)
def test_a_fault_of_tasks_is_one_sentence_that_names_the_partition(changes, words):
    (fault,) = replace(TASKS, **changes).faults
    assert fault.startswith("c.fetcher, c.state/3: ")
    assert words in fault


def test_every_fault_of_every_partition_is_named():
    lines = [
        INPUT,
        replace(INPUT, partition=4, start=19, committed=18),
        replace(TASKS, line=tasks_line(waiting=4, ready_at=NOW - timedelta(days=1))),
    ]
    assert len(faults(lines)) == 4


def test_a_row_sums_the_partitions_of_a_topic():
    never = replace(INPUT, partition=4, start=2, end=8, committed=None, line=None)
    (row,) = rows([INPUT, never])
    assert (row.total, row.waiting, row.faults) == (15 + 6, 3 + 6, 0)
    assert row.outcomes == {"indexed": 10, "dead": 2}
    assert row.total == sum(row.outcomes.values()) + row.waiting
    assert not row.is_untouched


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param({"scheduled": 12, "known": 4}, id="undisturbed"),
        pytest.param({"scheduled": 9, "known": 7, "dead": 1}, id="three after a crash"),
    ],
)
def test_entries_that_asked_for_nothing_stand_among_the_tasks(entries):
    (row,) = rows([replace(TASKS, entries=entries)])
    assert row.outcomes == {"released": 8, "dead": 1, "already known": 4}
    assert row.total == 16 == sum(row.outcomes.values()) + row.waiting


def test_a_group_that_never_settled_anything_is_shown_as_such():
    (row,) = rows([replace(INPUT, line=None, committed=None, start=4)])
    assert row.is_untouched
    assert row.total == row.waiting == 16


def test_a_topic_of_two_groups_has_two_rows():
    assert len(rows([INPUT, replace(INPUT, group="c.other")])) == 2


def test_machines_get_every_number_of_a_partition():
    assert told(INPUT) == {
        "group": "c.indexer",
        "topic": "c.enriched",
        "partition": 3,
        "outcomes": {"indexed": 10, "dead": 2},
        "faults": [],
        "first": 5,
        "next_offset": 17,
        "committed": 17,
        "start": 0,
        "end": 20,
        "in_flight": 3,
    }
    told_tasks = told(replace(TASKS, line=tasks_line(ready_at=NOW)))
    assert (told_tasks["planned"], told_tasks["waiting"]) == (12, 3)
    assert told_tasks["ready_at"] == NOW.isoformat()
    assert told(replace(TASKS, line=None))["ready_at"] is None
