"""Connections are kept for the next request to their host, and not for ever."""

import asyncio
import ssl
from contextlib import asynccontextmanager

import httpcore
import pytest

from communique import connections as module
from communique.asyncio_backend import AsyncioBackend
from communique.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Backend(httpcore.AsyncNetworkBackend):
    """Counts connections; each serves `answers` once."""

    def __init__(self, *answers):
        self.answers = answers
        self.opened = []
        self.closed = 0

    async def connect_tcp(self, host, port, *_, **__):
        self.opened.append(host)
        return _Stream(self, list(self.answers))


class _Stream(httpcore.AsyncMockStream):
    def __init__(self, backend, answers):
        super().__init__(answers)
        self._owner = backend
        self._is_open = True

    def get_extra_info(self, info):
        return None if info == "is_readable" else super().get_extra_info(info)

    async def aclose(self):
        self._owner.closed += self._is_open  # closing twice is no harm
        self._is_open = False
        await super().aclose()


@asynccontextmanager
async def connections(backend, *, kept=2):
    context = ssl.create_default_context()
    async with Connections(
        ssl_context=context, network_backend=backend, kept=kept
    ) as made:
        yield made


async def ask(made, host="a.example", *, read=True, method="GET"):
    headers = [(b"Host", host.encode())]
    request = httpcore.Request(method, f"http://{host}/", headers=headers)
    response = await made.handle_async_request(request)
    try:
        return await response.aread() if read else None
    finally:
        await response.aclose()


async def test_the_next_request_to_a_host_takes_its_connection():
    backend = Backend(OK, OK)
    async with connections(backend) as made:
        assert await ask(made) == await ask(made) == b"ok"
        assert backend.opened == ["a.example"]
    assert backend.closed == 1


async def test_the_oldest_connection_is_closed_when_there_are_too_many():
    backend = Backend(OK, OK)
    async with connections(backend) as made:
        for host in ("a.example", "b.example", "c.example", "a.example"):
            await ask(made, host)
        assert backend.opened == ["a.example", "b.example", "c.example", "a.example"]
    assert backend.closed == 4


async def test_a_connection_whose_answer_was_not_read_is_not_used_again():
    backend = Backend(OK, OK)
    async with connections(backend) as made:
        await ask(made, read=False)
        assert backend.closed == 1
        await ask(made)
        assert len(backend.opened) == 2


async def test_a_connection_is_not_kept_for_ever(monkeypatch):
    monkeypatch.setattr(module, "KEPT_SECONDS", -1.0)
    backend = Backend(OK, OK)
    async with connections(backend) as made:
        await ask(made)
        await ask(made)
        assert len(backend.opened) == 2


async def test_a_server_that_hangs_up_on_a_kept_connection_is_asked_on_a_new_one():
    backend = Backend(OK)
    async with connections(backend) as made:
        assert await ask(made) == await ask(made) == b"ok"
        assert backend.opened == ["a.example"] * 2
    assert backend.closed == 2


async def test_what_is_more_than_a_question_is_not_sent_twice():
    backend = Backend(OK)
    async with connections(backend) as made:
        await ask(made)
        with pytest.raises(httpcore.RemoteProtocolError):
            await ask(made, method="POST")
    assert backend.opened == ["a.example"]


async def test_a_server_that_hangs_up_on_a_new_connection_is_not_asked_again():
    backend = Backend()
    async with connections(backend) as made:
        with pytest.raises(httpcore.RemoteProtocolError):
            await ask(made)
    assert backend.opened == ["a.example"]


async def test_a_connection_that_fails_is_closed():
    backend = Backend(b"nothing of the kind\r\n\r\n")
    async with connections(backend) as made:
        with pytest.raises(httpcore.RemoteProtocolError):
            await ask(made)
    assert backend.closed == 1


async def test_nobody_there_is_httpcores_own_error():
    with pytest.raises(httpcore.ConnectError):
        await AsyncioBackend().connect_tcp("127.0.0.1", 1)


@pytest.mark.parametrize("words", [b"HTTP/1.1 408 Request Timeout\r\n\r\n", b""])
async def test_a_connection_over_which_something_came_unasked_is_known(words):
    async def serve(_reader, writer):
        writer.write(words)  # nothing: it hangs up
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running, asyncio.timeout(10):
        _, port = running.sockets[0].getsockname()
        stream = await AsyncioBackend().connect_tcp("127.0.0.1", port)
        while not stream.get_extra_info("is_readable"):
            await asyncio.sleep(0)
        assert await stream.read(100) == words
        await stream.aclose()
