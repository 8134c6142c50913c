"""Servers on loopback that answer as a test says, and a client that asks them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from communique.safe_http import (
    Response,
    get,
    safe_client,
)
from communique.safe_transport import MAX_BYTES

LOOPBACK = ("127.0.0.0/8",)
Serve = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Run a server that answers each request by `serve(path, writer)`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await serve(head.split()[1].decode(), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = running.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        running.close()


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def always(*parts: bytes) -> Serve:
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)

    return serve


async def fetch(
    url: str,
    *,
    allow: Iterable[str] = LOOPBACK,
    client_bytes: int = MAX_BYTES,
    **options,
) -> Response:
    client_options = {
        name: options.pop(name)
        for name in ("resolve", "ssl_context", "timeout_seconds")
        if name in options
    }
    client_options["max_bytes"] = client_bytes
    async with safe_client(
        user_agent="test", allow_private=tuple(allow), **client_options
    ) as client:
        return await get(client, url, **options)
