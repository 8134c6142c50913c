"""A clock for schedules: forward only."""

from communique.worker.clock import SteadyClock
from tests.fakes import Clock


def test_it_follows_the_wall_forward_and_goes_on_when_that_is_set_back():
    wall, elapsed = Clock(1_000.0), Clock(50.0)
    clock = SteadyClock(wall, elapsed)
    assert clock() == 1_000.0
    wall.advance(-60)
    elapsed.advance(2)
    assert clock() == 1_002.0
    wall.advance(3_600)
    elapsed.advance(1)
    assert clock() == 4_540.0
