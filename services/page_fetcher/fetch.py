"""Edge: one visit to the page of a release."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from communique.encoding import charset_of
from communique.safe_http import (
    FetchFailedError,
    RefusedError,
    SafeClient,
    get,
    retry_after_seconds,
)
from page_fetcher.robots import Robots

ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.5"
_MAY_PASS = frozenset({408, 425, 429})
"""The client errors that are about this moment, not about the address."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at the link, where redirects ended."""

    body: bytes
    content_type: str | None
    charset: str | None
    url: str
    status: int


@dataclass(frozen=True, slots=True)
class PageFailed:
    """No page, and why; `retry` if it may come back."""

    reason: str
    status: int | None = None
    retry: bool = False
    retry_after_seconds: float | None = None


async def fetch_page(
    client: SafeClient, url: str, robots: Robots | None = None
) -> Page | PageFailed:
    """Return what `url` answers, if its site's `robots` let us ask."""
    if robots is not None and not (allowed := await robots.verdict(url)):
        if allowed is None:
            return PageFailed("the site's robots.txt cannot be read now", retry=True)
        return PageFailed("the site's robots.txt forbids it")
    try:
        answer = await get(client, url, headers={"Accept": ACCEPT})
    except RefusedError as error:
        return PageFailed(str(error))
    except FetchFailedError as error:
        return PageFailed(str(error), retry=True)
    if answer.status == HTTPStatus.OK:
        return Page(
            body=answer.body,
            content_type=answer.content_type,
            charset=charset_of(answer.content_type),
            url=answer.url,
            status=answer.status,
        )
    return PageFailed(
        reason=f"the server answered {answer.status}",
        status=answer.status,
        retry=answer.status >= 500 or answer.status in _MAY_PASS,
        retry_after_seconds=retry_after_seconds(answer.headers, now=datetime.now(UTC)),
    )
