"""Sites on loopback ports: conditional GET, gzip, and whatever `behaviours` spoil."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web

from operator_console.demo.answer import Answer, accepts_gzip, last_modified
from operator_console.demo.control import control_routes
from operator_console.demo.ministry import Site

_SHUTDOWN_SECONDS = 0.1
"""How long a slow answer may go on after its site has been closed."""


@asynccontextmanager
async def serve(
    site: Site, *, host: str = "127.0.0.1", port: int = 0, control: bool = False
) -> AsyncIterator[str]:
    """
    Serve one site and yield its base URL, without a slash at the end.

    Port 0 takes any free one. With `control`, another process may steer the site.
    """
    with socket.create_server((host, port)) as listener:
        base_url = f"http://{host}:{listener.getsockname()[1]}"
        app = create_app(site, base_url, control=control)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            yield base_url
        finally:
            await runner.cleanup()


@asynccontextmanager
async def serve_all(
    sites: Mapping[str, Site], *, host: str = "127.0.0.1", control: bool = False
) -> AsyncIterator[Mapping[str, str]]:
    """
    Serve each site on a port of its own and yield their base URLs by the same keys.

    Politeness is kept per host and port, so ministries that shared one would wait for
    each other.
    """
    async with AsyncExitStack() as stack:
        yield {
            key: await stack.enter_async_context(
                serve(site, host=host, control=control)
            )
            for key, site in sites.items()
        }


def create_app(site: Site, base_url: str, *, control: bool = False) -> web.Application:
    """Return the application that answers for `site` at `base_url`."""

    async def visit(request: web.Request) -> web.StreamResponse:
        path = request.path
        site.requests[path] += 1
        asked_at = site.clock()
        answer = site.behaviour_for(path)(site.answer(path, base_url=base_url))
        await asyncio.sleep(answer.delay_seconds)
        response = _response(request, answer, asked_at)
        site.not_modified[path] += response.status == 304
        if answer.byte_seconds and response.status == 200:
            return await _drip(request, response, answer.byte_seconds)
        return response

    app = web.Application()
    if control:
        app.add_routes(control_routes(site))
    app.router.add_get("/{path:.*}", visit)  # HEAD too
    return app


def _response(request: web.Request, answer: Answer, asked_at: datetime) -> web.Response:
    headers = {"Content-Type": answer.content_type, **answer.headers}
    if answer.status != 200:
        return web.Response(status=answer.status, headers=headers, body=answer.body)
    body, etag = answer.body, answer.etag
    validators = {"Vary": "Accept-Encoding"}
    accepted = request.headers.get("Accept-Encoding", "")
    if answer.compressible and accepts_gzip(accepted):
        # Other bytes, so another tag (RFC 9110, 8.8.3.3).
        etag += "-gzip"
        body = gzip.compress(body, mtime=0)
        headers["Content-Encoding"] = "gzip"
    validators["ETag"] = f'"{etag}"'
    modified_at = last_modified(answer, asked_at)
    if modified_at:
        validators["Last-Modified"] = format_datetime(modified_at, usegmt=True)
    asks = request.if_none_match is not None or request.if_modified_since is not None
    if answer.denies_changes and asks:
        return web.Response(status=304)
    if not answer.ignores_questions and _is_known(request, etag, modified_at):
        return web.Response(status=304, headers=validators)
    return web.Response(headers=headers | validators, body=body)


async def _drip(
    request: web.Request, whole: web.Response, byte_seconds: float
) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    dripping = web.StreamResponse(headers=whole.headers)
    dripping.content_length = len(body)
    await dripping.prepare(request)
    for byte in body:
        await dripping.write(bytes([byte]))
        await asyncio.sleep(byte_seconds)
    return dripping


def _is_known(request: web.Request, etag: str, modified_at: datetime | None) -> bool:
    """Return whether the visitor has this body; a tag counts more than a date."""
    if request.if_none_match is not None:
        return any(tag.value in {etag, "*"} for tag in request.if_none_match)
    since = request.if_modified_since
    return since is not None and modified_at is not None and modified_at <= since
