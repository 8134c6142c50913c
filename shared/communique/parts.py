"""
What events are made of: their base, that of the values in them, and common types.

Every class is frozen, for an event is a fact, and ignores fields that it does not know.
"""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time beyond the years 1 to 9999 in UTC") from None


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_utc)]

Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

Uuid = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]


class Event(BaseModel):
    """What all events share: frozen, tolerant of fields from a newer release of us."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_schema: ClassVar[str]
    """The name of the schema: `raw-release` stands in shared/schemas/."""


class Part(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")
