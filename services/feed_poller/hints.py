"""What a feed document says about when to come back; pure."""

import re
from collections.abc import Mapping
from typing import Any

from communique.parts import Part

HOUR_SECONDS = 3600.0
DAY_SECONDS = 24 * HOUR_SECONDS

_PERIODS = {
    "hourly": HOUR_SECONDS,
    "daily": DAY_SECONDS,
    "weekly": 7 * DAY_SECONDS,
    "monthly": 30 * DAY_SECONDS,
    "yearly": 365 * DAY_SECONDS,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_SKIP_CHARACTERS = 2000


class Hints(Part):
    """Of RSS 2.0 (`ttl`, `skipHours`, `skipDays`) and of the syndication module."""

    ttl_seconds: float | None = None
    update_seconds: float | None = None
    """`sy:updatePeriod` divided by `sy:updateFrequency`."""
    skip_hours: tuple[int, ...] = ()
    """Hours in GMT, 0 to 23."""
    skip_days: tuple[int, ...] = ()
    """Days in GMT, Monday is 0."""


def read_hints(channel: Mapping[str, Any], text: str) -> Hints:
    """
    Return the hints of a document: `channel` as feedparser read it, and its text.

    feedparser keeps the last hour of a list only, so those are read from the text.
    A hint that makes no sense is none; one that leaves no hour or day open is, too.
    """
    hours = {int(hour) % 24 for hour in _skips(text, "skipHours", r"0*(\d{1,2})")}
    days = {
        _DAYS.index(day.lower())
        for day in _skips(text, "skipDays", r"([A-Za-z]+)")
        if day.lower() in _DAYS
    }
    return Hints(
        ttl_seconds=_positive(channel.get("ttl"), 60.0),
        update_seconds=_update_seconds(channel),
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _update_seconds(channel: Mapping[str, Any]) -> float | None:
    period = str(channel.get("sy_updateperiod") or "").strip().lower()
    frequency = channel.get("sy_updatefrequency")
    if not period and frequency is None:
        return None
    times = _positive(frequency or "1", 1.0)
    length = _PERIODS.get(period or "daily")
    return length / times if length and times else None


def _positive(value: object, unit: float) -> float | None:
    text = str(value or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        return None
    return int(text) * unit


def _skips(text: str, name: str, value: str) -> list[str]:
    start = text.find(f"<{name}>")
    end = text.find(f"</{name}>", start)
    if not 0 <= start < end <= start + _MAX_SKIP_CHARACTERS:
        return []
    return re.findall(rf">\s*{value}\s*</", text[start:end])
