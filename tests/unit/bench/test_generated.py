"""Generated releases are alike in each run, and what an indexer can take."""

from datetime import UTC, datetime, timedelta
from statistics import fmean

from bench.generated import releases
from search_indexer.documents import documents

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
