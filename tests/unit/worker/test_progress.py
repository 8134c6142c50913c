"""When a worker must end, and when it only waits."""

import time

import pytest

from communique.worker.commits import Standstill
from communique.worker.progress import COMING_SECONDS, Progress

NOW = 10_000.0


def stands(looks):
    return Standstill(("items", 3), committed=7, acked=12, looks=looks)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        pytest.param({}, None, id="idle"),
        pytest.param({"beat_at": NOW - 301}, None, id="idle for long"),
        pytest.param(
            {"lag": 9, "beat_at": NOW - 300}, None, id="lag, not yet too long"
        ),
        pytest.param(
            {"lag": 9, "beat_at": NOW - 301},
            "9 messages wait",
            id="lag and no progress",
        ),
        pytest.param(
            {"lag": 9, "beat_at": NOW - 999, "reasons": {"kafka": "Kafka is away"}},
            None,
            id="waits on purpose",
        ),
        pytest.param({"rebalancing_since": NOW - 60}, None, id="rebalances"),
        pytest.param(
            {"rebalancing_since": NOW - 61}, "rebalance does not end", id="no end"
        ),
        pytest.param({"outside_group_since": NOW - 60}, None, id="outside for a while"),
        pytest.param(
            {"outside_group_since": NOW - 61}, "left the consumer group", id="left"
        ),
        pytest.param(
            {"outside_group_since": NOW - 999, "reasons": {"start": "it starts"}},
            None,
            id="has not joined yet",
        ),
        pytest.param({"commits_stand": stands(30)}, None, id="commits stand"),
        pytest.param(
            {"commits_stand": stands(31)},
            "items/3 is acked to 12, and its commit stays at 7",
            id="commits stand too long",
        ),
    ],
)
def test_a_worker_ends_only_when_it_is_stuck(state, verdict):
    progress = Progress(**{"reasons": {}, "beat_at": NOW, **state})
    found = progress.verdict(NOW, stalled_seconds=300, rebalance_seconds=30)
    assert (found is None) == (verdict is None)
    assert verdict is None or verdict in found


def test_a_worker_begins_by_waiting():
    assert Progress().waiting_for == "it starts"


def test_it_goes_on_when_nobody_waits_any_more():
    progress = Progress()
    progress.waiting("kafka", "Kafka is away")
    progress.waiting("start", None)
    assert progress.waiting_for == "Kafka is away"
    progress.waiting("batch", "no mapping")
    progress.waiting("kafka", None)
    progress.waiting("kafka", None)
    assert progress.waiting_for == "no mapping"
    progress.waiting("batch", None)
    assert progress.waiting_for is None


def test_to_report_a_wait_is_a_sign_of_life():
    progress = Progress(beat_at=0.0)
    progress.waiting("kafka", "Kafka is away")
    assert time.monotonic() - progress.beat_at < 60


def test_what_keeps_it_from_its_start_is_said_rather_than_that_it_starts():
    progress = Progress()
    assert progress.waiting_for == "it starts"
    progress.waiting("kafka", "Kafka does not answer")
    assert progress.waiting_for == "Kafka does not answer"
    progress.waiting("kafka", None)
    assert progress.waiting_for == "it starts"
    progress.waiting("start", None)
    assert progress.waiting_for is None


def test_what_lags_without_a_batch_is_not_on_its_way():
    progress = Progress()
    progress.lag = 1000
    progress.settled([("feeds", 0, 1)])
    settled = progress.settled_at
    assert progress.coming(settled + COMING_SECONDS - 0.1) == 1000
    assert progress.coming(settled + COMING_SECONDS) == 0
