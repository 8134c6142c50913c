"""What the Elasticsearch client hands back, as status, type and reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import (
    ApiError,
    SSLError,
    TransportError,
    UnsupportedProductError,
)

REASON_LENGTH = 800


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one item or to a whole request; `status` None: there was none."""

    status: int | None
    error_type: str | None = None
    reason: str = ""

    def __str__(self) -> str:
        words = (self.status, self.error_type, self.reason)
        return " ".join(str(word) for word in words if word)[:REASON_LENGTH]


def of_item(item: Mapping[str, Any]) -> Answer:
    """Return what stands in a bulk answer for one item."""
    (body,) = item.values()
    return _read(body.get("status"), body.get("error"))


def of_failure(error: ApiError | TransportError) -> Answer:
    """Return the answer to a whole request that failed."""
    if isinstance(error, UnsupportedProductError):
        return Answer(403, reason=f"not Elasticsearch: {error.message}")
    if isinstance(error, ApiError):
        body = error.body if isinstance(error.body, Mapping) else {}
        return _read(error.meta.status, body.get("error"))
    if isinstance(error, SSLError):
        return Answer(403, reason=f"TLS: {error.message}")
    return Answer(None, reason=f"{type(error).__name__}: {error.message}")


def _read(status: int | None, error: object) -> Answer:
    if not isinstance(error, Mapping):
        return Answer(status, reason=str(error or ""))
    reason = str(error.get("reason", ""))
    caused_by = error.get("caused_by")
    if isinstance(caused_by, Mapping):
        reason += f" (caused by {caused_by.get('type')}: {caused_by.get('reason')})"
    return Answer(status, str(error.get("type")), reason)
