"""What a server's headers ask of a visitor; pure."""

import re
from collections.abc import Mapping
from datetime import datetime

from communique.http_date import http_date

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
    until = http_date(headers.get("expires", ""))  # "0" and the like: stale already
    if until is None:
        return None
    start = http_date(headers.get("date", "")) or now
    return max(0.0, (until - start).total_seconds()) or None
