"""A feed's own rhythm, learnt from its news, and when it has fallen silent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feed_poller.rhythm import MIN_GAPS, Rhythm, first_rhythm, zone_of

DELHI = ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def workdays(weeks, *, hour=4.5, zone=UTC):
    """News at ten in Delhi (4:30 UTC) on working days."""
    rhythm = Rhythm()
    for day in range(7 * weeks):
        at = MONDAY + day * DAY + hour * HOUR
        if at.astimezone(zone).weekday() < 5:
            rhythm = rhythm.heard([at], at, zone)
    return rhythm


def test_hours_and_days_are_the_feeds_own():
    rhythm = workdays(6, zone=DELHI)
    assert rhythm.hours[10] == 30
    assert rhythm.days == (6, 6, 6, 6, 6, 0, 0)
    at_ten = MONDAY.replace(hour=4, minute=30).astimezone(DELHI)
    assert rhythm.pace(at_ten) == 4.0
    assert rhythm.pace(at_ten + 5 * DAY) < 2.0
    assert rhythm.pace(at_ten + 8 * HOUR) < 0.6


def test_a_date_without_a_time_says_nothing_about_hours():
    rhythm = Rhythm().heard([MONDAY], MONDAY + HOUR, UTC)
    assert (sum(rhythm.hours), sum(rhythm.days)) == (0, 1)


@pytest.mark.parametrize(
    "published", [None, MONDAY - 30 * DAY, MONDAY + DAY], ids=["none", "old", "future"]
)
def test_a_date_that_says_nothing_of_today_counts_as_now(published):
    now = MONDAY + 9 * HOUR
    assert Rhythm().heard([published], now, UTC).hours[9] == 1


def test_what_a_feed_did_long_ago_fades():
    rhythm = workdays(200)
    assert sum(rhythm.days) <= 400
    changed = rhythm
    for day in range(300):
        at = MONDAY + day * DAY + 15 * HOUR
        changed = changed.heard([at], at, UTC)
    assert changed.hours[15] > changed.hours[4]


def test_the_gap_is_the_mean_time_between_two_entries():
    rhythm = Rhythm()
    for visit in range(20):
        at = MONDAY + visit * HOUR
        rhythm = rhythm.heard([at, at], at, UTC)
    assert rhythm.gap_seconds == pytest.approx(1800.0, rel=0.01)


def test_the_first_document_tells_a_rhythm_by_its_dates():
    dates = [MONDAY + day * DAY + 10 * HOUR for day in range(30)]
    now = dates[-1] + 2 * HOUR
    rhythm = first_rhythm([*dates, None, now + DAY], now, UTC)
    assert rhythm.hours[10] == 30
    assert rhythm.gap_seconds == 86_400.0
    assert rhythm.last_at == dates[-1].timestamp()


def test_a_first_document_without_dates_begins_now():
    assert first_rhythm([None], MONDAY, UTC) == Rhythm(last_at=MONDAY.timestamp())


def test_busy_hours_pass_faster_and_never_beyond_the_most():
    rhythm = workdays(6, zone=DELHI)
    busy = MONDAY.replace(hour=4)
    quiet = MONDAY.replace(hour=16)
    assert rhythm.stretched(busy, 3600.0, DELHI, most=1e6) < 1800
    assert rhythm.stretched(quiet, 3600.0, DELHI, most=1e6) > 3600
    assert rhythm.stretched(quiet, 86_400.0, DELHI, most=7200.0) == 7200.0


def test_a_wait_that_begins_at_night_ends_in_the_morning():
    rhythm = workdays(6, zone=DELHI)
    for hour in range(24):
        start = MONDAY + hour * HOUR
        waited = rhythm.stretched(start, 20_000.0, DELHI, most=1e9)
        spent = rhythm.busy_seconds(start, start + timedelta(seconds=waited), DELHI)
        assert spent == pytest.approx(20_000.0, rel=0.05)


@pytest.mark.parametrize(
    ("after", "silent"),
    [(2 * DAY, False), (6 * DAY, False), (15 * DAY, True), (100 * DAY, True)],
)
def test_a_daily_feed_is_silent_after_eight_of_its_gaps(after, silent):
    rhythm = Rhythm()
    for day in range(20):
        at = MONDAY + day * DAY + 10 * HOUR
        rhythm = rhythm.heard([at], at, UTC)
    assert rhythm.is_silent(MONDAY + 19 * DAY + 10 * HOUR + after, UTC) is silent


def test_an_hourly_feed_is_silent_sooner_but_never_within_a_day():
    rhythm = Rhythm()
    for hour in range(200):
        rhythm = rhythm.heard([MONDAY + hour * HOUR], MONDAY + hour * HOUR, UTC)
    last = MONDAY + 199 * HOUR
    assert not rhythm.is_silent(last + 23 * HOUR, UTC)
    assert rhythm.is_silent(last + 25 * HOUR, UTC)


def test_a_week_that_is_not_over_says_nothing_about_its_days():
    rhythm = Rhythm()
    for hour in range(48):
        rhythm = rhythm.heard([MONDAY + hour * HOUR], MONDAY + hour * HOUR, UTC)
    assert rhythm.pace(MONDAY + 3 * DAY + 9 * HOUR) == pytest.approx(1.0, rel=0.1)


def test_what_a_registration_promises_counts_until_enough_is_known():
    rhythm = Rhythm(last_at=MONDAY.timestamp())
    late = MONDAY + 3 * DAY
    assert not rhythm.is_silent(late, UTC)
    assert rhythm.is_silent(late, UTC, expected_a_day=5.0)
    monthly = Rhythm(last_at=MONDAY.timestamp(), gaps=MIN_GAPS, gap_seconds=2.6e6)
    assert not monthly.is_silent(late, UTC, expected_a_day=5.0)


@pytest.mark.parametrize(
    ("name", "zone"), [(None, UTC), ("Asia/Kolkata", DELHI), ("Mars/Base", UTC)]
)
def test_the_zone_of_a_feed(name, zone):
    assert zone_of(name) == zone
