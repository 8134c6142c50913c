"""What a release says of itself, as Elasticsearch stores it: pure."""

from collections.abc import Iterable
from typing import Any

from communique.events import EnrichedRelease
from communique.tags import Amount, Body, Evidence, Occasion, Quote

MAX_NESTED = 2_000
"""Of quotes, and of amounts. Elasticsearch refuses a document of 10,000 in all."""


def said_of_itself(event: EnrichedRelease) -> dict[str, Any]:
    """
    Return the fields of a document that say what `event` is, says and tells of.

    What is absent is None or empty. Flat copies (`speakers`, `currencies`) are for
    facets, which nested fields do not give.
    """
    kind, told = event.document_type, event.event
    return {
        "document_type": kind.type if kind else None,
        "document_type_confidence": kind.confidence if kind else None,
        "issuing_ministry": _body(event.issuing_ministry),
        "joint_issuers": [_body(body) for body in event.joint_issuers],
        "lateral": event.lateral,
        "parties": list(event.parties),
        "counterparts": list(event.counterparts),
        "agreements": _distinct(agreement.name for agreement in event.agreements),
        "event_date": told.date if told else None,
        "event_until": told.until if told else None,
        "event_place": _place(told),
        "event_location": told.location.model_dump()
        if told and told.location
        else None,
        "quotes": [_quote(quote) for quote in event.quotes[:MAX_NESTED]],
        "speakers": _distinct(quote.speaker for quote in event.quotes),
        "amounts": [_amount(amount) for amount in event.amounts[:MAX_NESTED]],
        "currencies": _distinct(amount.currency for amount in event.amounts),
        "dates": _distinct(day.date for day in event.dates),
    }


def _body(body: Body | None) -> dict[str, Any]:
    if body is None:
        return {}
    return body.model_dump(include={"name", "id", "country"}, exclude_none=True)


def _place(told: Occasion | None) -> dict[str, Any]:
    if told is None or told.place is None:
        return {}
    found = {"name": told.place, "id": told.place_id, "country": told.country}
    return {name: value for name, value in found.items() if value is not None}


def _quote(quote: Quote) -> dict[str, Any]:
    said = quote.model_dump(
        include={"text", "speaker", "speaker_id"}, exclude_none=True
    )
    return {**said, "place": _span(quote)}


def _amount(amount: Amount) -> dict[str, Any]:
    money = amount.model_dump(include={"text", "currency"}, exclude_none=True)
    return {**money, "value": float(amount.value), "place": _span(amount)}


def _span(place: Evidence) -> dict[str, int]:
    return {"start": place.start, "end": place.end}


def _distinct(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
