"""The test ministry behaves well and badly, over real HTTP; the poller keeps up."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from feed_poller.websub import Offer
from operator_console.demo.behaviours import (
    announces,
    announcing,
    bomb,
    broken_xml,
    compressed,
    dripping,
    false_304,
    first,
    not_a_feed,
    redirect,
    relaunched,
    restless_etag,
    slow,
    status,
    stuck_etag,
    too_large,
    undecodable,
    with_headers,
)
from tests.unit.feed_poller.reading import DAY, HOUR, MONDAY, Reading


@pytest.fixture
async def reading(tmp_path):
    async with AsyncExitStack() as stack:
        made = Reading(tmp_path, stack)
        await made.open()
        made.publish(5)
        yield made


async def test_a_good_ministry_is_asked_whether_anything_has_changed(reading):
    await reading.visit()
    told = await reading.visit()
    assert (told.outcome, told.status) == ("not_modified", 304)
    reading.publish()
    told = await reading.visit()
    assert (told.outcome, told.published) == ("changed", 1)


async def test_the_user_agent_says_who_answers_for_it(reading):
    agent = reading.visitor._client.headers["User-Agent"]
    assert "desk@example.org" in agent


@pytest.mark.parametrize("encoding", ["br", "zstd"])
async def test_compressed(reading, encoding):
    reading.site.behave(reading.path, compressed(encoding))
    assert (await reading.visit()).published == 5


async def test_cache_control(reading):
    reading.site.behave(reading.path, with_headers(cache_control="max-age=7200"))
    told = await reading.visit()
    assert reading.wait >= 7200
    assert "cache headers" in told.next_visit_reason


async def test_a_hub_in_the_headers_is_known_like_one_in_the_document(reading):
    link = '<https://hub.example/>; rel="hub", </feed>; rel=self'
    reading.site.behave(
        reading.path, announces("https://else.example/"), with_headers(link=link)
    )
    await reading.visit()
    topic = reading.url.removesuffix(reading.path) + "/feed"
    assert reading.task.hub == Offer("https://hub.example/", topic)


async def test_expires(reading):
    reading.site.behave(
        reading.path,
        with_headers(
            expires="Mon, 04 May 2026 15:00:00 GMT",
            date="Mon, 04 May 2026 12:00:00 GMT",
        ),
    )
    await reading.visit()
    assert reading.wait >= 3 * HOUR


@pytest.mark.parametrize(
    ("hint", "seconds"),
    [
        ("<ttl>90</ttl>", 5400),
        (
            '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
            "daily</sy:updatePeriod>"
            '<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/'
            '">6</sy:updateFrequency>',
            4 * HOUR,
        ),
        (
            "<skipHours><hour>10</hour><hour>11</hour></skipHours>",
            HOUR,  # it is past half past ten
        ),
        ("<skipDays><day>Monday</day></skipDays>", 13 * HOUR),
    ],
    ids=["ttl", "sy:updatePeriod", "skipHours", "skipDays"],
)
async def test_hints_of_the_document_are_kept(reading, hint, seconds):
    reading.site.behave(reading.path, announcing(hint))
    await reading.visit()
    assert reading.wait >= seconds
    hints = reading.task.hints
    await reading.visit(after=0.0)  # a 304 has no hints; what was asked for stays
    assert reading.task.hints == hints
    assert reading.wait >= seconds


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7200", 7200.0), ("Mon, 04 May 2026 12:30:05 GMT", 6600.0)],
    ids=["in seconds", "as a date"],
)
async def test_retry_after_of_a_429_stops_the_host(reading, retry_after, seconds):
    answer = {"Retry-After": retry_after, "Date": "Mon, 04 May 2026 10:40:05 GMT"}
    reading.site.behave(reading.path, status(429, answer))
    await reading.visit()
    assert reading.pause == seconds
    assert reading.wait >= seconds


async def test_retry_after_of_a_503_stops_the_feed(reading):
    reading.site.behave(reading.path, status(503, {"Retry-After": "7200"}))
    await reading.visit()
    assert reading.pause == 0.0
    assert reading.wait >= 7200


@pytest.mark.parametrize("code", [404, 500, 503])
async def test_errors_back_off_to_a_day_and_never_give_up(reading, code):
    await reading.visit()
    reading.site.behave(reading.path, status(code))
    waits = []
    for _ in range(12):
        await reading.visit(after=DAY)
        waits.append(reading.wait)
    assert waits[1] > 1.5 * waits[0]
    assert 0.9 * DAY <= max(waits) <= 1.1 * DAY
    assert reading.told("failing") == 1
    reading.site.behave(reading.path)
    told = await reading.visit()
    assert told.events == ("recovered",)
    assert reading.wait <= HOUR * 1.1


async def test_slow(tmp_path):
    async with AsyncExitStack() as stack:
        reading = Reading(tmp_path, stack)
        await reading.open(timeout_seconds=0.2)
        reading.site.behave(reading.path, slow(0.6))
        told = await reading.visit()
    assert told.outcome == "failed"
    assert "no complete answer" in told.reason or "in time" in told.reason


async def test_too_large(reading):
    reading.site.behave(reading.path, too_large(2_000_000))
    told = await reading.visit()
    assert "larger than" in told.reason


async def test_dripping(tmp_path):
    async with AsyncExitStack() as stack:
        reading = Reading(tmp_path, stack)
        await reading.open(timeout_seconds=0.2)
        reading.site.behave(reading.path, dripping(0.02))
        told = await reading.visit()
    assert told.outcome == "failed"
    assert "no complete answer" in told.reason or "in time" in told.reason


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_bomb(reading, encoding):
    reading.site.behave(reading.path, bomb(encoding, 20_000_000))
    assert "larger than" in (await reading.visit()).reason


@pytest.mark.parametrize(
    ("to", "words"),
    [
        pytest.param("/in-mea/feed.xml", "more than 5 redirects", id="in a circle"),
        pytest.param("http://10.0.0.1/feed", "not a public address", id="private"),
        pytest.param("http://100.64.0.1/", "not a public address", id="CGNAT"),
        pytest.param("http://[64:ff9b::a00:1]/", "not a public", id="NAT64"),
        pytest.param("http://169.254.169.254/", "not a public", id="metadata"),
        pytest.param("file:///etc/passwd", "only http and https", id="a file"),
    ],
)
async def test_redirect_to_where_nobody_may_go(reading, to, words):
    reading.site.behave(reading.path, redirect(to, 301))
    told = await reading.visit()
    assert (told.outcome, told.moved_to) == ("failed", None)
    assert words in told.reason


async def test_future_dates_are_kept_and_flagged(reading):
    tomorrow = reading.now() + timedelta(days=1)
    reading.publish(title="A conference", published_at=tomorrow)
    await reading.visit()
    (ahead,) = [entry for entry in reading.entries() if entry.title == "A conference"]
    assert ahead.published_at == tomorrow.replace(microsecond=0)
    assert ahead.published_flags == ("future",)


async def test_a_feed_whose_hub_falls_silent_is_polled_at_its_own_pace_again(reading):
    await reading.visit()
    promised = reading.clock() + 2 * HOUR
    await reading.save(reading.task.model_copy(update={"pushed_until": promised}))
    await reading.visit(after=60.0)
    pushed = reading.wait
    await reading.visit(after=2 * HOUR)
    assert pushed >= 0.9 * HOUR
    assert reading.wait < pushed


async def test_undecodable(reading):
    reading.site.behave(reading.path, undecodable)
    told = await reading.visit()
    assert told.outcome in ("failed", "changed")


async def test_broken_xml_gives_the_entries_before_the_break(reading):
    reading.site.behave(reading.path, broken_xml)
    told = await reading.visit()
    assert told.outcome == "changed"
    assert 0 < told.published < 5


async def test_not_a_feed_is_told_once_and_so_is_its_recovery(reading):
    await reading.visit()
    reading.site.behave(reading.path, first(3, not_a_feed))
    reading.publish()
    for _ in range(5):
        await reading.visit(after=DAY)
    assert reading.told("not_a_feed") == 1
    assert reading.told("recovered") == 1
    assert len(reading.entries()) == 6


async def test_gone_is_visited_no_more_until_it_is_registered_again(reading):
    await reading.visit()
    reading.site.behave(reading.path, status(410))
    told = await reading.visit()
    assert told.events == ("gone",)
    assert "visited no more" in told.reason
    assert reading.task.due_at is None
    assert reading.task.is_gone
    assert reading.task.known, "its memory stays"


@pytest.mark.parametrize(("code", "gone"), [(301, True), (302, False), (307, False)])
async def test_what_a_passing_redirect_leads_to_may_be_gone_and_the_feed_is_not(
    reading, code, gone
):
    await reading.visit()
    reading.site.behave(reading.path, redirect("/elsewhere", code))
    reading.site.behave("/elsewhere", status(410))
    told = await reading.visit()
    assert (told.outcome, "410" in told.reason) == ("failed", True)
    assert (reading.task.is_gone, "gone" in told.events) == (gone, gone)


@pytest.mark.parametrize("code", [301, 308])
async def test_moved_is_remembered_once_it_has_proven_stable(reading, code):
    new = "/in-mea/news.xml"
    true_answer = reading.site.answer
    reading.site.answer = lambda path, *, base_url: true_answer(
        reading.path if path == new else path, base_url=base_url
    )
    reading.site.behave(reading.path, redirect(new, code))
    await reading.visit()
    await reading.visit()
    assert reading.task.address is None
    told = await reading.visit(after=DAY)
    assert told.events == ("moved",)
    assert told.moved_to == reading.task.address == reading.url.replace("feed", "news")
    asked = reading.site.requests[reading.path]
    told = await reading.visit()
    assert reading.site.requests[reading.path] == asked
    assert (told.outcome, told.events) == ("not_modified", ())


async def test_moved_and_gone_there_goes_back_to_where_it_was(reading):
    await reading.save(reading.task.model_copy(update={"address": f"{reading.url}.x"}))
    reading.site.behave(f"{reading.path}.x", status(410))
    told = await reading.visit()
    assert ("tried again" in told.reason, told.events) == (True, ())
    assert (await reading.visit()).outcome == "changed"


async def test_a_feed_that_was_empty_at_first_and_lists_old_items_later_is_backfill(
    tmp_path,
):
    async with AsyncExitStack() as stack:
        reading = Reading(tmp_path, stack)
        await reading.open()
        assert (await reading.visit()).published == 0
        for age in range(2, 12):
            reading.publish(published_at=MONDAY - timedelta(days=age))
        told = await reading.visit()
        assert (told.published, told.backfill, told.events) == (10, True, ())


async def test_moved_and_broken_there_goes_back_to_where_it_was(reading):
    moved = reading.task.model_copy(update={"address": f"{reading.url}.away"})
    await reading.save(moved)
    for _ in range(5):
        told = await reading.visit(after=DAY)
    assert "tried again" in told.reason
    assert (await reading.visit()).outcome == "changed"


@pytest.mark.parametrize("code", [302, 303, 307])
async def test_a_passing_redirect_is_followed_and_forgotten(reading, code):
    new = "/in-mea/news.xml"
    true_answer = reading.site.answer
    reading.site.answer = lambda path, *, base_url: true_answer(
        reading.path if path == new else path, base_url=base_url
    )
    reading.site.behave(reading.path, redirect(new, code))
    for _ in range(5):
        await reading.visit(after=DAY)
    assert (reading.task.move, reading.task.address) == (None, None)
    assert len(reading.entries()) == 5


async def test_stuck_etag(reading):
    reading.site.behave(reading.path, stuck_etag)
    await reading.visit()
    reading.publish()
    for _ in range(30):  # it says 304; a visit a day without its ETag finds out
        told = await reading.visit()
    assert (told.validators, len(reading.entries())) == ("stuck", 6)
    reading.publish()
    told = await reading.visit()
    assert told.published == 1, "at the next visit"
    assert "digest decides" in told.verdict


async def test_false_304(reading):
    reading.site.behave(reading.path, false_304)
    await reading.visit()
    reading.publish()
    for _ in range(30):
        told = await reading.visit()
    assert told.validators == "false_304"
    assert len(reading.entries()) == 6
    reading.publish()
    assert (await reading.visit()).published == 1


async def test_restless_etag(reading):
    reading.site.behave(reading.path, restless_etag())
    for _ in range(6):
        told = await reading.visit()
    assert told.validators == "restless"
    assert (told.outcome, told.reason) == (
        "unchanged",
        "the same bytes as at the last visit",
    )


async def test_an_honest_ministry_is_believed(reading):
    for _ in range(5):
        reading.publish()
        told = await reading.visit()
    assert told.validators == "believed"


async def test_possible_gap(reading):
    await reading.visit()
    interval = reading.task.interval_seconds
    reading.publish(30)  # its window lists 20
    told = await reading.visit()
    assert told.events == ("possible_gap",)
    assert "some may have been missed" in told.reason
    assert told.published == 20
    assert reading.task.interval_seconds <= max(interval / 4, 300.0)


async def test_possible_gap_below_an_entry_that_is_pinned_to_the_top(reading):
    in_a_month = reading.now() + timedelta(days=30)
    reading.publish(title="A conference", published_at=in_a_month)
    await reading.visit()
    reading.publish(30)
    told = await reading.visit()
    assert (told.events, told.published) == (("possible_gap",), 19)


async def test_silent_is_told_once_until_it_speaks_again(reading):
    for _ in range(20):
        reading.publish()
        await reading.visit()
    for _ in range(10):
        await reading.visit(after=DAY)
    assert reading.told("silent") == 1
    reading.publish()
    told = await reading.visit()
    assert told.events == ("recovered",)


async def test_relaunched_yields_only_backfill(reading):
    await reading.visit()
    reading.publish(2)
    await reading.visit()
    reading.site.behave(reading.path, relaunched)
    told = await reading.visit()
    assert told.published == 7
    assert told.backfill
    assert "backfill" in told.reason
    assert told.events == ()
    assert [entry.backfill for entry in reading.entries()][-7:] == [True] * 7
    reading.publish()
    told = await reading.visit()
    assert (told.published, told.backfill) == (1, False)


async def test_a_list_that_grows_tells_its_older_entries_as_backfill(reading):
    # Five are there to begin with, and 20 of them are listed.
    for age in reversed(range(30)):
        reading.publish(published_at=reading.now() - timedelta(days=age))
    await reading.visit()
    reading.site.window = 40
    reading.publish()
    told = await reading.visit()
    assert [entry.backfill for entry in reading.entries()][20:] == [True] * 15 + [False]
    assert (told.published, told.events) == (16, ())
    assert "15 old ones behind those listed before" in told.reason


async def test_a_feed_of_50_old_items_yields_only_backfill(tmp_path):
    async with AsyncExitStack() as stack:
        reading = Reading(tmp_path, stack)
        reading.site.window = 100
        await reading.open()
        for age in range(50):
            reading.publish(published_at=MONDAY - timedelta(days=age))
        told = await reading.visit()
        assert (told.published, told.backfill) == (50, True)
        assert all(entry.backfill for entry in reading.entries())
