"""The one way out: caps on size and time, against servers that keep to none."""

import asyncio
import gzip
import zlib

import brotli
import pytest
import zstandard

from communique.bounded import BrokenEncodingError, decompressed
from communique.safe_http import (
    FetchFailedError,
    RefusedError,
    safe_client,
)
from communique.safe_transport import MAX_BYTES
from tests.unit.communique.web_server import (
    LOOPBACK,
    always,
    answer,
    fetch,
    server,
)


async def test_announced_size_is_enough_to_refuse():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
    async with server(always(head)) as url:
        with pytest.raises(RefusedError, match="larger than 15 MiB"):
            await fetch(url)


async def test_body_without_end_is_cut_at_the_limit():
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x" * 65536)
            await writer.drain()

    async with server(serve) as url:
        with pytest.raises(RefusedError, match="larger than"):
            await fetch(url, max_bytes=1_000_000)


async def test_client_has_a_limit_of_its_own_for_whoever_uses_it_directly():
    async with (
        server(always(answer("200 OK", b"x" * 5000))) as url,
        safe_client(user_agent="t", allow_private=LOOPBACK, max_bytes=1000) as client,
    ):
        with pytest.raises(RefusedError):
            await client.get(url)


async def test_caps_of_the_settings_hold_for_a_document_unpacked_and_as_a_whole():
    packed = answer("200 OK", gzip.compress(bytes(5000)), "Content-Encoding: gzip")
    async with server(always(packed)) as url:
        with pytest.raises(RefusedError, match="larger than"):
            await fetch(url, client_bytes=1000)

    async def silent(_path: str, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with server(silent) as url:
        with pytest.raises(FetchFailedError, match=r"within 0\.2 seconds"):
            await fetch(url, timeout_seconds=0.2)


async def test_a_cap_above_the_usual_one_is_an_operator_s_to_set():
    document = answer("200 OK", b"x" * (MAX_BYTES + 1))
    async with server(always(document)) as url:
        found = await fetch(url, client_bytes=2 * MAX_BYTES)
    assert len(found.body) == MAX_BYTES + 1


ZEROS = bytes(40_000_000)


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(ZEROS)),
        ("deflate", zlib.compress(ZEROS)),
        ("br", brotli.compress(ZEROS, quality=3)),
        ("zstd", zstandard.compress(ZEROS)),
        ("gzip, gzip", gzip.compress(gzip.compress(ZEROS))),
    ],
    ids=["gzip", "deflate", "br", "zstd", "twice"],
)
async def test_bomb_is_refused_when_it_passes_the_limit(encoding, bomb):
    document = answer("200 OK", bomb, f"Content-Encoding: {encoding}")
    async with server(always(document)) as url:
        with pytest.raises(RefusedError, match="larger than"):
            await fetch(url)


TEXT = b"<rss>" + b"release " * 100_000


@pytest.mark.parametrize(
    ("encodings", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0"),
        ("gzip", TEXT),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("br", brotli.compress(TEXT, quality=3)),
        ("zstd", zstandard.compress(TEXT)),
        ("zstd", zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:])),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
        ("utf-8", TEXT),
        ("", TEXT),
    ],
    ids=[
        "gzip", "members", "padding", "not compressed after all", "deflate",
        "bare deflate", "br", "zstd", "frames", "two", "no encoding at all", "none",
    ],
)  # fmt: skip
def test_body_is_decompressed(encodings, body):
    assert decompressed(body, encodings, limit=len(TEXT)) == TEXT
    assert decompressed(body, encodings, limit=len(TEXT) - 1) is None


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT)[:-400]),
        ("gzip", b"\x1f\x8bnothing of the kind"),
        ("deflate", b"nothing of the kind"),
        ("br", brotli.compress(TEXT, quality=3)[:-10]),
        ("br", b"nothing of the kind"),
        ("zstd", zstandard.compress(TEXT)[:-10]),
        ("zstd", b"nothing of the kind"),
        ("gzip", gzip.compress(b"") * 200),
        ("zstd", zstandard.compress(b"") * 200),
    ],
    ids=[
        "cut gzip", "bad gzip", "bad deflate", "cut br", "bad br", "cut zstd",
        "bad zstd", "many members", "many frames",
    ],
)  # fmt: skip
def test_body_that_is_broken_is_an_error(encoding, body):
    with pytest.raises(BrokenEncodingError):
        decompressed(body, encoding, limit=10_000_000)


async def test_broken_body_may_be_whole_the_next_time():
    cut = answer("200 OK", gzip.compress(TEXT)[:-400], "Content-Encoding: gzip")
    async with server(always(cut)) as url:
        with pytest.raises(FetchFailedError, match="cut short"):
            await fetch(url)


async def test_server_that_drips_is_cut():
    async def drip(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with server(drip) as url:
        started = asyncio.get_running_loop().time()
        with pytest.raises(FetchFailedError, match=r"within 0\.3 seconds"):
            await fetch(url, total_seconds=0.3)
        with pytest.raises(FetchFailedError):  # the client's own cap, without `get`'s
            await fetch(url, timeout_seconds=0.3)
        assert asyncio.get_running_loop().time() - started < 3


async def test_server_that_drips_its_headers_is_cut():
    async def drip(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            writer.write(f"X-{number}: x\r\n".encode())
            await writer.drain()
            await asyncio.sleep(0.05)

    async with server(drip) as url:
        with pytest.raises(FetchFailedError):
            await fetch(url, timeout_seconds=0.3)


async def test_headers_without_end_are_cut():
    async def serve(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            writer.write(f"X-{number}: {'x' * 100}\r\n".encode())
            await writer.drain()

    async with server(serve) as url:
        with pytest.raises(FetchFailedError, match="connection failed"):
            await fetch(url)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"nonsense\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",),
    ],
    ids=["nothing", "no HTTP", "cut off"],
)
async def test_what_breaks_off_may_come_back(parts):
    async with server(always(*parts)) as url:
        with pytest.raises(FetchFailedError, match="the connection failed"):
            await fetch(url)


async def test_body_of_an_error_is_not_read():
    head = b"HTTP/1.1 500 Oops\r\nContent-Length: 99999999999\r\n\r\n"
    async with server(always(head)) as url:
        seen = await fetch(url)
    assert (seen.status, seen.body) == (500, b"")
