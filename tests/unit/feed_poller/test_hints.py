"""What documents and headers say about when to come back."""

import pytest

from feed_poller.asks import cache_seconds
from feed_poller.hints import DAY_SECONDS, HOUR_SECONDS, Hints
from feed_poller.parse import parse
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW, rss

SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
ALL_DAYS = "".join(
    f"<day>{day}day</day>"
    for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
)


def hints(head):
    body = rss("<title>One</title>", head=f"<title>M</title>{head}")
    body = body.replace(b"<rss ", f"<rss {SY} ".encode())
    return parse(body, feed=FEED, url=FEED_URL, seen_at=NOW).hints


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", Hints()),
        ("<ttl>60</ttl>", Hints(ttl_seconds=3600.0)),
        ("<ttl> 15 </ttl>", Hints(ttl_seconds=900.0)),
        ("<ttl>soon</ttl>", Hints()),
        ("<ttl>0</ttl>", Hints()),
        ("<ttl>-5</ttl>", Hints()),
        (f"<ttl>{'9' * 400}</ttl>", Hints()),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod>"
            "<sy:updateFrequency>2</sy:updateFrequency>",
            Hints(update_seconds=HOUR_SECONDS / 2),
        ),
        (
            "<sy:updatePeriod> Daily </sy:updatePeriod>",
            Hints(update_seconds=DAY_SECONDS),
        ),
        (
            "<sy:updateFrequency>4</sy:updateFrequency>",
            Hints(update_seconds=DAY_SECONDS / 4),
        ),
        ("<sy:updatePeriod>often</sy:updatePeriod>", Hints()),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod>"
            "<sy:updateFrequency>x</sy:updateFrequency>",
            Hints(),
        ),
        (
            "<skipHours><hour>0</hour><hour> 7 </hour><hour>24</hour></skipHours>",
            Hints(skip_hours=(0, 7)),
        ),
        (
            "<skipDays><day>Sunday</day><day>saturday</day><day>Never</day></skipDays>",
            Hints(skip_days=(5, 6)),
        ),
        (f"<skipDays>{ALL_DAYS}</skipDays>", Hints()),
        ("<skipDays>" + "<day>Sunday</day>" * 1000 + "</skipDays>", Hints()),
    ],
    ids=[
        "none",
        "ttl",
        "ttl with spaces",
        "ttl in words",
        "ttl of nothing",
        "ttl below nothing",
        "ttl without end",
        "twice an hour",
        "daily",
        "four times, daily by default",
        "a period of its own",
        "a frequency of its own",
        "hours",
        "days",
        "all days: none",
        "a list without end",
    ],
)
def test_hints_of_a_document(head, expected):
    assert hints(head) == expected


DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600.0),
        ({"cache-control": "public, Max-Age = 600"}, 600.0),
        ({"cache-control": 'max-age="600"'}, 600.0),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=600", "age": "200"}, 400.0),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=ten"}, None),
        ({"expires": "Mon, 23 Nov 2026 12:10:00 GMT"}, 600.0),
        ({"expires": "Mon, 23 Nov 2026 13:10:00 GMT", "date": DATE}, 4200.0),
        ({"expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 01 Jan 99999999999 00:00:00 GMT"}, None),
        ({"expires": "Mon, 23 Nov 2026 12:10:00 GMT", "date": "9 " * 99}, 600.0),
        ({"expires": "0", "cache-control": "max-age=600"}, 600.0),
    ],
)
def test_for_how_long_an_answer_is_fresh(headers, expected):
    assert cache_seconds(headers, now=NOW) == expected
