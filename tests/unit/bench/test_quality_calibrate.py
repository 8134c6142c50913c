import random
from dataclasses import replace

import pytest

from bench.quality.calibrate import CHOSEN, Weighed, error, fit, fit_times
from enrichment_worker.knowledge import Calibration
from enrichment_worker.themes import probability


def sample(
    curve: Calibration, size: int, *, slug: str = "health", supported: bool = True
) -> list[Weighed]:
    """Return themes that are true as often as `curve` says."""
    rng = random.Random(size)
    weights = [rng.uniform(1.0, 20.0) for _ in range(size)]
    return [
        Weighed(
            half="develop",
            slug=slug,
            weight=weight,
            supported=supported,
            true=rng.random()
            < probability(weight, curve.needed(slug, supported=supported), curve.slope),
        )
        for weight in weights
    ]


def test_the_slope_that_made_the_labels_is_found_again():
    found = fit(sample(replace(CHOSEN, slope=2.6), 4_000), {})
    assert found.slope == pytest.approx(2.6, abs=0.2)


def test_few_releases_do_not_move_the_curve_far():
    found = fit(sample(replace(CHOSEN, slope=6.0), 5), {})
    assert found.slope == pytest.approx(CHOSEN.slope, abs=0.2)


def test_a_theme_that_is_told_of_more_readily_has_a_lower_midpoint():
    easy = sample(replace(CHOSEN, midpoint=CHOSEN.midpoint / 2), 2_000)
    few = sample(replace(CHOSEN, midpoint=CHOSEN.midpoint * 3), 3, slug="space")
    times = fit_times([*easy, *few], CHOSEN)
    assert times["health"] == pytest.approx(0.5, abs=0.1)
    assert times["space"] == pytest.approx(1.0, abs=0.4)
    assert fit(easy, times).slope == pytest.approx(CHOSEN.slope, abs=0.2)


def test_scores_that_come_true_as_often_as_they_say_have_no_error():
    weighed = sample(CHOSEN, 10_000)
    far, shown = error(weighed, CHOSEN)
    assert far < 0.02
    assert 8_000 < shown <= 10_000
    assert error(weighed, Calibration(20.0, 1.0))[0] > 0.2
    assert error(weighed, replace(CHOSEN, times={"health": 6.0}))[0] > 0.2
