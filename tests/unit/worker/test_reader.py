"""The messages read last: bounded, each handed out once."""

from hypothesis import given
from hypothesis import strategies as st

from communique.codec import Message
from communique.worker.reader import RecentMessages


def message(offset, size=1):
    return Message("t", 0, offset, b"k", b"x" * size)


def place(offset):
    return f"t/0/{offset}"


def test_a_message_is_handed_out_once():
    recent = RecentMessages()
    one = message(1)
    recent.add(one)
    assert recent.take(place(1)) is one
    assert recent.take(place(1)) is None


def test_the_oldest_give_way_to_the_newest():
    recent = RecentMessages(limit_bytes=10)
    for offset in range(3):
        recent.add(message(offset, size=5))
    assert recent.take(place(0)) is None
    assert recent.take(place(1)) is not None
    assert recent.take(place(2)) is not None


def test_a_message_above_the_limit_is_not_kept_and_does_no_harm():
    recent = RecentMessages(limit_bytes=10)
    recent.add(message(1, size=11))
    assert recent.take(place(1)) is None
    recent.add(message(2, size=10))
    assert recent.take(place(2)) is not None


def test_what_was_taken_makes_room():
    recent = RecentMessages(limit_bytes=10)
    recent.add(message(1, size=10))
    recent.take(place(1))
    recent.add(message(2, size=10))
    assert recent.take(place(2)) is not None


def test_null_values_are_kept_too():
    recent = RecentMessages()
    recent.add(Message("t", 0, 1, b"k", None))
    assert recent.take(place(1)).value is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 12))))
def test_never_more_bytes_are_held_than_allowed(steps):
    recent = RecentMessages(limit_bytes=20)
    for adds, offset, size in steps:
        if adds:
            recent.add(message(offset, size))
        else:
            recent.take(place(offset))
        held = sum(len(kept.value) for kept in recent._by_place.values())
        assert held <= 20


def test_a_message_that_comes_again_takes_its_room_once():
    recent = RecentMessages(limit_bytes=10)
    for _ in range(3):  # a batch tried again while its partition is restored
        recent.add(message(1, size=4))
        recent.add(message(2, size=4))
    assert recent.take(place(1)) is not None
    assert recent.take(place(2)) is not None
