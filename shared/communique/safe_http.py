"""
The one way out: every HTTP request that Communique sends goes through here.

`safe_client` makes the client, `get` reads one document with it: redirects followed by
us, every hop checked, with caps on size and time.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from communique.addresses import is_public
from communique.bounded import BrokenEncodingError, decompressed
from communique.host_rules import HostRule, read_host_rules
from communique.http_date import http_date
from communique.identity import host_key
from communique.ruled_transport import RuledTransport, with_extra_ca
from communique.safe_text import safe_text
from communique.safe_transport import (
    MAX_BYTES,
    TOTAL_SECONDS,
    FetchFailedError,
    RefusedError,
    Resolve,
    SafeTransport,
    check_url,
    too_large,
)
from communique.settings import WebSettings
from communique.turns import Turns

__all__ = [
    "FetchFailedError",
    "RefusedError",
    "Response",
    "SafeClient",
    "SafeTransport",
    "get",
    "is_public",
    "retry_after_seconds",
    "safe_client",
    "web_client",
]

MAX_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_UNKNOWN_CA = ("local issuer certificate", "self-signed cert", "self signed cert")
"""What OpenSSL says of a broken chain, and of a CA that nobody knows."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, after redirects; `body` is decompressed, and empty from 400 on."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes
    url: str
    redirected: bool = False
    moved_to: str | None = None
    """Where permanent redirects alone lead: the address to remember instead."""

    @property
    def content_type(self) -> str | None:
        """Return the header `Content-Type`, parameters included."""
        return self.headers.get("content-type")


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep none of them."""


class SafeClient(httpx.AsyncClient):
    """
    A client with the caps of each `get` by it: bytes of a body, seconds for all.

    It asks each host and port one thing at a time. What one ministry sets, no other
    visit carries: cookies live within a `get`.
    """

    cookies = _NoCookies()  # type: ignore[override]
    max_bytes = MAX_BYTES
    total_seconds = TOTAL_SECONDS

    def __init__(self, *, spacing_seconds: float = 0.0, **options: Any) -> None:  # noqa: ANN401 - httpx's
        super().__init__(**options)
        self.turns = Turns(spacing_seconds)


def safe_client(
    *,
    user_agent: str,
    allow_private: Collection[str] = (),
    timeout_seconds: float = TOTAL_SECONDS,
    max_bytes: int = MAX_BYTES,
    ssl_context: ssl.SSLContext | None = None,
    resolve: Resolve | None = None,
    rules: Sequence[HostRule] = (),
    spacing_seconds: float = 0.0,
) -> SafeClient:
    """
    Return a client whose every request keeps the rules of this module.

    `allow_private` lists networks ("127.0.0.0/8") and host names ("intranet.example",
    "*.gov.example") that may be reached although their addresses are not public;
    `rules` is what an operator says of single hosts. `spacing_seconds` lie between one
    visit to a host and the next.

    Raises UsageError if the CA file of a rule is none.
    """
    private = (*allow_private, *(r.pattern for r in rules if r.allow_private))

    def transport(context: ssl.SSLContext | None) -> SafeTransport:
        return SafeTransport(
            allow_private=private,
            timeout_seconds=timeout_seconds,
            max_bytes=max_bytes,
            ssl_context=context,
            resolve=resolve,
        )

    files = {rule.ca_file for rule in rules if rule.ca_file}
    client = SafeClient(
        transport=RuledTransport(
            transport(ssl_context),
            {file: transport(with_extra_ca(file)) for file in files},
            rules,
        ),
        headers={
            "User-Agent": user_agent,
            "Accept-Encoding": "gzip, deflate, br, zstd",
        },
        # The transport ends a request in time; a limit for each step of it beside that
        # would change nothing. To connect is one: a host may have a second address.
        timeout=httpx.Timeout(None, connect=timeout_seconds),
        follow_redirects=False,
        trust_env=False,
        spacing_seconds=spacing_seconds,
    )
    client.max_bytes, client.total_seconds = max_bytes, timeout_seconds
    return client


def web_client(
    settings: WebSettings, user_agent: str, *, spacing_seconds: float = 0.0
) -> SafeClient:
    """Return the client by which a service goes out under `settings`."""
    return safe_client(
        user_agent=user_agent,
        allow_private=settings.allow_private_networks,
        timeout_seconds=settings.request_timeout_seconds,
        max_bytes=settings.max_document_bytes,
        rules=read_host_rules(settings.hosts_file),
        spacing_seconds=spacing_seconds,
    )


async def get(
    client: SafeClient,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    total_seconds: float | None = None,
) -> Response:
    """
    Return what `url` answers, whatever its status, after at most five redirects.

    The caps on the body, decompressed too, and on the time for all of it are those of
    the client unless others are given. It waits for its turn at each host (`turns`),
    which does not count as time.

    Raises RefusedError for what our rules forbid (another scheme, a private address, a
    body above `max_bytes`), FetchFailedError for what may work another time.
    """
    limit = client.max_bytes if max_bytes is None else max_bytes
    seconds = client.total_seconds if total_seconds is None else total_seconds
    try:
        return await _follow(client, url, headers or {}, limit, seconds)
    except (TimeoutError, httpx.TimeoutException):
        raise FetchFailedError(
            f"no complete answer within {seconds:g} seconds"
        ) from None
    except BrokenEncodingError as error:
        raise FetchFailedError(str(error)) from error
    except (httpx.InvalidURL, UnicodeError) as error:  # as of the host "xn--"
        raise RefusedError(f"not an address: {safe_text(str(error))}") from error
    except (httpx.HTTPError, OSError) as error:
        words = safe_text(str(error), limit=200) or type(error).__name__
        if any(said in words for said in _UNKNOWN_CA):
            words += "; an operator can name its CA in COMMUNIQUE_HOSTS_FILE"
        raise FetchFailedError(f"the connection failed: {words}") from error


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """
    Return how long the server asks us to stay away, or None (RFC 9110, 10.2.3).

    A date is counted from the server's own clock when it tells it, else from `now`.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    until = http_date(value)
    if until is None:
        return None
    start = http_date(headers.get("date", "")) or now
    return max((until - start).total_seconds(), 0.0)


