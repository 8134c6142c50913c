"""When something is said to be: day, month or year, beside the day of publication."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Published:
    """When a text was published: the instant, and the day if it is one for sure."""

    day: date | None
    """The day at the place of publication; None if its zone leaves two."""
    near: date | None
    """A day no further than one off, for choosing a year."""


NEVER = Published(None, None)


def published(
    at: datetime | None, zone: str | None, zones: Collection[tzinfo]
) -> Published:
    """
    Return the day of publication at a place that lies in one of `zones`.

    Where the hour was not stated (`zone` is not "stated", or it is midnight), the day
    in UTC has to be the same.
    """
    if at is None:
        return NEVER
    vague = zone != "stated" or at.astimezone(UTC).time() == time(0)
    candidates: list[tzinfo] = [*zones] or [UTC]
    if vague:
        candidates.append(UTC)
    try:
        days = {at.astimezone(one).date() for one in candidates}
    except OverflowError:
        return NEVER
    near = at.astimezone(UTC).date()
    return Published(next(iter(days)) if len(days) == 1 else None, near)


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_year(
    published: Published, month: int, day: int, weekday: int | None
) -> date | None:
    """
    Return the day nearest to the publication, on its `weekday` if one is given.

    Of the year before, of publication, and after; None where that does not tell.
    """
    if published.near is None:
        return None
    near = published.near
    days = [day_of(near.year + off, month, day) for off in (-1, 0, 1)]
    fitting = [
        one
        for one in days
        if one is not None and (weekday is None or one.weekday() == weekday)
    ]
    return min(fitting, key=lambda one: abs(one - near), default=None)


def on_weekday(
    published: Published, weekday: int, which: Literal["past", "coming", "last", "next"]
) -> date | None:
    """
    Return the day that "on Monday" is, said on the day of publication.

    "Next Friday" on a Tuesday may be one of two days: then None.
    """
    today = published.day
    if today is None:
        return None
    back = (today.weekday() - weekday) % 7
    ahead = (weekday - today.weekday()) % 7
    if which == "last":
        return _moved(today, -(back or 7))
    if which == "next":
        same_week = today.weekday() < weekday
        return None if same_week else _moved(today, ahead or 7)
    return _moved(today, ahead if which == "coming" else -back)


def moved(published: Published, days: int) -> date | None:
    """Return the day of publication moved by so many days, where it is known."""
    return None if published.day is None else _moved(published.day, days)


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
