"""When many messages die alike, the fault is ours."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.worker.mass_death import MassDeath

ALIVE = None


def batch(*, dead=0, alive=0, kind="wrongschema"):
    return [kind] * dead + [ALIVE] * alive


def tell(deaths, at, *, again=1, **counts):
    """Tell of a batch that began at `at` and was tried so often; return the last."""
    deaths.begin(at)
    return [deaths.excess(batch(**counts)) for _ in range(again)][-1]


@pytest.mark.parametrize(
    ("deaths", "excess"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(batch(alive=500), None, id="all live"),
        pytest.param(batch(dead=20), None, id="twenty, all of them"),
        pytest.param(batch(dead=21), "wrongschema", id="twenty-one, all of them"),
        pytest.param(batch(dead=21, alive=84), None, id="exactly a fifth"),
        pytest.param(batch(dead=21, alive=83), "wrongschema", id="above a fifth"),
        pytest.param(batch(dead=99, alive=401), None, id="many, below a fifth"),
        pytest.param(
            batch(dead=20) + batch(dead=20, kind="toolarge"), None, id="not alike"
        ),
        pytest.param(
            batch(dead=15, alive=30) + batch(dead=21, kind="toolarge"),
            "toolarge",
            id="the class that is too many",
        ),
    ],
)
def test_more_than_twenty_and_more_than_a_fifth_of_one_kind_are_too_many(
    deaths, excess
):
    watch = MassDeath()
    watch.begin(1000.0)
    assert watch.excess(deaths) == excess


def test_a_minute_of_small_batches_counts_together():
    deaths = MassDeath()
    assert [tell(deaths, n, dead=5) for n in range(5)] == [None] * 4 + ["wrongschema"]


def test_what_is_older_than_a_minute_is_forgotten():
    deaths = MassDeath()
    assert tell(deaths, 1000.0, dead=20) is None
    assert tell(deaths, 1061.0, dead=20) is None


def test_a_verdict_is_not_forgotten_however_long_nobody_mends_it():
    deaths = MassDeath()
    assert tell(deaths, 1000.0, dead=20) is None
    assert tell(deaths, 1001.0, dead=1) == "wrongschema"
    assert tell(deaths, 9000.0, dead=1) == "wrongschema"


def test_a_batch_that_lives_ends_the_verdict_and_a_minute_begins():
    deaths = MassDeath()
    tell(deaths, 1000.0, dead=20)
    assert tell(deaths, 1001.0, dead=1) == "wrongschema"
    assert tell(deaths, 9000.0, alive=1) is None
    assert deaths.held is None
    assert tell(deaths, 9001.0, dead=1) == "wrongschema", "nothing was mended"
    assert tell(deaths, 9002.0, alive=1) is None
    assert tell(deaths, 9063.0, dead=20) is None


def test_another_kind_of_death_ends_no_verdict():
    deaths = MassDeath()
    tell(deaths, 1000.0, dead=30)
    assert tell(deaths, 2000.0, dead=30, kind="toolarge") == "toolarge"
    assert tell(deaths, 3000.0, dead=21) == "wrongschema"


def test_a_batch_that_was_held_back_is_not_remembered():
    deaths = MassDeath()
    assert tell(deaths, 1000.0, dead=30, again=10) == "wrongschema"
    assert tell(deaths, 1001.0, dead=20) is None


def test_a_batch_that_is_tried_again_counts_once():
    deaths = MassDeath()
    assert tell(deaths, 1000.0, dead=8, again=10) is None
    assert tell(deaths, 1001.0, dead=12, again=10) is None
    assert tell(deaths, 1002.0, dead=1) == "wrongschema"


def test_many_that_live_make_room_for_some_that_die():
    deaths = MassDeath()
    assert tell(deaths, 1000.0, alive=1000) is None
    assert tell(deaths, 1001.0, dead=100) is None


def test_those_that_live_are_never_held_for_the_dead_before_them():
    deaths = MassDeath()
    tell(deaths, 1000.0, alive=100)
    assert tell(deaths, 1030.0, dead=24) is None
    assert tell(deaths, 1061.0, alive=1) is None, "24 of 25, but none of this batch"


def test_a_clock_that_jumps_back_forgets_nobody():
    deaths = MassDeath()
    tell(deaths, 1000.0, dead=20)
    assert tell(deaths, 940.0, dead=1) == "wrongschema"


batches = st.lists(
    st.tuples(
        st.floats(0, 50),
        st.lists(st.sampled_from([ALIVE, "a", "b"]), max_size=30),
        st.integers(1, 3),
    ),
    max_size=15,
)


@given(batches, st.integers(0, 14))
def test_a_restart_at_any_time_changes_no_verdict(history, restart):
    through, restarted = MassDeath(), MassDeath()
    now = 1000.0
    for number, (seconds, deaths, tries) in enumerate(history):
        now += seconds
        if number == restart:
            restarted = MassDeath.of(json.loads(json.dumps(restarted.dump())))
        for watch in (through, restarted):
            watch.begin(now)
        for _ in range(tries):
            assert through.excess(deaths) == restarted.excess(deaths)


@given(batches)
def test_of_deaths_alone_no_more_than_twenty_are_buried_in_a_minute(history):
    watch, now, buried = MassDeath(), 1000.0, []
    for seconds, deaths, _ in history:
        now += seconds
        watch.begin(now)
        dead = [death for death in deaths if death == "a"]
        if watch.excess(dead) is None:
            buried += [now] * len(dead)
        assert len([at for at in buried if at > now - 59]) <= 20


def test_a_higher_limit_lifts_a_verdict():
    deaths = MassDeath()
    tell(deaths, 1000.0, dead=30)
    kept = deaths.dump()
    assert MassDeath.of(kept).held == "wrongschema"
    freed = MassDeath.of(kept, allowed=30)
    assert freed.held is None
    assert tell(freed, 1001.0, dead=30) is None
