"""What a site answers to a request, before HTTP has its say."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

HTML = "text/html; charset=utf-8"
_GZIP = re.compile(r"(?<![\w-])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    A status and a body, and when that body last changed.

    `headers` come on top of what the server sets itself. It waits `delay_seconds`
    before it sends anything, and compresses the body if that is allowed and wanted.
    With `byte_seconds` it sends the body byte by byte, so far apart.
    """

    status: int
    body: bytes = b""
    content_type: str = HTML
    modified_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    compressible: bool = True
    delay_seconds: float = 0.0
    byte_seconds: float = 0.0
    tag: str | None = None
    """An ETag in place of the true one."""
    denies_changes: bool = False
    """Whoever asks for changes is told that there are none."""
    ignores_questions: bool = False
    """Whoever asks for changes gets all of it again."""

    @property
    def etag(self) -> str:
        """Return the opaque tag of the body, without quotation marks."""
        return self.tag or hashlib.sha256(self.body).hexdigest()[:32]


def last_modified(answer: Answer, now: datetime) -> datetime | None:
    """
    Return when the body last changed, in whole seconds; None while that second runs.

    A second change within the same second would carry the same date, so a date that is
    given too early would hide it (RFC 9110, 8.8.2.2).
    """
    if answer.modified_at is None:
        return None
    modified_at = answer.modified_at.replace(microsecond=0)
    return modified_at if modified_at < now.replace(microsecond=0) else None


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header lets us send gzip."""
    return _GZIP.search(accept_encoding) is not None
