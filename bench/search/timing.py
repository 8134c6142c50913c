"""How long a question takes: asked again and again in mixed order, one at a time."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

ROUNDS = 3
HEAD = (
    "\n| asked | median ms | p95 ms | worst ms | slowest |",
    "|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Timed:
    """How long one kind of question took, in seconds; each time is of one question."""

    kind: str
    seconds: Sequence[float]
    slowest: str

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20)[-1]

    def row(self) -> str:
        """Return it as a row of a table, in milliseconds."""
        numbers = (median(self.seconds), self.p95, max(self.seconds))
        cells = (f"{number * 1000:.0f}" for number in numbers)
        return f"| {self.kind} | {' | '.join(cells)} | {self.slowest} |"


async def timed(
    kind: str,
    asks: dict[str, Callable[[], Awaitable[object]]],
    rounds: int = ROUNDS,
) -> Timed:
    """Ask all, `rounds` times in mixed order, one at a time; a first time warms up."""
    for ask in asks.values():
        await ask()
    seconds: dict[str, list[float]] = {name: [] for name in asks}
    order = [name for name in asks for _ in range(rounds)]
    random.Random(1).shuffle(order)
    for name in order:
        began = time.perf_counter()
        await asks[name]()
        seconds[name].append(time.perf_counter() - began)
        await asyncio.sleep(0)
    slowest = max(seconds, key=lambda name: median(seconds[name]))
    return Timed(kind, [one for some in seconds.values() for one in some], slowest)
