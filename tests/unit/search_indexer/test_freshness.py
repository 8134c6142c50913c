"""From first seen to found: measured once, when a refresh is done."""

from datetime import UTC, datetime, timedelta

from communique.worker.metrics import Metrics
from search_indexer.documents import BulkAction, documents
from search_indexer.freshness import Freshness
from tests.unit.search_indexer.examples import release
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Case:
    def __init__(self):
        self.fake = FakeElasticsearch()
        self.metrics = Metrics("search-indexer")
        self.freshness = Freshness(
            self.fake.client(), self.metrics, now=lambda: NOW + timedelta(seconds=3)
        )

    def written(self, *, created=True, news_at=NOW, index="i"):
        action = BulkAction(index, "id", 1, {}, news_at)
        self.freshness.written(action, created)

    @property
    def counted(self):
        name = "communique_first_seen_to_searchable_seconds"
        value = self.metrics.registry.get_sample_value
        return value(f"{name}_count"), value(f"{name}_sum")


async def test_what_was_written_is_refreshed_once_and_measured_then():
    case = Case()
    case.written(index="b")
    case.written(index="a")
    case.written(index="b", news_at=None)
    await case.freshness.refresh()
    assert case.fake.refreshed == [["a-write", "b-write"]]
    assert case.counted == (2.0, 6.0)
    assert list(case.freshness.take_delays()) == [3.0, 3.0]
    assert list(case.freshness.take_delays()) == []


async def test_what_was_there_before_is_refreshed_and_not_measured():
    case = Case()
    case.written(created=False)
    await case.freshness.refresh()
    assert (len(case.fake.refreshed), case.counted[0]) == (1, 0.0)


async def test_a_clock_behind_the_pollers_gives_no_negative_time():
    case = Case()
    case.written(news_at=NOW + timedelta(hours=1))
    await case.freshness.refresh()
    assert case.counted == (1.0, 0.0)


async def test_a_refresh_that_fails_is_done_later_and_measured_then():
    case = Case()
    case.written(index="a")
    case.fake.refuse_refresh = True
    await case.freshness.refresh()
    case.fake.unreachable = 1
    await case.freshness.refresh()
    assert case.counted[0] == 0.0
    case.fake.refuse_refresh = False
    case.written(index="b")
    await case.freshness.refresh()
    assert case.fake.refreshed == [["a-write", "b-write"]]
    assert case.counted[0] == 2.0


def test_only_a_new_text_is_news():
    def news(**changes):
        event = release(revision=2, revision_seen_at=NOW, **changes)
        return [action.news_at for action in documents(event)]

    assert news() == [None, NOW]  # the revision's own document; it is made once
    assert news(backfill=True) == [None, None]
    assert news(retagged=True) == [None, None]
    assert set(news(change="erased")) == {None}
