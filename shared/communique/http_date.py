"""Dates in the headers of HTTP (RFC 9110, section 5.6.7); pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str) -> datetime | None:
    """Return the moment that `value` names (UTC unless it says a zone), or None."""
    try:
        moment = parsedate_to_datetime(value)
    # Of a year with twenty digits; servers send what they like.
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
