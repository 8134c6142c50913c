"""Dates in figures: 2026-05-12, 12.05.2026, 12/05/2026. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from enrichment_worker.semantics.calendar_days import day_of
from enrichment_worker.semantics.days import Days
from enrichment_worker.text import Token

DAYS_OF_MONTH = 31

_MONTHS = 12
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|o|º|ª)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO = re.compile(r"((?:19|20)\d\d) (\d\d) (\d\d)(?:t\d\d)?")

Order = Literal["day first", "month first", "either"]


def order_in(days: Days | None, country: str | None) -> Order:
    """Return what 5/12 begins with: in English without a country, either."""
    if days is not None and country in days.month_first:
        return "month first"
    if days is not None and days.capital and country is None:
        return "either"
    return "day first"


def day_number(word: str) -> int | None:
    """Return the day of a month that a word is, as "12th" and "1er" are."""
    match = _DAY.fullmatch(word)
    number = int(match.group(1)) if match else 0
    return number if 0 < number <= DAYS_OF_MONTH else None


def numeric(
    tokens: Sequence[Token], index: int, order: Order
) -> tuple[int, date | None] | None:
    """
    Return the last word of the date that begins at `index`, and the day.

    The day is None where it could be one of two; None alone where there is no date.
    """
    token = tokens[index]
    if iso := _ISO.fullmatch(token.folded):
        day = day_of(*map(int, iso.groups()))
        return (index, day) if day else None
    if index + 2 >= len(tokens):
        return None
    second, third = tokens[index + 1], tokens[index + 2]
    if second.gap != third.gap or second.gap not in {"/", "."}:
        return None
    one, two = day_number(token.text), day_number(second.text)
    if one is None or two is None or not _YEAR.fullmatch(third.text):
        return None
    if min(one, two) > _MONTHS:
        return None
    dotted = second.gap == "."
    return index + 2, _either_way(
        int(third.text), one, two, "day first" if dotted else order
    )


def _either_way(year: int, one: int, two: int, order: Order) -> date | None:
    day_first, month_first = day_of(year, two, one), day_of(year, one, two)
    if day_first is None or month_first is None or one == two:
        return day_first or month_first
    if order == "either":
        return None
    return day_first if order == "day first" else month_first
