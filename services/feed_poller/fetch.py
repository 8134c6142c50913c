"""Edge: one conditional GET of a feed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from communique.safe_http import (
    FetchFailedError,
    RefusedError,
    Response,
    SafeClient,
    get,
    retry_after_seconds,
)
from feed_poller.asks import cache_seconds
from feed_poller.validators import Validators
from feed_poller.web_links import Relations, header_relations

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "text/html;q=0.5, */*;q=0.1"
)
_MAY_PASS = frozenset({408, 425, 429})
"""The client errors that are about this moment, not about the address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The document, at the address where redirects ended."""

    body: bytes
    content_type: str | None
    validators: Validators
    status: int
    url: str
    moved_to: str | None = None
    """Where permanent redirects alone lead."""
    fresh_seconds: float | None = None
    """For how long the server calls this answer fresh."""
    links: Relations = field(default_factory=dict)
    """What its Link headers name."""


NOTHING_CHANGED = "304: nothing changed since the last visit"


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing changed; `validators` are those to ask with the next time."""

    validators: Validators
    status: int = 304
    moved_to: str | None = None
    fresh_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No document, and why; `permanent` if asking again will hardly help."""

    reason: str
    status: int | None = None
    retry_after_seconds: float | None = None
    permanent: bool = False
    gone: bool = False
    """It said 410, and no redirect that is only for now led to that."""


async def fetch(
    client: SafeClient, url: str, validators: Validators
) -> Fetched | NotModified | Failed:
    """Return what the feed at `url` answers to somebody who knows `validators`."""
    asked = validators.request_headers()
    try:
        answer = await get(client, url, headers={"Accept": ACCEPT, **asked})
    except RefusedError as error:
        return Failed(str(error), permanent=True)
    except FetchFailedError as error:
        return Failed(str(error))
    now = datetime.now(UTC)
    if answer.status == HTTPStatus.OK:
        return Fetched(
            body=answer.body,
            content_type=answer.content_type,
            validators=Validators.of(answer.headers),
            status=answer.status,
            url=answer.url,
            moved_to=answer.moved_to,
            fresh_seconds=cache_seconds(answer.headers, now=now),
            links=header_relations(answer.headers.get("link", "")),
        )
    if answer.status == HTTPStatus.NOT_MODIFIED and asked:
        return NotModified(
            Validators.of(answer.headers, before=validators),
            moved_to=answer.moved_to,
            fresh_seconds=cache_seconds(answer.headers, now=now),
        )
    return _failed(answer, now)


def _failed(answer: Response, now: datetime) -> Failed:
    status = answer.status
    is_its_own = not answer.redirected or answer.moved_to == answer.url
    return Failed(
        reason=f"the server answered {status} {_phrase(status)}".rstrip(),
        status=status,
        retry_after_seconds=retry_after_seconds(answer.headers, now=now),
        permanent=400 <= status < 500 and status not in _MAY_PASS,
        gone=status == HTTPStatus.GONE and is_its_own,
    )


def _phrase(status: int) -> str:
    try:
        return f"({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
