"""What a person gives to be tagged → a raw release, without a clock."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from communique.errors import CommuniqueError, UsageError
from communique.events import EnrichedRelease, Issuer, RawRelease
from communique.identity import feed_id, fingerprint, release_id

_SOURCE = "urn:communique:enrich"


def given_fields(text: str) -> dict[str, Any]:
    """Return the fields of a release in JSON, or those of a text: itself."""
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except ValueError:
            return {"text": text}
        if isinstance(given, dict) and "text" in given:
            return given
    return {"text": text}


def tag_line(line: str, tag: Callable[[RawRelease], EnrichedRelease]) -> dict[str, Any]:
    """Return a line's release as `tag` enriches it, or its id and what is wrong."""
    given: dict[str, Any] = {}
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            given = {}
            raise UsageError("a line is one JSON object with id, title and text")
        enriched = tag(given_release(given))
    except (CommuniqueError, ValueError, RecursionError) as error:
        return {"id": given.get("id"), "error": str(error)}
    return {"id": given.get("id"), **enriched.model_dump(mode="json")}


def given_release(given: Mapping[str, Any]) -> RawRelease:
    """Return what a person gave as a raw release; only its text has to be there."""
    try:
        if "revision" in given and "issuers" in given:
            return RawRelease.model_validate(given)
        return _from_text(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UsageError(f"This is no release: {where}: {first['msg']}.") from None


def _from_text(given: Mapping[str, Any]) -> RawRelease:
    text, title = given.get("text"), given.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise UsageError("A release in JSON has at least a text, as a string.")
    text = text.encode("utf-8", "replace").decode()  # no lone surrogates
    language = given.get("language")
    digest = fingerprint(title, text)
    # No clock: the same text gives the same bytes.
    epoch = datetime.fromtimestamp(0, UTC)
    return RawRelease(
        release_id=release_id(link=None, feed=_SOURCE, guid=None, text=digest),
        revision=1,
        version=1,
        change="new",
        fingerprint=digest,
        title=title,
        text=text,
        text_from="ingest",
        issuers=(
            Issuer(
                feed_id=feed_id(_SOURCE),
                feed_url=_SOURCE,
                title=str(given.get("ministry") or "enriched by hand"),
                ministry=given.get("ministry"),
                country=given.get("country"),
            ),
        ),
        language=language if isinstance(language, str) else None,
        first_seen_at=epoch,
        revision_seen_at=epoch,
        **_published(given.get("published_at")),
    )


def _published(stated: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return when a release was published, by which its dates go; nothing if unsaid."""
    if stated is None:
        return {}
    try:
        at = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        raise UsageError(
            "published_at is a time in ISO 8601, as 2026-05-01T10:00+05:30."
        ) from None
    zone = "stated" if at.tzinfo else "assumed"
    return {"published_at": at.replace(tzinfo=at.tzinfo or UTC), "published_zone": zone}
