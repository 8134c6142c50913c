"""Dates as ministries write them."""

from zoneinfo import ZoneInfo

import pytest

from feed_poller.dates import read_date

KOLKATA = ZoneInfo("Asia/Kolkata")
AFTERNOON = "2026-11-20T09:00:00+00:00"  # 14:30 in Kolkata
MIDNIGHT = "2026-11-19T18:30:00+00:00"
UTC_AFTERNOON = "2026-11-20T14:30:00+00:00"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Fri, 20 Nov 2026 14:30:00 +0530", AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 +05:30", AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 +0530 (IST)", AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 GMT", UTC_AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 -0000", UTC_AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 GMT+5:30", AFTERNOON),
        ("Fri, 20-Nov-2026 14:30:00 UTC", UTC_AFTERNOON),
        ("Fri, 20 Nov 2026 14:30 IST", AFTERNOON),
        ("20 Nov 2026 14:30 (IST)", AFTERNOON),
        ("20 Nov 2026 14:30 hrs IST", AFTERNOON),
        ("20 Nov 26 04:00 EST", AFTERNOON),
        ("20 Nov 2026 10:00:00 CET", AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 BST (Europe/London)", "2026-11-20T13:30:00+00:00"),
        ("Fri Nov 20 14:30:00 IST 2026", AFTERNOON),
        ("Fri Nov 20 14:30:00 +0530 2026", AFTERNOON),
        ("Fri, 20 Nov 2026 24:00:00 +0000", "2026-11-21T00:00:00+00:00"),
        ("Fri, 20 Nov 2026 23:59:60 +0000", "2026-11-20T23:59:59+00:00"),
        ("2026-11-20T14:30:00Z", UTC_AFTERNOON),
        ("2026-11-20t14:30:00z".upper(), UTC_AFTERNOON),
        ("2026-11-20T14:30:00.123+05:30", AFTERNOON),
        ("2026-11-20T14:30:00+05:30[Asia/Kolkata]", AFTERNOON),
        ("2026-11-20T14:30+0530", AFTERNOON),
        ("2026-11-20T14Z", "2026-11-20T14:00:00+00:00"),
        ("2026-11-20 14:30:00 -0500", "2026-11-20T19:30:00+00:00"),
        ("20261120T143000Z", UTC_AFTERNOON),
        ("November 20, 2026 2:30 PM GMT", UTC_AFTERNOON),
    ],
)
def test_stated_zone_counts(text, at):
    moment = read_date(text, KOLKATA)
    assert moment is not None
    assert (moment.at.isoformat(), moment.zone) == (at, "stated")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Fri, 20 Nov 2026 14:30:00", AFTERNOON),
        ("Fri, 20 Nov 2026 14:30:00 XYZ", AFTERNOON),
        ("Posted On: 20 NOV 2026 2:30PM by PIB Delhi", AFTERNOON),
        ("Friday, 20 November, 2026 - 14:30", AFTERNOON),
        ("Fri, 11/20/2026 - 14:30", AFTERNOON),
        ("Fri Nov 20 14:30:00 2026", AFTERNOON),
        ("20/11/2026 14:30", AFTERNOON),
        ("20-11-2026 14:30:00", AFTERNOON),
        ("20.11.2026, 14.30", AFTERNOON),
        ("2026/11/20 14:30:00", AFTERNOON),
        ("2026年11月20日 14:30", AFTERNOON),
        ("2026-11-20 14:30", AFTERNOON),
        ("2026-11-20 2:30 PM", AFTERNOON),
        ("2026-11-20, 14:30", AFTERNOON),
        ("20 नवंबर 2026 14:30", AFTERNOON),
        ("Пт, 20 ноября 2026 14:30", AFTERNOON),
        ("20. November 2026 14:30", AFTERNOON),
        ("20 de noviembre de 2026", MIDNIGHT),
        ("20 novembre 2026", MIDNIGHT),
        ("November 20, 2026", MIDNIGHT),
        ("20th November 2026", MIDNIGHT),
        ("20/11/26", MIDNIGHT),
        ("2026-11-20", MIDNIGHT),
        ("20261120", MIDNIGHT),
        ("20 Nov 2026 12:00 AM", MIDNIGHT),
    ],
)
def test_zone_is_assumed_otherwise(text, at):
    moment = read_date(text, KOLKATA)
    assert moment is not None
    assert (moment.at.isoformat(), moment.zone) == (at, "assumed")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026",
        "Nov 2026",
        "+0530",
        "1700000000",
        "Mon, 30 Feb 2026 10:00:00 GMT",
        "2026-02-30T10:00:00Z",
        "2026-13-01",
        "Fri, 20 Nov 2026 25:00:00 GMT",
        "Fri, 20 Nov 2026 10:61:00 GMT",
        "20 Nov 2026 13:00 PM",
        "20 Foo 2026 10:00",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59-12:00",
        "Fri, 20 Nov 2026 10:00:00 +9900",
    ],
)
def test_what_is_no_moment_is_none(text):
    assert read_date(text, KOLKATA) is None


@pytest.mark.parametrize(
    ("month_first", "month"), [(False, 4), (True, 3)], ids=["elsewhere", "in the US"]
)
def test_who_writes_the_month_first_decides_what_is_unclear(month_first, month):
    moment = read_date("03/04/2026 12:00", KOLKATA, month_first=month_first)
    assert moment is not None
    assert moment.at.month == month


def test_a_name_that_two_zones_share_is_the_feeds_own():
    in_china = read_date("20 Nov 2026 14:30 CST", ZoneInfo("Asia/Shanghai"))
    elsewhere = read_date("20 Nov 2026 14:30 CST", KOLKATA)
    assert (in_china.at.hour, elsewhere.at.hour) == (6, 20)


def test_two_digits_name_a_year_of_this_century_or_the_last():
    years = [read_date(f"20 Nov {y} 10:00 GMT", KOLKATA).at.year for y in ("68", "69")]
    assert years == [2068, 1969]
