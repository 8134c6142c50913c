"""How values stand in documents: times, addresses; nothing where nothing is; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit


def as_time(moment: datetime | None) -> str | None:
    """Return `moment` in milliseconds of UTC, as the mappings read it."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_url(address: str | None) -> dict[str, Any] | None:
    """Return `address` as the ECS field `url` has it: whole, and its host."""
    if address is None:
        return None
    try:
        domain = urlsplit(address).hostname
    except ValueError:
        domain = None
    return without_nothing({"full": address, "domain": domain})


def without_nothing(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return `document` without what is absent or empty; `False` and 0 stay."""
    return {
        name: value
        for name, value in document.items()
        if value is not None and value != [] and value != {}
    }
