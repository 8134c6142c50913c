"""What a server's headers ask of a visitor; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NOT_CACHED = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])", re.IGNORECASE)


def cache_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """
    Return for how long the answer stays fresh, or None (RFC 9111, 4.2.1).

    `max-age` counts before Expires, and the Age that the answer already has is taken
    off. Expires is counted from the server's own clock when it tells it.
    """
    control = headers.get("cache-control", "")
    if _NOT_CACHED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = int(age[:10]) if age.isascii() and age.isdecimal() else 0
        return max(0.0, float(int(found[1]) - spent)) or None
    until = _date(headers.get("expires", ""))  # "0" and the like: stale already
    if until is None:
        return None
    start = _date(headers.get("date", "")) or now
    return max(0.0, (until - start).total_seconds()) or None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
