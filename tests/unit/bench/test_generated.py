"""What is generated is alike in each run, and what an indexer can take."""

from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest

from bench.generated import releases
from bench.generated_health import minutes, visits
from search_indexer.documents import documents
from search_indexer.families import FEEDS, PIPELINE, POLLS, alias_of
from search_indexer.kibana.bodies import panel_bodies

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_same_seed_makes_the_same_releases_and_another_makes_others():
    once, again, other = (
        list(releases(50, until=UNTIL, seed=seed)) for seed in (1, 1, 2)
    )
    assert once == again
    assert not {one.release_id for one in once} & {one.release_id for one in other}


def test_they_are_many_of_small_size_over_the_years_asked_for():
    some = list(releases(300, until=UNTIL, years=4))
    assert len({one.release_id for one in some}) == 300
    assert 1_000 < fmean(len(one.text) for one in some) < 3_000
    assert all(
        timedelta(0) <= UNTIL - one.first_seen_at <= 1461 * timedelta(days=1)
        for one in some
    )
    assert len({one.first_seen_at.year for one in some}) >= 4
    assert all(len(documents(one)) == 2 for one in some)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda seed: visits(200, until=UNTIL, feeds=9, seed=seed), id="v"),
        pytest.param(lambda seed: minutes(30, until=UNTIL, seed=seed), id="m"),
    ],
)
def test_the_same_seed_makes_the_same_health(made):
    once, again, other = (list(made(seed)) for seed in (1, 1, 2))
    assert once == again != other


def test_health_has_every_field_that_a_panel_of_feeds_or_services_asks_for():
    made = [
        action
        for actions in (
            *visits(2_000, until=UNTIL, feeds=50),
            *minutes(61, until=UNTIL),
        )
        for action in actions
    ]
    for name, asked in panel_bodies(UNTIL - timedelta(days=30), UNTIL).items():
        if asked.alias in (FEEDS, POLLS, PIPELINE):
            there = {
                field
                for action in made
                if alias_of(action.index) == asked.alias
                for field in action.document
            }
            missing = {
                field
                for field in named(asked.body)
                if field.partition(".")[0] not in there
            }
            assert not missing, name


def named(body):
    """Yield the fields that the groups and numbers of a search are of."""
    for found in body.get("aggs", {}).values():
        for kind, asked in found.items():
            if kind != "aggs":
                yield asked["field"]
        yield from named(found)
