"""
Dates in a text: what stands there, and ISO 8601 beside it. Pure.

The words of the text are looked up one by one, and only beside a month, a weekday or a
year is anything read, so the work grows with the length of the text and no faster.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from communique.tags import Date
from enrichment_worker.semantics.calendar_days import (
    Precision,
    Published,
    day_of,
    moved,
    nearest_year,
    on_weekday,
)
from enrichment_worker.semantics.days import Days
from enrichment_worker.semantics.numeric_dates import (
    DAYS_OF_MONTH,
    day_number,
    numeric,
    order_in,
)
from enrichment_worker.text import Prose, Token

MOST = 500
"""Dates kept of one text; a table of megabytes would outgrow its topic."""

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|o|º|ª)?")
_DAYS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? (\d{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR = {" ", ", ", "\u00a0", "\u202f", "  ", ",", ". "}
_DASHES = {"-", "–", "—", " - ", " – ", " — ", "/"}

Comes = Callable[[int], bool]
"""Whether what is said at an offset is still to come."""


def dates(
    prose: Prose,
    days: Days | None,
    published: Published,
    country: str | None,
    comes: Comes,
) -> tuple[Date, ...]:
    """
    Return the dates in a text, in order, 500 at most; without `days`, ISO 8601 alone.

    What has no year or is relative goes by `published`; its `date` is None where that
    leaves more than one. `country` tells whether 5/12 is in May.
    """
    found: list[Date] = []
    for one in _Search(prose, days, published, country, comes).dates():
        if not found or one.start >= found[-1].end:
            found.append(one)
        if len(found) == MOST:
            break
    return tuple(found)


class _Search:
    """The search in one text."""

    def __init__(
        self,
        prose: Prose,
        days: Days | None,
        published: Published,
        country: str | None,
        comes: Comes,
    ) -> None:
        self._prose = prose
        self._tokens = prose.tokens
        self._days = days
        self._published = published
        self._order = order_in(days, country)
        self._comes = comes

    def dates(self) -> Iterator[Date]:
        """Yield every date by the word that gives it away."""
        days = self._days
        done = -1
        for index, token in enumerate(self._tokens):
            if index <= done:
                continue
            word = token.folded
            read: tuple[int, Date] | None = None
            if word[0].isdigit():
                read = self._numeric(index) or self._year(index)
            elif days is None:
                continue
            elif word in days.months:
                read = self._month(index, days, done)
            elif word in days.weekdays:
                read = self._weekday(index, days)
            elif word in days.relative:
                day = moved(self._published, days.relative[word])
                read = index, self._date(index, index, "day", day)
            if read is not None:
                done, one = read
                yield one

    def _month(self, index: int, days: Days, done: int) -> tuple[int, Date] | None:
        token = self._tokens[index]
        if days.capital and not token.capital:
            return None
        month = days.months[token.folded]
        first, numbers = self._days_before(index, days, done)
        last = index
        if not numbers:
            last, numbers = self._days_after(index, days)
        end, year = self._year_after(last, days)
        if not numbers:
            return self._whole_month(index, end, month, year, days)
        start, weekday = self._weekday_before(first, days)
        values = [self._on(year, month, number, weekday) for number in numbers]
        if year is None and values[0] is None and self._published.near is not None:
            return None  # no such day
        until = values[1] if len(values) > 1 else None
        return end, self._date(start, end, "day", values[0], until)

    def _on(
        self, year: int | None, month: int, day: int, weekday: int | None
    ) -> date | None:
        if year is not None:
            return day_of(year, month, day)
        return nearest_year(self._published, month, day, weekday)

    def _whole_month(
        self, index: int, end: int, month: int, year: int | None, days: Days
    ) -> tuple[int, Date] | None:
        if year is not None:
            return end, self._date(index, end, "month", day_of(year, month, 1))
        before = self._tokens[index - 1] if index else None
        if before is None or before.folded not in days.before_month:
            return None
        token = self._tokens[index]
        if token.gap != " " or token.folded not in days.full:
            return None
        near = nearest_year(self._published, month, 15, None)
        return index, self._date(index, index, "month", near)

    def _days_before(self, index: int, days: Days, done: int) -> tuple[int, list[int]]:
        """Return where "12", "12–14" or "12 and 13" before a month begins."""
        at = index - 1
        if at > done and self._tokens[at].folded in days.joins:
            at -= 1
        if at <= done or not self._beside(at, index):
            return index, []
        word = self._tokens[at].folded
        if both := _DAYS.fullmatch(word):
            pair = [int(both.group(1)), int(both.group(2))]
            return (at, pair) if max(pair) <= DAYS_OF_MONTH else (index, [])
        number = day_number(word)
        if number is None:
            return index, []
        if at - 1 > done and self._tokens[at].gap in _DASHES:
            earlier = day_number(self._tokens[at - 1].folded)
            if earlier is not None and earlier < number:
                return at - 1, [earlier, number]
        if at - 2 > done and self._tokens[at - 1].folded in days.range:
            earlier = day_number(self._tokens[at - 2].folded)
            if earlier is not None and earlier < number:
                return at - 2, [earlier, number]
        return at, [number]

    def _days_after(self, index: int, days: Days) -> tuple[int, list[int]]:
        """Return where "May 12" or "May 12–14" ends."""
        tokens = self._tokens
        if index + 1 >= len(tokens) or tokens[index + 1].gap not in _NEAR:
            return index, []
        word = tokens[index + 1].folded
        if both := _DAYS.fullmatch(word):
            pair = [int(both.group(1)), int(both.group(2))]
            return (index + 1, pair) if max(pair) <= DAYS_OF_MONTH else (index, [])
        number = day_number(word)
        if number is None or not days.capital:
            return index, []
        for at, joins in ((index + 2, _DASHES), (index + 3, None)):
            if at >= len(tokens):
                break
            later = day_number(tokens[at].folded)
            through = (
                tokens[at].gap in joins
                if joins is not None
                else tokens[at - 1].folded in days.range
            )
            if through and later is not None and later > number:
                return at, [number, later]
        return index + 1, [number]

    def _year_after(self, index: int, days: Days) -> tuple[int, int | None]:
        tokens = self._tokens
        at = index + 1
        if at < len(tokens) and tokens[at].folded in days.joins:
            at += 1
        if at < len(tokens) and self._beside(index, at):
            match = _YEAR.fullmatch(tokens[at].text)
            if match:
                return at, int(match.group())
        return index, None

    def _weekday_before(self, first: int, days: Days) -> tuple[int, int | None]:
        at = first - 1
        if at > 0 and self._tokens[at].folded in {"the", "el", "le"}:
            at -= 1
        weekday = days.weekdays.get(self._tokens[at].folded) if at >= 0 else None
        if weekday is None or not self._beside(at, first):
            return first, None
        return at, weekday

    def _weekday(self, index: int, days: Days) -> tuple[int, Date] | None:
        token = self._tokens[index]
        if days.capital and not token.capital:
            return None
        if self._leads_to_month(index, days):
            return None  # the month reads it
        before = self._tokens[index - 1].folded if index else ""
        behind = self._tokens[index + 1 : index + 2]
        after = behind[0].folded if behind and behind[0].gap == " " else ""
        first, last = index, index
        comes = self._comes(token.start)
        which = "coming" if comes else "past"
        for words, name in ((days.last, "last"), (days.next, "next")):
            if before in words and token.gap == " ":
                first, which = index - 1, name
            elif after in words and not days.capital:
                last, which = index + 1, name
        day = on_weekday(self._published, days.weekdays[token.folded], which)  # type: ignore[arg-type]
        return last, self._date(first, last, "day", day)

    def _leads_to_month(self, index: int, days: Days) -> bool:
        """Return whether "Monday, 12 May" or "Monday, May 12" stands here."""
        ahead = self._tokens[index + 1 : index + 7]
        for at, token in enumerate(ahead):
            if token.folded in days.months:
                return any(
                    _DAY.fullmatch(one.folded) or _DAYS.fullmatch(one.folded)
                    for one in ahead[: at + 2]
                )
            small = token.folded in days.joins | days.range | {"the", "le", "el"}
            if not (
                small or _DAY.fullmatch(token.folded) or _DAYS.fullmatch(token.folded)
            ):
                return False
        return False

    def _numeric(self, index: int) -> tuple[int, Date] | None:
        read = numeric(self._tokens, index, self._order)
        if read is None:
            return None
        last, day = read
        return last, self._date(index, last, "day", day)

    def _year(self, index: int) -> tuple[int, Date] | None:
        days, token = self._days, self._tokens[index]
        if days is None or not _YEAR.fullmatch(token.text) or not index:
            return None
        if token.gap not in {" ", "\u00a0"} or self._hangs_on(token):
            return None
        if self._tokens[index - 1].folded not in days.before_year:
            return None
        return index, self._date(index, index, "year", day_of(int(token.text), 1, 1))

    def _hangs_on(self, token: Token) -> bool:
        """Return whether a number goes on behind: "2,026.5", "2026 million"."""
        behind = self._prose.text[token.end : token.end + 2]
        return behind[:1] in {"%", "/"} or (
            len(behind) == 2 and behind[0] in ".," and behind[1].isdigit()
        )

    def _beside(self, first: int, last: int) -> bool:
        gaps = [token.gap for token in self._tokens[first + 1 : last + 1]]
        return all(gap in _NEAR or gap in _DASHES for gap in gaps)

    def _date(
        self,
        first: int,
        last: int,
        precision: Precision,
        day: date | None,
        until: date | None = None,
    ) -> Date:
        start, end = self._tokens[first].start, self._tokens[last].end
        return Date(
            text=self._prose.text[start:end],
            start=start,
            end=end,
            precision=precision,
            date=_iso(day, precision),
            until=_iso(until, precision),
        )


def _iso(day: date | None, precision: Precision) -> str | None:
    if day is None:
        return None
    length = {"day": 10, "month": 7, "year": 4}[precision]
    return day.isoformat()[:length]
