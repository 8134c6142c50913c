"""What is special of some releases against all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_indexer.special import (
    FIELDS,
    background_query,
    candidates,
    jlh,
    special,
)


def aggregations(**fields):
    return {
        field: {
            "buckets": [
                {"key": key, "doc_count": count}
                for key, count in fields.get(field, {}).items()
            ]
        }
        for field in FIELDS
    }


def background(**fields):
    return {
        field: {"buckets": {str(n): {"doc_count": c} for n, c in enumerate(found)}}
        for field, found in fields.items()
    }


def test_what_one_release_alone_has_is_no_candidate():
    found = candidates(aggregations(persons={"A": 3, "B": 1}))
    assert found["persons"] == {"A": 3}


def test_all_releases_are_asked_how_many_have_each_candidate():
    found = candidates(aggregations(persons={"A": 3, 'B."]': 2}, theme={"health": 2}))
    asked = background_query(found)["aggs"]
    assert asked["persons"]["filters"]["filters"] == {
        "0": {"term": {"persons": "A"}},
        "1": {"term": {"persons": 'B."]'}},
    }
    assert set(asked) == {"persons", "theme"}


def test_what_is_frequent_here_and_rare_elsewhere_comes_first():
    found = candidates(
        aggregations(persons={"rare": 5, "usual": 9}, theme={"common": 10})
    )
    everywhere = background(persons=[5, 60], theme=[1_000])
    ranked = special(found, 10, everywhere, 1_000)
    assert [one.value for one in ranked] == ["rare", "usual"]
    assert (ranked[0].found, ranked[0].among_all) == (5, 5)


@pytest.mark.parametrize(
    ("numbers", "score"),
    [
        pytest.param((5, 10, 50, 1_000), (0.5 - 0.05) * 10, id="by the book"),
        pytest.param((5, 10, 500, 1_000), 0, id="as often as everywhere"),
        pytest.param((1, 10, 900, 1_000), 0, id="rarer here"),
        pytest.param((0, 10, 5, 1_000), 0, id="not here"),
        pytest.param((0, 0, 0, 0), 0, id="nothing at all"),
        pytest.param((3, 3, 2, 2), 0, id="what came between the two questions"),
    ],
)
def test_the_score_is_the_rise_of_the_share_times_its_ratio(numbers, score):
    assert jlh(*numbers) == pytest.approx(score)


@given(
    found=st.integers(1, 50),
    others=st.integers(0, 1_000),
    total=st.integers(50, 60),
    rest=st.integers(1_000, 5_000),
)
def test_one_release_more_that_has_it_elsewhere_makes_nothing_more_special(
    found, others, total, rest
):
    score = jlh(found, total, found + others, total + rest)
    assert score >= jlh(found, total, found + others + 1, total + rest) >= 0
