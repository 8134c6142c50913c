"""HTTP/1.1 on one connection: what is sent, what is an answer, what ends it."""

import httpcore
import pytest

from communique.http1 import MAX_HEAD_BYTES, Http1Connection

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Stream(httpcore.AsyncMockStream):
    """Gives `parts` to be read, one at a time, and keeps what is written."""

    def __init__(self, *parts, refuses=False):
        super().__init__(list(parts))
        self.written = b""
        self._refuses = refuses

    async def write(self, buffer, timeout=None):  # noqa: ASYNC109
        if self._refuses:
            raise httpcore.WriteError("they have closed")
        self.written += buffer


async def ask(connection, method="GET", *, headers=(), content=None):
    request = httpcore.Request(
        method,
        "http://ministry.example/feed?page=1",
        headers=[(b"Host", b"ministry.example"), *headers],
        content=content,
    )
    response = await connection.handle_async_request(request)
    return response.status, await response.aread()


async def test_one_request_after_another_goes_over_a_connection():
    stream = Stream(OK, b"HTTP/1.1 304 Not Modified\r\n\r\n")
    connection = Http1Connection(stream)
    assert await ask(connection) == (200, b"ok")
    assert connection.is_idle()
    assert await ask(connection) == (304, b"")
    assert stream.written == (
        b"GET /feed?page=1 HTTP/1.1\r\nHost: ministry.example\r\n\r\n" * 2
    )


async def test_a_request_is_sent_with_its_body():
    stream = Stream(OK)
    headers = [(b"Content-Length", b"8")]
    await ask(Http1Connection(stream), "POST", headers=headers, content=b"hub.mode")
    assert stream.written.endswith(b"Content-Length: 8\r\n\r\nhub.mode")


@pytest.mark.parametrize(
    ("parts", "status", "body"),
    [
        ([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", OK], 200, b"ok"),
        ([OK[:10], OK[10:30], OK[30:]], 200, b"ok"),
        (
            [
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nis\r\n",
                b"1\r\n!\r\n0\r\n\r\n",
            ],
            200,
            b"is!",
        ),
        ([b"HTTP/1.0 200 OK\r\n\r\nuntil", b" the end", b""], 200, b"until the end"),
    ],
    ids=["after a hint", "in pieces", "in chunks", "until it hangs up"],
)
async def test_an_answer_is_read_to_its_end(parts, status, body):
    assert await ask(Http1Connection(Stream(*parts))) == (status, body)


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"],
        [b"HTTP/1.0 200 OK\r\n\r\nok", b""],
        [OK + b"HTTP/1.1 200 OK\r\n\r\nnobody asked"],
    ],
    ids=["it says so", "it hung up", "it says more than it was asked"],
)
async def test_a_connection_that_cannot_serve_again_is_not_idle(parts):
    connection = Http1Connection(Stream(*parts))
    assert await ask(connection) == (200, b"ok")
    assert not connection.is_idle()


async def test_a_connection_whose_answer_was_not_read_is_not_idle():
    connection = Http1Connection(Stream(OK))
    assert not connection.is_idle()
    await connection.handle_async_request(
        httpcore.Request("GET", "http://a.example/", headers=[(b"Host", b"a.example")])
    )
    assert not connection.is_idle()


async def test_a_server_that_refuses_before_it_has_the_request_is_heard():
    early = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    assert await ask(Http1Connection(Stream(early, refuses=True))) == (413, b"")


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [b"220 ministry.example ESMTP\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD_BYTES, b"x" * 1000],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", b""],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok"],
        [b"HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ],
    ids=["silence", "another protocol", "a head without end", "cut short",
         "two lengths", "a switch that nobody asked for"],
)  # fmt: skip
async def test_what_is_no_answer_is_an_error_of_the_server(parts):
    with pytest.raises(httpcore.RemoteProtocolError):
        await ask(Http1Connection(Stream(*parts)))


async def test_a_header_that_would_be_two_is_not_sent():
    stream = Stream(OK)
    smuggled = [(b"If-None-Match", b"x\r\nCookie: y")]
    with pytest.raises(httpcore.LocalProtocolError):
        await ask(Http1Connection(stream), headers=smuggled)
    assert stream.written == b""
