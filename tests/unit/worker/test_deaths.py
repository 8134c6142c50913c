"""The rule against mass dead-lettering survives us."""

import pytest

from communique.errors import NotReadyError, UndecodableError
from communique.worker.deaths import Deaths
from tests.fakes import Clock


@pytest.fixture
def path(tmp_path):
    return tmp_path / "group" / "deaths-0.json"


@pytest.fixture
def life(path):
    """Start the process anew; the clock goes on."""
    clock = Clock()

    def start(*, later=0.0, allowed=20):
        clock.advance(later)
        deaths = Deaths(path, allowed=allowed, clock=clock)
        deaths.begin()
        return deaths

    return start


def dead(count):
    return [UndecodableError("no \x1b[31mJSON")] * count


def test_twenty_may_die_however_often_we_are_started(life):
    for _ in range(4):
        life(later=1.0).check(dead(5))
    with pytest.raises(NotReadyError):
        life(later=1.0).check(dead(1))


def test_a_verdict_outlives_a_restart_and_the_minute(life):
    with pytest.raises(NotReadyError):
        life().check(dead(30))
    life(later=9e5).check(dead(20))
    with pytest.raises(NotReadyError):
        life(later=1.0).check(dead(1))
    with pytest.raises(NotReadyError):
        life(later=9e5).check(dead(1))


def test_what_lives_after_a_restart_ends_the_verdict(life):
    life().check(dead(20))
    with pytest.raises(NotReadyError):
        life().check(dead(1))
    life(later=100.0).check([None])
    life(later=100.0).check(dead(20))


def test_the_sentence_says_what_happened_and_what_to_do(life):
    with pytest.raises(NotReadyError) as raised:
        life().check(dead(21))
    said = str(raised.value)
    assert "too many messages die of 'undecodable' (no [31mJSON)" in said
    assert "COMMUNIQUE_DEATHS_ALLOWED above 20" in said


def test_a_higher_limit_lets_them_die_after_all(life):
    with pytest.raises(NotReadyError):
        life().check(dead(30))
    life(allowed=30).check(dead(30))


def test_nothing_is_written_while_all_live(life, path):
    life().check([None] * 500)
    assert not path.exists()


def test_what_cannot_be_noted_is_not_buried(life, path):
    path.parent.write_text("a file where the folder should be")
    deaths = life()
    for _ in range(3):
        with pytest.raises(OSError, match=r"exists|directory"):
            deaths.check(dead(20))
    path.parent.unlink()
    deaths.check(dead(20))


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"minute": 1}',
        '{"minute": {"x": {}}, "held": null}',
        '{"minute": {"1": 2}, "held": null}',
        '{"minute": {}, "held": "a", "allowed": null}',
    ],
)
def test_a_broken_file_is_no_file(life, path, kept):
    path.parent.mkdir()
    path.write_text(kept)
    life().check(dead(20))
