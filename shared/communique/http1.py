"""
HTTP/1.1 on one connection, one request at a time, by h11.

httpcore's own connection may be used by anybody at any moment: it locks each step, and
asks at each lock which library runs the loop. Ours has one user, who waits.
"""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress

import h11
import httpcore

MAX_HEAD_BYTES = 100 * 1024
"""Of the head of an answer, and of a line between its chunks."""

_READ_BYTES = 64 * 1024


class Http1Connection:
    """Sends a request once the answer to the one before was read to its end."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._exchange = h11.Connection(
            h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES
        )

    async def handle_async_request(
        self, request: httpcore.Request
    ) -> httpcore.Response:
        """
        Return the answer to `request`; its body is read on.

        Raises httpcore's errors: LocalProtocolError for what cannot be sent,
        RemoteProtocolError for what is no HTTP, ReadError for a connection that broke.
        """
        if self._exchange.our_state is h11.DONE:
            self._exchange.start_next_cycle()
        # A server may refuse a request before it has all of it: its answer counts.
        with suppress(httpcore.WriteError):
            await self._stream.write(await self._written(request))
        while not isinstance(head := await self._next_event(), h11.Response):
            pass  # 103 and the like come before the answer
        return httpcore.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            content=self._body(),
            extensions={
                "http_version": b"HTTP/" + head.http_version,
                "reason_phrase": head.reason,
            },
        )

    def is_idle(self) -> bool:
        """Return whether the last answer was read to its end, and no word beyond."""
        exchange = self._exchange
        is_done = exchange.our_state is exchange.their_state is h11.DONE
        return is_done and exchange.trailing_data == (b"", False)

    def has_expired(self) -> bool:
        """Return whether the server hung up on an idle connection, or spoke unasked."""
        return bool(self._stream.get_extra_info("is_readable"))

    async def aclose(self) -> None:
        """Close the connection, whatever is going on."""
        await self._stream.aclose()

    async def _written(self, request: httpcore.Request) -> bytes:
        if not isinstance(request.stream, AsyncIterable):
            raise TypeError("an asynchronous request has a stream")
        try:
            written = self._exchange.send(
                h11.Request(
                    method=request.method,
                    target=request.url.target,
                    headers=request.headers,
                )
            )
            async for part in request.stream:
                written += self._exchange.send(h11.Data(part))
            return written + self._exchange.send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            raise httpcore.LocalProtocolError(str(error)) from error

    async def _body(self) -> AsyncIterator[bytes]:
        while isinstance(part := await self._next_event(), h11.Data):
            yield bytes(part.data)

    async def _next_event(
        self,
    ) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._exchange.next_event()) is h11.NEED_DATA:
                data = await self._stream.read(_READ_BYTES)
                if not data and self._exchange.their_state is h11.SEND_RESPONSE:
                    raise httpcore.RemoteProtocolError("the server hung up on us")
                self._exchange.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        return event
