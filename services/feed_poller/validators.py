"""What a server gives us to ask whether its document has changed."""

from collections.abc import Mapping
from typing import Self

from communique.parts import Part

MAX_LENGTH = 200
"""Longer ones are left out: they stand in the feed's state, which is kept small."""


class Validators(Part):
    """ETag and Last-Modified as they were sent (RFC 9110, section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], *, before: Self | None = None) -> Self:
        """
        Return the validators in `headers`.

        A 304 need not repeat them: those of `before` stay where it is silent.
        """
        return cls(
            etag=_short(headers.get("etag")) or (before.etag if before else None),
            last_modified=_short(headers.get("last-modified"))
            or (before.last_modified if before else None),
        )

    def request_headers(self) -> dict[str, str]:
        """Return the headers of a conditional GET: both, where both are known."""
        headers = {}
        if self.etag:
            headers["If-None-Match"] = self.etag
        if self.last_modified:
            headers["If-Modified-Since"] = self.last_modified
        return headers


def _short(value: str | None) -> str | None:
    if not value or len(value) > MAX_LENGTH:
        return None
    # Sent back as it came, so it must be fit to be sent.
    return value if value.isascii() and value.isprintable() else None
