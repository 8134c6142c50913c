"""
Thousands of ministries in one process: a bare HTTP server on all loopback addresses.

`python -m bench.polling.ministries` prints its port, serves until its input ends, and
answers `GET /_served` with how often each feed was asked so far. Four feeds of five
know their visitors and answer 304; of the others, each answer is another document on
/changing/… and the same one on /same/….
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

FEEDS_A_HOST = 1
ITEMS = 20


def addresses(count: int, port: int, *, kind: str) -> Iterator[str]:
    """Yield the address of each feed, every one on a host of its own."""
    for number in range(count):
        one, two = divmod(number, 250)
        yield f"http://127.1.{one}.{two + 1}:{port}/{kind}/{number}"


class Ministries(asyncio.Protocol):
    served: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        self.received = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            self.transport.write(self.answer(head))

    def answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        if path == "/_served":
            return response(200, json.dumps(Ministries.served).encode())
        Ministries.served[path] += 1
        _, kind, number = path.split("/")
        known = int(number) % 5 > 0
        if known and b"if-none-match:" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        latest = 0.0 if known or kind == "same" else time.time()
        return response(
            200, document(number, latest), tag='ETag: "v1"' if known else ""
        )


def response(status: int, body: bytes, *, tag: str = "") -> bytes:
    head = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/rss+xml\r\n" + (f"{tag}\r\n" if tag else "")
    return head.encode() + b"\r\n" + body


def document(feed: str, latest: float) -> bytes:
    """Return a feed whose first item, if there is a `latest`, was made just now."""
    numbers = [str(number) for number in range(ITEMS)]
    if latest:
        numbers = [f"{latest:.6f}", *numbers[:-1]]
    items = "".join(
        f"<item><title>The ministry opens office {number}</title>"
        f"<link>https://ministry{feed}.example/{number}</link><guid>{number}</guid>"
        f"<description>{'Words of a usual summary. ' * 8}</description>"
        f"<pubDate>Mon, 04 May 2026 09:00:00 GMT</pubDate></item>"
        for number in numbers
    )
    return (
        f'<rss version="2.0"><channel><title>Ministry {feed}</title>{items}'
        "</channel></rss>"
    ).encode()


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Ministries, "0.0.0.0", 0, backlog=1024)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
