"""
httpcore on asyncio's own streams.

Its usual backend goes through anyio, which also serves other loops than ours; that is a
tenth of what a visit costs.
"""

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from types import TracebackType
from typing import Any, SupportsIndex

import httpcore


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Connects with asyncio; `host` is an address, looked up by whoever calls."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection; raises httpcore's ConnectError and ConnectTimeout."""
        with _ToldAs(httpcore.ConnectError, httpcore.ConnectTimeout):
            async with _within(timeout):
                loop, reader = asyncio.get_running_loop(), _Reader()
                protocol = asyncio.StreamReaderProtocol(reader)
                transport, _ = await loop.create_connection(
                    lambda: protocol, host, port
                )
        return _Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await asyncio.sleep(seconds)


class _Reader(asyncio.StreamReader):
    """Knows how much has come that was not read."""

    waiting = 0

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        self.waiting += len(bytes(data))
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        data = await super().read(n)
        self.waiting -= len(data)
        return data


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> bytes:
        with _ToldAs(httpcore.ReadError, httpcore.ReadTimeout):
            async with _within(timeout):
                return await self._reader.read(max_bytes)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        if not buffer:
            return
        with _ToldAs(httpcore.WriteError, httpcore.WriteTimeout):
            async with _within(timeout):
                self._writer.write(buffer)
                await self._writer.drain()

    async def aclose(self) -> None:
        self._writer.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            with _ToldAs(httpcore.ConnectError, httpcore.ConnectTimeout):
                async with _within(timeout):
                    await self._writer.start_tls(
                        ssl_context, server_hostname=server_hostname
                    )
        except BaseException:
            self._writer.transport.abort()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's
        if info == "is_readable":  # of an idle connection: it serves no more
            reader = self._reader
            return bool(reader.waiting or reader.at_eof() or reader.exception())
        name = {"client_addr": "sockname", "server_addr": "peername"}.get(info, info)
        return self._writer.get_extra_info(name)


def _within(seconds: float | None) -> AbstractAsyncContextManager[object]:
    return nullcontext() if seconds is None else asyncio.timeout(seconds)


class _ToldAs:  # as a generator it would cost thrice as much, at each step
    def __init__(self, error: type[Exception], timeout: type[Exception]) -> None:
        self._error = error
        self._timeout = timeout

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        cause: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(cause, TimeoutError):
            raise self._timeout(str(cause)) from cause
        if isinstance(cause, OSError):  # an SSLError too
            raise self._error(str(cause)) from cause
