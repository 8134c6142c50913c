"""The measures of bench/search, held to worked examples."""

import pytest

from bench.search.collection import questions
from bench.search.metrics import dcg, ndcg, reciprocal_rank

# The worked example of Wikipedia, "Discounted cumulative gain": six documents are
# shown; two more, of grades 3 and 2, were not.
SHOWN = [3, 2, 3, 0, 1, 2]
JUDGED = {f"d{place}": grade for place, grade in enumerate([*SHOWN, 3, 2])}
RANKING = [f"d{place}" for place in range(6)]


def test_gain_is_discounted_as_in_the_worked_example():
    assert dcg(SHOWN) == pytest.approx(6.861, abs=0.001)
    assert ndcg(RANKING, JUDGED, cut=6) == pytest.approx(0.785, abs=0.001)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [([], 0.0), (["x", "b"], 0.5), (["c", "a"], 0.5), (["a"], 1.0), (["c"], 0.0)],
)
def test_the_rank_is_that_of_the_first_good_one(ranking, expected):
    assert reciprocal_rank(ranking, {"a": 3, "b": 2, "c": 1}) == expected


def test_every_question_has_an_answer_and_half_of_them_are_held_back():
    asked = questions()
    assert all(max(one.judged.values()) == 3 for one in asked)
    held_back = sum(one.half == "test" for one in asked)
    assert abs(len(asked) - 2 * held_back) <= 1
