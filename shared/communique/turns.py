"""
One request at a time to each host and port, also to those that only redirects lead to.

The schedule of a service visits a host once at a time; what it cannot know is where a
redirect leads, to a host that another visit may be asking at that moment. So every
request waits here for its turn. Who was led to a host is its guest: while guests wait
they keep others from a visit, so only a few of them may.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from communique.safe_transport import FetchFailedError

MOST_GUESTS = 16
"""So many may wait at once, of all visits."""
MOST_GUESTS_OF_A_HOST = 4
"""So many of them for one host: a popular or slow one leaves room for others."""


@dataclass(eq=False, slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    guests: int = 0


class Turns:
    """Who may ask which host; by `host:port`, in the order of asking."""

    def __init__(self, spacing_seconds: float = 0.0) -> None:
        self._spacing_seconds = spacing_seconds
        self._hosts: dict[str, _Host] = {}
        self._guests = 0

    @asynccontextmanager
    async def visit(self) -> AsyncIterator["Turn"]:
        """Enter one visit, which may lead from host to host; at its end all is free."""
        turn = Turn(self)
        try:
            yield turn
        finally:
            turn.end()

    def _reserve(self, name: str) -> bool:
        host = self._hosts.setdefault(name, _Host())
        if host.waiting:
            return False
        host.waiting += 1
        return True

    def _give_back(self, name: str) -> None:
        host = self._hosts[name]
        host.waiting -= 1
        self._forget(name, host)

    async def _take(self, name: str, *, guest: bool) -> None:
        guest = guest and name in self._hosts
        host = self._hosts.setdefault(name, _Host())
        if guest and (
            host.guests >= MOST_GUESTS_OF_A_HOST or self._guests >= MOST_GUESTS
        ):
            raise FetchFailedError(f"it leads to {name}, for which others wait already")
        host.waiting += 1
        host.guests += guest
        self._guests += guest
        try:
            await host.lock.acquire()
        finally:
            host.waiting -= 1
            host.guests -= guest
            self._guests -= guest
            self._forget(name, host)

    def _free(self, name: str) -> None:
        if self._spacing_seconds:
            loop = asyncio.get_running_loop()
            loop.call_later(self._spacing_seconds, self._release, name)
        else:
            self._release(name)

    def _release(self, name: str) -> None:
        host = self._hosts[name]
        host.lock.release()
        self._forget(name, host)

    def _forget(self, name: str, host: _Host) -> None:
        if not host.waiting and not host.lock.locked():
            del self._hosts[name]


class Turn:
    """The turn of one visit: at one host at a time."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._at: str | None = None
        self._reserved: str | None = None
        self._led = False

    def reserve(self, host: str) -> bool:
        """Be the next to ask `host`, unless somebody waits for it; return whether."""
        if not self._turns._reserve(host):
            return False
        self._give_back()
        self._reserved = host
        return True

    async def at(self, host: str) -> None:
        """
        Wait until `host` may be asked; the one before is left.

        Raises FetchFailedError if a redirect led here, as it led too many others.
        """
        if host == self._at:  # it leads from one of its addresses to another
            return
        self._leave()
        await self._turns._take(host, guest=self._led and host != self._reserved)
        self._give_back()
        self._at, self._led = host, True

    def end(self) -> None:
        """Leave the host."""
        self._give_back()
        self._leave()

    def _leave(self) -> None:
        if self._at is not None:
            self._turns._free(self._at)
            self._at = None

    def _give_back(self) -> None:
        if self._reserved is not None:
            self._turns._give_back(self._reserved)
            self._reserved = None
