"""What people are told while documents wait."""

import pytest
from structlog.testing import capture_logs

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from search_indexer.waiting import SAY_AGAIN_SECONDS, Waiting
from tests.fakes import Clock


class Told:
    def __init__(self):
        self.clock = Clock()
        self.progress = Progress(reasons={})
        self.metrics = Metrics("search-indexer")
        self.waiting = Waiting(self.progress, self.metrics, clock=self.clock)

    def refusals(self, kind):
        return self.metrics.registry.get_sample_value(
            "communique_refusals_total", {"service": "search-indexer", "kind": kind}
        )


@pytest.mark.parametrize("kind", ["retry", "operator", "unknown"])
def test_an_alarm_can_see_the_first_refusal_of_each_kind(kind):
    told = Told()
    assert told.refusals(kind) == 0
    told.waiting.because(kind, "no", items=3)
    assert told.refusals(kind) == 3


@pytest.mark.parametrize(
    ("kind", "level"),
    [("retry", "warning"), ("operator", "error"), ("unknown", "error")],
)
def test_the_log_says_it_at_once_and_then_once_a_minute(kind, level):
    told = Told()
    with capture_logs() as lines:
        for _ in range(3600):
            told.waiting.because(kind, "no", items=1)
            told.clock.advance(1)
    assert len(lines) == 3600 / SAY_AGAIN_SECONDS
    expected = {"event": "waits", "kind": kind, "reason": "no", "log_level": level}
    assert lines[0] == expected


def test_an_operators_fault_is_shown_before_others_until_it_is_mended():
    told = Told()
    told.waiting.because("retry", "busy", items=1)
    told.waiting.because("operator", "blocked", items=1)
    told.waiting.because("retry", "busy", items=1)
    assert told.progress.waiting_for == "blocked"
    told.waiting.tries()
    assert told.progress.waiting_for == "blocked"
    told.waiting.because("retry", "busy", items=1)
    assert told.progress.waiting_for == "busy"


def test_when_nothing_waits_any_more_it_is_said_once():
    told = Told()
    with capture_logs() as lines:
        told.waiting.over()
        told.waiting.because("retry", "busy", items=1)
        told.clock.advance(90)
        told.waiting.over()
        told.waiting.over()
    assert told.progress.waiting_for is None
    assert [line["event"] for line in lines] == ["waits", "goes on"]
    assert lines[-1]["waited_seconds"] == 90
