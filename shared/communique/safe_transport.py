"""
The transport that looks at every address before it connects.

The address is judged where the connection is made, after DNS, and that very address is
connected to: a name that changes its answer in between gains nothing. Proxies of the
environment are not used, since a proxy would resolve names for us.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx

from communique.addresses import Exceptions, is_public
from communique.asyncio_backend import AsyncioBackend
from communique.connections import Connections
from communique.errors import CommuniqueError

MAX_BYTES = 15 * 1024 * 1024
"""The largest body that is read, both as sent and decompressed."""
MAX_URL_LENGTH = 2048
KEPT_CONNECTIONS = 32
TOTAL_SECONDS = 30.0
"""From the first look-up to the last byte."""

_ADDRESSES_TRIED = 4

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> addresses in text form, best first; raises OSError."""


class RefusedError(CommuniqueError):
    """What was asked for is against our rules; asking again will not help."""


class FetchFailedError(CommuniqueError):
    """Nothing usable came back this time; it may the next."""


class SafeTransport(httpx.AsyncHTTPTransport):
    """Judges every address before it connects; HTTP/2 on, TLS verified."""

    def __init__(
        self,
        *,
        allow_private: Collection[str] = (),
        timeout_seconds: float = TOTAL_SECONDS,
        max_bytes: int = MAX_BYTES,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        context = ssl_context or httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._dns = _Dns()
        # httpx has no parameter for the backend, httpcore has: its documented way.
        self._pool = Connections(  # type: ignore[assignment]
            ssl_context=context,
            kept=KEPT_CONNECTIONS,
            network_backend=_CheckedBackend(
                backend or AsyncioBackend(),
                Exceptions.of(allow_private),
                resolve or self._dns.resolve,
            ),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; its answer ends at the caps of size and time."""
        check_url(request.url)
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        try:
            async with asyncio.timeout_at(deadline):
                response = await super().handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time", request=request) from None
        if not isinstance(response.stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with a stream")
        response.stream = _Capped(response.stream, deadline, self._max_bytes)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        self._dns.close()
        await super().aclose()


class _Dns:
    """Look-ups on threads of their own: slow name servers hold up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="dns")

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if is_address(host):
            return [host]
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
        )
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, judges, and connects to the address that was judged."""

    def __init__(
        self,
        inner: httpcore.AsyncNetworkBackend,
        exceptions: Exceptions,
        resolve: Resolve,
    ) -> None:
        self._inner = inner
        self._exceptions = exceptions
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = (await self._allowed(host, port))[:_ADDRESSES_TRIED]
        share = timeout / len(addresses) if timeout is not None else None
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise RefusedError("only addresses of the internet are visited")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def _allowed(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address ({error})") from error
        if not found:
            raise httpcore.ConnectError(f"{host} has no address")
        allowed = [address for address in found if self._may_reach(host, address)]
        if not allowed:
            raise RefusedError(
                f"{host} leads to {found[0]}, which is not a public address; "
                "an operator can allow it in COMMUNIQUE_HOSTS_FILE"
            )
        return allowed

    def _may_reach(self, host: str, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        return is_public(ip) or self._exceptions.allow(host, ip)


class _Capped(httpx.AsyncByteStream):
    """A body that ends with an error at the cap of size or time."""

    def __init__(
        self, stream: httpx.AsyncByteStream, deadline: float, max_bytes: int
    ) -> None:
        self._stream = stream
        self._deadline = deadline
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = aiter(self._stream)
        received = 0
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    part = await anext(parts, None)
            except TimeoutError:
                raise httpx.ReadTimeout("no complete answer in time") from None
            if part is None:
                return
            received += len(part)
            if received > self._max_bytes:
                raise too_large(self._max_bytes)
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def is_address(host: str) -> bool:
    """Return whether `host` is an IP address in its usual form, and no name."""
    try:
        return str(ipaddress.ip_address(host)) == host
    except ValueError:
        return False


def check_url(url: httpx.URL) -> None:
    """Raise RefusedError if `url` is nothing that we visit."""
    if url.scheme not in {"http", "https"}:
        raise RefusedError(f"only http and https are visited, not {url.scheme or '-'}")
    if not url.host:
        raise RefusedError("the address names no host")
    if len(str(url)) > MAX_URL_LENGTH:
        raise RefusedError(f"an address above {MAX_URL_LENGTH} characters")
    if url.port is not None and not 0 < url.port < 65536:
        raise RefusedError(f"there is no port {url.port}")


def too_large(max_bytes: int) -> RefusedError:
    """Return the error of a body above `max_bytes`."""
    return RefusedError(f"the answer is larger than {max_bytes / 1024 / 1024:.3g} MiB")
