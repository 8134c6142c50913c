import random

import pytest

from bench.quality.calibrate import EXPECTED, Weighed, error, fit
from enrichment_worker.knowledge import Calibration
from enrichment_worker.themes import probability


def sample(curve: Calibration, size: int, *, supported: bool = True) -> list[Weighed]:
    """Return themes that are true as often as `curve` says."""
    rng = random.Random(size)
    weights = [rng.uniform(0.5, 20.0) for _ in range(size)]
    return [
        Weighed(
            half="develop",
            weight=weight,
            supported=supported,
            true=rng.random() < probability(weight, curve, supported=supported),
        )
        for weight in weights
    ]


def test_the_curve_that_made_the_labels_is_found_again():
    made = Calibration(3.5, 2.5, 0.3)
    found = fit(sample(made, 4_000))
    assert found.midpoint == pytest.approx(made.midpoint, abs=0.3)
    assert found.slope == pytest.approx(made.slope, abs=0.3)


def test_few_releases_do_not_move_the_curve_far():
    found = fit(sample(Calibration(2.0, 6.0, 0.4), 5))
    assert found.midpoint == pytest.approx(EXPECTED.midpoint, abs=0.5)
    assert found.slope == pytest.approx(EXPECTED.slope, abs=0.5)


def test_one_word_alone_never_tags():
    always = [Weighed("develop", 9.0, supported=False, true=True)] * 500
    assert fit([*sample(EXPECTED, 100), *always]).unsupported < 0.5


def test_scores_that_come_true_as_often_as_they_say_have_no_error():
    weighed = sample(EXPECTED, 10_000)
    far, shown = error(weighed, EXPECTED)
    assert far < 0.02
    assert 8_000 < shown < 10_000
    assert error(weighed, Calibration(20.0, 1.0, 0.2))[0] > 0.2
