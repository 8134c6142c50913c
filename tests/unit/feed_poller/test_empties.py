"""The share of visits that cost one empty answer: what is old fades."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed_poller.empties import FADING_SECONDS, Empties

DAY = 86_400.0


def after(visits, memory=None):
    memory = memory or Empties()
    for at, empty in visits:
        memory = memory.after(empty=empty, at=at)
    return memory


def test_before_the_first_visit_there_is_no_share():
    assert Empties().share is None


@pytest.mark.parametrize(
    ("answers", "share"),
    [([True], 1.0), ([False], 0.0), ([True, False, True, True], 0.75)],
)
def test_within_an_hour_every_visit_counts_alike(answers, share):
    told = after((900.0 * n, empty) for n, empty in enumerate(answers)).share
    assert told == pytest.approx(share, abs=0.01)


def test_what_a_feed_did_a_month_ago_hardly_counts():
    before = after((900.0 * n, False) for n in range(600))
    later = after(((30 * DAY + 900.0 * n, True) for n in range(600)), before)
    assert later.share > 0.95


def test_a_visit_counts_for_1_over_e_after_the_time_of_fading():
    memory = after([(0.0, False), (FADING_SECONDS, True)])
    assert memory.share == pytest.approx(1 / (1 + 0.3679), abs=0.001)


@given(
    st.lists(st.tuples(st.floats(0, 1e10, allow_nan=False), st.booleans()), max_size=40)
)
def test_whatever_the_clock_does_it_is_a_share(visits):
    share = after(visits).share
    assert share is None or 0 <= share <= 1
