"""
A small proxy in front of an Elasticsearch that fails when a test says so.

It runs in the test's own event loop and hands on everything until `fault` is set:

    async with FaultProxy(elasticsearch.url) as proxy:
        proxy.fault = RefuseItems(429, share=0.3)
        ...
        proxy.fault = None
        assert proxy.struck > 0
        async with proxy.away():
            ...

Faults strike `_bulk` alone, except `Delay` and `away`, which strike every request.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout, web

from tests.engines.process import HOST, free_ports

ERRORS = {
    429: ("es_rejected_execution_exception", "rejected execution, said the proxy"),
    500: ("null_pointer_exception", "no such object, said the proxy"),
    503: (
        "unavailable_shards_exception",
        "primary shard is not active, said the proxy",
    ),
}
"""What Elasticsearch itself says with a status; others come from gateways, as HTML."""

FROM_ELASTICSEARCH = [
    ("content-type", "application/json"),
    ("x-elastic-product", "Elasticsearch"),
]

HOP_BY_HOP = {
    "connection",
    "content-encoding",  # bodies are unpacked here
    "content-length",
    "keep-alive",
    "transfer-encoding",
}


@dataclass(frozen=True)
class RefuseRequests:
    """Answer `status` to a share of the bulk requests; the engine never sees them."""

    status: int
    share: float = 1.0


@dataclass(frozen=True)
class RefuseItems:
    """Refuse a share of a bulk request's items; the engine gets the others only."""

    status: int
    share: float = 1.0


@dataclass(frozen=True)
class CutAnswers:
    """Let the engine do the work, send half of its answer, then hang up."""

    share: float = 1.0


@dataclass(frozen=True)
class Delay:
    """Let the engine do the work, and hold its answer back."""

    seconds: float


Fault = RefuseRequests | RefuseItems | CutAnswers | Delay


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class FaultProxy:
    """
    One proxy, on a port that stays the same; `seed` decides whom a share strikes.

    `struck` counts what faults did: requests, refused items, cut or late answers, and
    absences.
    """

    def __init__(self, upstream: str, *, seed: int = 1) -> None:
        self.fault: Fault | None = None
        self.struck = 0
        self._upstream = upstream.rstrip("/")
        self._rng = random.Random(seed)
        (self._port,) = free_ports(1)
        app = web.Application(client_max_size=0)  # as long as it likes
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=None))
        await self._runner.setup()
        await self._listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()
        await self._runner.cleanup()
        await self._session.close()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Refuse connections, and cut those that are open, while the block runs."""
        self.struck += 1
        await self._site.stop()
        self._hang_up()
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, HOST, self._port, reuse_address=True)
        await self._site.start()

    def _hang_up(self) -> None:
        assert self._runner.server is not None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        bulk = request.path.endswith("/_bulk")
        match self.fault:
            case RefuseRequests(status, share) if bulk and self._strikes(share):
                return _response(_refusal(status))
            case RefuseItems(status, share) if bulk:
                return _response(await self._refuse_items(request, body, status, share))
            case CutAnswers(share) if bulk and self._strikes(share):
                return await _cut(request, await self._forward(request, body))
            case Delay(seconds):
                answer = await self._forward(request, body)
                self.struck += 1
                await asyncio.sleep(seconds)
                return _response(answer)
        return _response(await self._forward(request, body))

    async def _forward(self, request: web.Request, body: bytes) -> _Answer:
        async with self._session.request(
            request.method,
            self._upstream + request.raw_path,
            data=body or None,
            headers=_passed_on(request.headers.items()),
            allow_redirects=False,
        ) as response:
            headers = _passed_on(response.headers.items())
            return _Answer(response.status, headers, await response.read())

    async def _refuse_items(
        self, request: web.Request, body: bytes, status: int, share: float
    ) -> _Answer:
        actions = list(_actions(body))
        refused = [self._strikes(share) for _ in actions]
        untouched = [a for a, no in zip(actions, refused, strict=True) if not no]
        answer = _Answer(200, FROM_ELASTICSEARCH, b'{"items": []}')
        if untouched:
            lines = b"".join(b"".join(action) for action in untouched)
            answer = await self._forward(request, lines)
            if answer.status != 200:
                return answer
        found = json.loads(answer.body)
        taken = iter(found["items"])
        items = [
            _refused_item(action, status) if no else next(taken)
            for action, no in zip(actions, refused, strict=True)
        ]
        found |= {"errors": found.get("errors") or any(refused), "items": items}
        return _Answer(200, answer.headers, json.dumps(found).encode())

    def _strikes(self, share: float) -> bool:
        strikes = self._rng.random() < share
        self.struck += strikes
        return strikes


def _actions(body: bytes) -> Iterator[tuple[bytes, ...]]:
    """Yield the lines of each bulk action: its head, and the document if it has one."""
    lines = iter(body.splitlines(keepends=True))
    for head in lines:
        yield (head,) if "delete" in json.loads(head) else (head, next(lines))


def _refused_item(action: tuple[bytes, ...], status: int) -> dict[str, Any]:
    ((operation, head),) = json.loads(action[0]).items()
    where = {"_index": head.get("_index"), "_id": head.get("_id")}
    return {operation: {**where, "status": status, "error": _error(status)}}


def _error(status: int) -> dict[str, str]:
    error_type, reason = ERRORS[status]
    return {"type": error_type, "reason": reason}


def _refusal(status: int) -> _Answer:
    if status not in ERRORS:
        html = f"<html><h1>{status}, said the proxy</h1></html>".encode()
        return _Answer(status, [("content-type", "text/html")], html)
    error = {**_error(status), "root_cause": [_error(status)]}
    body = json.dumps({"error": error, "status": status}).encode()
    return _Answer(status, FROM_ELASTICSEARCH, body)


def _passed_on(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def _response(answer: _Answer) -> web.Response:
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


async def _cut(request: web.Request, answer: _Answer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
