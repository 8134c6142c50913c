"""What became of a message."""

import pytest

from communique.codec import Message
from communique.errors import UndecodableError
from communique.worker.settled import Settled, bury, settle_each


def message(offset, value=b"v"):
    return Message("t", 0, offset, b"k", value)


def test_each_message_has_one_outcome_in_order():
    def handle(message):
        if message.offset == 1:
            raise UndecodableError("no")
        return Settled(f"done {message.offset}")

    settled = settle_each(map(message, range(3)), handle, dead_letters="dlq")
    assert [item.outcome for item in settled] == ["done 0", "dead", "done 2"]
    assert str(settled[1].error) == "no"


def test_a_fault_of_ours_is_let_out():
    def handle(_message):
        raise KeyError("ours")

    with pytest.raises(KeyError):
        settle_each([message(0)], handle, dead_letters="dlq")


def test_the_same_message_makes_the_same_dead_letter():
    """No clock of ours: a redelivery repeats the record."""
    one, again = (
        bury(message(0), UndecodableError("no"), dead_letters="dlq") for _ in range(2)
    )
    assert one.records == again.records
