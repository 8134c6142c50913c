"""What an outage of an hour leaves in the log."""

import logging

import pytest

from communique.logs import Repeats
from tests.fakes import Clock


def shown(lines_a_second, name, message):
    """Return how many lines of an hour are shown."""
    clock = Clock(0.0)
    repeats, count = Repeats(clock), 0
    for _ in range(3600 * lines_a_second):
        record = logging.LogRecord(name, logging.WARNING, "", 0, message, None, None)
        count += repeats.filter(record)
        clock.advance(1 / lines_a_second)
    return count


@pytest.mark.parametrize(
    ("name", "message", "expected"),
    [
        pytest.param("aiokafka.conn", "connection lost", 360, id="of a library"),
        pytest.param("worker", {"event": "waits", "reason": "away"}, 60, id="waits"),
        pytest.param("worker", {"event": "buried"}, 3600, id="an outcome"),
    ],
)
def test_an_hour_of_the_same_line(name, message, expected):
    assert shown(1, name, message) == expected


def test_another_reason_is_shown_at_once():
    repeats = Repeats(Clock())
    for reason in ("Kafka is away", "Elasticsearch is away"):
        line = {"event": "waits", "reason": reason}
        record = logging.LogRecord("worker", 30, "", 0, line, None, None)
        assert repeats.filter(record)
        assert not repeats.filter(record)
