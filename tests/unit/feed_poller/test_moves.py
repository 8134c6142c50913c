"""When a feed that redirects has really moved."""

import pytest

from feed_poller.moves import SPAN_SECONDS, Move, moving

OLD, NEW = "http://ministry.example/rss", "https://www.ministry.example/feed"
HALF = SPAN_SECONDS / 2


def test_a_permanent_redirect_is_stable_after_three_visits_and_a_day():
    move = None
    stable = []
    for visit in range(4):
        move = moving(move, NEW, OLD, visit * HALF)
        stable.append(move.is_stable(visit * HALF))
    assert stable == [False, False, True, True]
    assert move.to == NEW


def test_many_visits_within_a_day_prove_nothing():
    move = None
    for minute in range(100):
        move = moving(move, NEW, OLD, minute * 60.0)
    assert not move.is_stable(100 * 60.0)


@pytest.mark.parametrize(
    ("to", "url"),
    [
        (None, OLD),
        (OLD, OLD),
        ("http://ministry.example/rss", "https://ministry.example/rss"),
        ("https://ministry.example/" + "x" * 2048, OLD),
    ],
    ids=["no redirect, or a passing one", "to itself", "without a lock", "too long"],
)
def test_what_is_no_move_ends_the_row(to, url):
    assert moving(Move(to=NEW, since=0.0, visits=2), to, url, HALF) is None


def test_another_target_begins_a_row_of_its_own():
    move = moving(Move(to=NEW, since=0.0, visits=9), NEW + "2", OLD, 7.0)
    assert move == Move(to=NEW + "2", since=7.0)