async def _follow(
    client: SafeClient,
    url: str,
    headers: Mapping[str, str],
    max_bytes: int,
    seconds: float,
) -> Response:
    cookies = httpx.Cookies()
    start = target = httpx.URL(url)
    moved_to: str | None = None
    permanent = True
    clock = asyncio.get_running_loop().time
    async with client.turns.visit() as turn:
        for _ in range(MAX_REDIRECTS + 1):
            check_url(target)
            await turn.at(host_key(str(target)))
            asked_at = clock()
            async with asyncio.timeout(seconds):
                hop = await _ask(client, target, headers, cookies, max_bytes)
            seconds -= clock() - asked_at
            if hop.location is None:
                return Response(
                    status=hop.status,
                    headers=hop.headers,
                    body=hop.body,
                    url=str(target),
                    redirected=target != start,
                    moved_to=moved_to,
                )
            target = target.join(hop.location).copy_with(fragment=None)
            permanent = permanent and hop.status in _PERMANENT_REDIRECTS
            moved_to = str(target) if permanent else moved_to
    raise RefusedError(f"more than {MAX_REDIRECTS} redirects")


@dataclass(frozen=True, slots=True)
class _Hop:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    location: str | None = None
    """Where it leads on; None: this is the answer."""


async def _ask(
    client: SafeClient,
    target: httpx.URL,
    headers: Mapping[str, str],
    cookies: httpx.Cookies,
    max_bytes: int,
) -> _Hop:
    request = client.build_request("GET", target, headers=dict(headers))
    if cookies:
        with suppress(UnicodeEncodeError):  # what was set is no ASCII
            cookies.set_cookie_header(request)
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        found = _plain(response.headers)
        location = found.get("location")
        if response.status_code in _REDIRECTS and location:
            cookies.extract_cookies(response)
            return _Hop(response.status_code, found, location=location)
        return _Hop(
            response.status_code, found, await _body(response, found, max_bytes)
        )
    finally:
        await response.aclose()


def _plain(headers: httpx.Headers) -> Mapping[str, str]:
    """Return headers as a dictionary; httpx guesses their encoding at each look."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _body(
    response: httpx.Response, headers: Mapping[str, str], max_bytes: int
) -> bytes:
    if response.status_code >= 400:
        return b""
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
        raise too_large(max_bytes)
    received = bytearray()
    # Not `aiter_raw`: the responses of a MockTransport count as consumed already.
    if isinstance(response.stream, httpx.AsyncByteStream):
        async for part in response.stream:
            received += part
            if len(received) > max_bytes:
                raise too_large(max_bytes)
    encodings = headers.get("content-encoding", "")
    body = decompressed(bytes(received), encodings, limit=max_bytes)
    if body is None:
        raise too_large(max_bytes)
    return body
