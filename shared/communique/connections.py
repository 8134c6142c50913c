"""
Connections kept open for a while, one a host: what a polite visitor needs of a pool.

httpcore's own pool looks at all its connections whenever a request begins or ends. We
visit thousands of hosts once each, one request of a host at a time, so here a request
looks at the one connection that could serve it.
"""

import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import httpcore

from communique.http1 import Http1Connection

KEPT_SECONDS = 10.0

_Connection = Http1Connection | httpcore.AsyncHTTP2Connection
_Place = tuple[bytes, bytes, int]
"""Scheme, host and port."""
_SAFE = frozenset({b"GET", b"HEAD"})
_HUNG_UP = (
    *(httpcore.ReadError, httpcore.WriteError),
    *(httpcore.RemoteProtocolError, httpcore.ConnectionNotAvailable),
)


class Connections:
    """Sends requests; keeps at most `kept` idle connections, the newest ones."""

    def __init__(
        self,
        *,
        ssl_context: ssl.SSLContext,
        network_backend: httpcore.AsyncNetworkBackend,
        kept: int,
    ) -> None:
        self._ssl_context = ssl_context
        self._ssl_context.set_alpn_protocols(["http/1.1", "h2"])
        self._network_backend = network_backend
        self._kept = kept
        self._idle: OrderedDict[_Place, tuple[_Connection, float]] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what is idle; what is at work closes with its answer."""
        self._kept = 0
        while self._idle:
            _, (connection, _) = self._idle.popitem()
            await connection.aclose()

    async def handle_async_request(
        self, request: httpcore.Request
    ) -> httpcore.Response:
        """
        Return the answer to `request`; closing that frees its connection.

        A server may hang up on a kept connection while a request is on its way; one
        that only reads is sent once more then, on a new one (RFC 9112, section 9.3.1).
        """
        origin = request.url.origin
        place = (origin.scheme, origin.host, origin.port)
        if (kept := await self._taken(place)) is not None:
            try:
                return await self._answered(place, kept, request)
            except _HUNG_UP:
                if request.method not in _SAFE:
                    raise
        return await self._answered(place, await self._opened(request), request)

    async def _answered(
        self, place: _Place, connection: _Connection, request: httpcore.Request
    ) -> httpcore.Response:
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        return httpcore.Response(
            response.status,
            headers=response.headers,
            content=_Answer(self, place, connection, response),
            extensions=response.extensions,
        )

    async def put_back(self, place: _Place, connection: _Connection) -> None:
        """Keep a connection that has served, or close it."""
        closing = []
        if connection.is_idle():
            if place in self._idle:
                closing.append(self._idle.pop(place)[0])
            self._idle[place] = connection, time.monotonic() + KEPT_SECONDS
        else:
            closing.append(connection)
        while len(self._idle) > self._kept:
            closing.append(self._idle.popitem(last=False)[1][0])
        for one in closing:
            await one.aclose()

    async def _taken(self, place: _Place) -> _Connection | None:
        """Return the connection kept for `place`, unless it is past its time."""
        if place not in self._idle:
            return None
        connection, until = self._idle.pop(place)
        if time.monotonic() < until and not connection.has_expired():
            return connection
        await connection.aclose()
        return None

    async def _opened(self, request: httpcore.Request) -> _Connection:
        origin = request.url.origin
        host = origin.host.decode("ascii")
        seconds = request.extensions.get("timeout", {}).get("connect")
        stream = await self._network_backend.connect_tcp(
            host, origin.port, timeout=seconds
        )
        if origin.scheme != b"https":
            return Http1Connection(stream)
        stream = await stream.start_tls(
            self._ssl_context, server_hostname=host, timeout=seconds
        )
        chosen = stream.get_extra_info("ssl_object").selected_alpn_protocol()
        if chosen == "h2":
            return httpcore.AsyncHTTP2Connection(origin, stream)
        return Http1Connection(stream)


class _Answer:
    """The body of an answer; closing it frees the connection."""

    def __init__(
        self,
        connections: Connections,
        place: _Place,
        connection: _Connection,
        response: httpcore.Response,
    ) -> None:
        self._connections = connections
        self._place = place
        self._connection: _Connection | None = connection
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await self._response.aclose()
        except BaseException:
            await connection.aclose()
            raise
        await self._connections.put_back(self._place, connection)
