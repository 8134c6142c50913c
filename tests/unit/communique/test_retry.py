"""Waiting between tries."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.retry import backoff_seconds


@given(st.integers(0, 10_000), st.floats(0.001, 1e6), st.integers())
def test_a_wait_is_between_nothing_and_the_smaller_of_cap_and_doubling(
    attempt, cap, seed
):
    wait = backoff_seconds(attempt, cap=cap, rng=random.Random(seed))
    assert 0.0 <= wait <= cap
    assert wait <= 2.0 ** min(attempt, 64)


def test_workers_that_failed_together_do_not_come_back_together():
    waits = {backoff_seconds(5, cap=30, rng=random.Random(n)) for n in range(50)}
    assert len(waits) == 50
    assert max(waits) - min(waits) > 20


def test_waits_grow_until_the_cap():
    class Longest(random.Random):
        def uniform(self, a, b):
            return b

    waits = [backoff_seconds(n, cap=5.0, rng=Longest()) for n in range(5)]
    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_very_late_attempt_still_has_a_finite_wait():
    wait = backoff_seconds(10**9, cap=math.inf, rng=random.Random(1))
    assert math.isfinite(wait)


def test_attempts_are_counted_from_zero():
    with pytest.raises(ValueError, match=">= 0, got -1"):
        backoff_seconds(-1, cap=1.0, rng=random.Random(1))
