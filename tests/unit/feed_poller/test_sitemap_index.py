"""A ministry whose feed is the index of its sitemaps, one a month."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from feed_poller.rounds import MAX_SITEMAPS
from operator_console.demo.behaviours import first, not_a_feed, status
from tests.unit.feed_poller.reading import DAY, HOUR, MONDAY, Reading

LAST_MONTH = MONDAY - timedelta(days=30)


@pytest.fixture
async def reading(tmp_path):
    async with AsyncExitStack() as stack:
        made = Reading(tmp_path, stack)
        made.path = made.site.index_path
        await made.open()
        made.publish(2, published_at=LAST_MONTH)
        made.publish(3)
        yield made


def sitemap(reading, month):
    return reading.site.sitemap_path(month)


async def look_round(reading, *, after=HOUR):
    """Visit the index, then whatever it has led to, and return what was told."""
    told = [await reading.visit(after=after)]
    while reading.task.round.waiting:
        told.append(await reading.visit(after=0.0))
    return told


def asked(reading, month):
    return reading.site.requests[sitemap(reading, month)]


async def test_its_sitemaps_are_read_one_a_visit_and_are_backfill_at_first(reading):
    index, this_month, last_month = await look_round(reading)
    assert index.published == 0
    assert "2 of the newest are read next" in index.reason
    assert index.next_visit_reason == "its next sitemap"
    assert (this_month.published, last_month.published) == (3, 2)
    assert all(entry.backfill for entry in reading.entries())
    assert reading.wait > 60, "then the index has its own time"


async def test_afterwards_those_that_have_changed_are_read(reading):
    await look_round(reading)
    reading.publish()
    _, this_month = await look_round(reading)
    assert (this_month.published, this_month.backfill) == (1, False)
    assert asked(reading, LAST_MONTH) == 1
    assert (await look_round(reading))[0].outcome == "not_modified"
    assert asked(reading, MONDAY) == 2


async def test_a_new_sitemap_is_news_and_an_old_one_that_was_touched_is_not(reading):
    await look_round(reading)
    reading.publish(published_at=LAST_MONTH - timedelta(days=400))
    _, touched = await look_round(reading)
    assert (touched.published, touched.backfill) == (1, True)
    reading.clock.advance(30 * DAY)
    reading.publish(2)
    _, new = await look_round(reading)
    assert (new.published, new.backfill) == (2, False)
    assert new.reason.startswith(f"the sitemap {reading.base}/in-mea/sitemap-2026-06")


async def test_a_relaunch_that_renames_all_pages_is_backfill(reading):
    await look_round(reading)
    reading.publish()
    answer = reading.site.answer
    reading.site.answer = lambda path, *, base_url: answer(
        path, base_url=f"{base_url}/new" if "sitemap-" in path else base_url
    )
    told = await look_round(reading)
    assert all(one.backfill for one in told if one.published)


async def test_no_more_than_the_newest_are_read_in_a_round(reading):
    for months in range(9):
        reading.publish(published_at=LAST_MONTH - timedelta(days=31 * months))
    told = await look_round(reading)
    assert len(told) == 1 + MAX_SITEMAPS


@pytest.mark.parametrize("code", [404, 410])
async def test_a_sitemap_that_is_gone_does_not_end_the_feed(reading, code):
    reading.site.behave(sitemap(reading, MONDAY), status(code))
    _, gone, read = await look_round(reading)
    assert (gone.outcome, read.published) == ("failed", 2)
    assert reading.task.failures == 0
    assert not reading.task.is_gone
    await look_round(reading)
    assert asked(reading, MONDAY) == 1, "it is not asked for until it changes"


async def test_a_sitemap_that_fails_is_read_in_the_next_round(reading):
    reading.site.behave(sitemap(reading, MONDAY), first(1, status(500)))
    assert [told.published for told in await look_round(reading)] == [0, 0, 2]
    assert [told.published for told in await look_round(reading)] == [0, 3]


async def test_retry_after_ends_the_round_and_is_kept(reading):
    busy = status(429, {"Retry-After": "7200"})
    reading.site.behave(sitemap(reading, MONDAY), first(1, busy))
    assert len(await look_round(reading)) == 2
    assert reading.pause == 7200
    assert reading.wait >= 7200
    assert len(await look_round(reading, after=7200)) == 3


async def test_a_sitemap_that_is_none_is_told_in_words(reading):
    reading.site.behave(sitemap(reading, MONDAY), not_a_feed)
    _, told, _ = await look_round(reading)
    assert told.outcome == "failed"
    assert "bot" in told.reason or "browser" in told.reason


async def test_a_silent_ministry_that_speaks_in_a_sitemap_has_recovered(reading):
    await look_round(reading)
    silent = reading.task.model_copy(update={"standing": ("silent",)})
    await reading.save(silent)
    reading.publish()
    assert (await look_round(reading))[-1].events == ("recovered",)
