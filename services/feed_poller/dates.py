"""
Dates as feeds write them: RFC 822, ISO 8601, and what ministries make of both.

Only a complete date counts: nothing is taken from the day on which we read it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal

_OLDEST_YEAR = 1800
"""Below are the zero dates of databases, like 0001-01-01."""

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\b\.?)?)?"
    r"(?!T\d)\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_WHOLE_HOUR = re.compile(r"(?<=\d)T(\d{2})(?=Z|[+-]\d|$)")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?(\D.*)?")
_TIME = re.compile(
    r"(?<![\d:+./-])(\d{1,2})(?:[:.h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?|(?=\s*[ap]\.?m\b))"
    r"\s*([ap]\.?m\b\.?)?(?![\d.]*\.\d)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"\b(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s,-]*(?:de\s+|of\s+)?"
    r"([^\W\d_][^\s\d,.-]*)\.?[\s,-]*(?:de\s+|of\s+)?(\d{4}|\d{2})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\b([^\W\d_][^\s\d,.-]*)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:.*\s)?(\d{4})\b",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:(?:GMT|UTC)\s*)?([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[(].*")
_ZONE_NAME = re.compile(r"\(?([A-Z]{1,5})\)?$")

# One row a month; in English, German, French, Spanish, Portuguese, Italian, Russian,
# Hindi. Names and their beginnings of three letters or more count, unless ambiguous.
_MONTHS = (
    "january januar jänner janvier enero janeiro gennaio января जनवरी",
    "february februar février fevrier febrero fevereiro febbraio февраля फरवरी फ़रवरी",
    "march märz maerz mars marzo março marco марта मार्च",
    "april avril abril aprile апреля अप्रैल",
    "may mai mayo maio maggio мая मई",
    "june juni juin junio junho giugno июня जून",
    "july juli juillet julio julho luglio июля जुलाई",
    "august août aout agosto августа अगस्त",
    "september septembre septiembre setembro settembre сентября सितंबर सितम्बर",
    "october oktober octobre octubre outubro ottobre октября अक्टूबर अक्तूबर",
    "november novembre noviembre novembro ноября नवंबर नवम्बर",
    "december dezember décembre decembre diciembre dezembro dicembre декабря "
    "दिसंबर दिसम्बर",
)

# Hours east of UTC. A feed's own zone is asked first, so CST is China's where it is.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    **dict.fromkeys(("CET", "MEZ", "WEST", "BST", "WAT"), 1.0),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST", "CAT"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "EAT", "TRT"), 3.0),
    **{"GST": 4.0, "PKT": 5.0, "IST": 5.5, "NPT": 5.75, "ICT": 7.0, "WIB": 7.0},
    **dict.fromkeys(("SGT", "HKT", "PHT", "MYT", "AWST"), 8.0),
    **{"JST": 9.0, "KST": 9.0, "ACST": 9.5, "AEST": 10.0, "AEDT": 11.0},
    **{"NZST": 12.0, "NZDT": 13.0, "AST": -4.0, "ADT": -3.0, "BRT": -3.0},
    **{"EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0},
    **{"MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0},
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC, and whether the text itself said in which zone it is."""

    at: datetime
    zone: Literal["stated", "assumed"]


def read_date(text: str, zone: tzinfo, *, month_first: bool = False) -> Moment | None:
    """
    Return the moment that `text` names, or None if there is no such moment.

    `zone` is assumed where the text states none; `month_first` says how 3/4/2026 is
    meant, and only that.
    """
    text = _WHOLE_HOUR.sub(r"T\1:00", " ".join(text.split())[:200])
    try:
        naive, rest = _split(text, month_first=month_first) or (None, "")
        if naive is None or naive.year < _OLDEST_YEAR:
            return None
        offset = _offset(rest, naive, zone)
        local = naive.replace(tzinfo=zone if offset is None else timezone(offset))
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Moment(moment, "assumed" if offset is None else "stated")


def _split(text: str, *, month_first: bool) -> tuple[datetime, str] | None:
    """Return the date and time as they stand, and what is left: the zone, if any."""
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, half, rest = match.groups()
        if hour is not None or not _TIME.search(rest):
            return _at(year, month, day, (hour, minute, second), half), rest
    if match := _BASIC.fullmatch(text):
        year, month, day, hour, minute, second, rest = match.groups()
        return _at(year, month, day, (hour, minute, second), None), rest or ""
    time = _TIME.search(text)
    if time:
        clock, half = (time[1], time[2], time[3]), time[4]
        before, after = text[: time.start()], text[time.end() :]
        text = f"{before} | {after}"
    else:
        clock, half = ("0", None, None), None
    for pattern, order in (
        (_YEAR_FIRST, (0, 1, 2)),
        (_NUMERIC, None),
        (_DAY_FIRST, (2, 1, 0)),
        (_MONTH_FIRST, (2, 0, 1)),
    ):
        if match := pattern.search(text):
            parts = match.groups()
            if order is None:
                day, month, year = parts
                swap = month_first or int(month) > 12
                if swap and int(day) <= 12:
                    day, month = month, day
            else:
                year, month, day = (parts[index] for index in order)
            if not month.isdigit() and not _month(month):
                continue
            gap = text[match.start() : match.end()] if pattern is _MONTH_FIRST else ""
            rest = f"{text[: match.start()]} {gap} {text[match.end() :]}"
            return _at(year, month, day, clock, half), _last_words(rest, year)
    return None


def _at(
    year: str,
    month: str,
    day: str,
    clock: tuple[str | None, str | None, str | None],
    half: str | None,
) -> datetime:
    full_year = int(year)
    if len(year) == 2:  # RFC 5322, 4.3, as most readers have it
        full_year += 2000 if full_year < 69 else 1900
    number = int(month) if month.isdigit() else _month(month)
    hour, minute, second = (int(part or 0) for part in clock)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    midnight_after = (hour, minute, second) == (24, 0, 0)  # ISO 8601 has both midnights
    moment = datetime(  # noqa: DTZ001 - the zone is found later
        full_year, number, int(day), 0 if midnight_after else hour, minute,
        min(second, 59) if second == 60 else second,
    )  # fmt: skip
    return moment + timedelta(days=1) if midnight_after else moment


@lru_cache(maxsize=1000)  # a feed's entries are mostly of one month
def _month(name: str) -> int:
    """Return the number of the month, or 0."""
    name = name.lower()
    found = {
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(
            full == name or (len(name) >= 3 and full.startswith(name))
            for full in names.split()
        )
    }
    return found.pop() if len(found) == 1 else 0


def _last_words(rest: str, year: str) -> str:
    """Return what may be a zone: the end of what date and time leave over."""
    words = rest.replace("|", " ").replace(year, " ").strip(" ,;-")
    return words.rpartition(" - ")[2].strip()


def _offset(rest: str, local: datetime, zone: tzinfo) -> timedelta | None:
    """Return the distance from UTC that `rest` states, or None."""
    # "+0530 (IST)" ends in a comment (RFC 5322), "Z[Etc/UTC]" in a suffix (RFC 9557).
    for words in (_BRACKETS.sub("", rest).strip(), rest.strip()):
        if match := _OFFSET.search(words):
            sign, hours, minutes = match.groups()
            span = timedelta(hours=int(hours), minutes=int(minutes or 0))
            return -span if sign == "-" else span
        if match := _ZONE_NAME.search(words):
            name = match.group(1)
            own = local.replace(tzinfo=zone)
            if own.tzname() == name:
                return own.utcoffset()
            if name in _ZONES:
                return timedelta(hours=_ZONES[name])
    return None
