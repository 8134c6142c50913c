"""Edge: one and two processes that enrich, beside as many that have a bare model."""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from statistics import median
from typing import Any

from bench.enrichment.measure import NOT_FOR_NAMES
from bench.enrichment.texts import varied
from bench.process import Process
from bench.quality.releases import Labelled
from bench.quality.taggers import BARE_MODEL
from communique.events import RawRelease
from enrichment_worker.knowledge import MODELS
from enrichment_worker.pool import Child, Pool, parts
from enrichment_worker.wire import Start

COPIES = 3
"""Copies of each text, all in other words, in a round."""
_START = Start(None, dict(MODELS), document_seconds=60.0)


async def in_processes(
    releases: Sequence[Labelled], rng: random.Random, rounds: int
) -> Sequence[str]:
    """Return what one and two processes enrich in the same time, and what they need."""
    lines: list[str] = []
    rates: dict[int, list[float]] = defaultdict(list)
    costs: dict[int, list[tuple[float, float]]] = defaultdict(list)
    async with Pool([Child(_START)]) as one, Pool([Child(_START) for _ in "12"]) as two:
        began = time.perf_counter()
        await one.ready()
        lines.append(f"a process is ready after {time.perf_counter() - began:.1f} s")
        await two.ready()
        for pool in (one, two):
            for place, child in enumerate(pool.children):
                _pin(child.pid or 0, place)
        for turn in range(rounds + 1):
            for pool in (one, two):
                texts = list(varied(releases, COPIES, rng))
                busy, ours = _cpu_seconds(pool), time.process_time()
                began = time.perf_counter()
                await pool.enrich(texts)
                seconds = time.perf_counter() - began
                if turn:  # the first round warms up
                    count = len(pool.children)
                    rates[count].append(len(texts) / seconds)
                    theirs, ours = _cpu_seconds(pool) - busy, time.process_time() - ours
                    costs[count].append((theirs / len(texts), ours / len(texts)))
        peak = _first(one).memory_bytes()
    for count, found in rates.items():
        theirs, ours = map(median, zip(*costs[count], strict=True))
        lines.append(
            f"{count} of them: {median(found):.1f} releases/s by the clock; a release "
            f"costs them {1e3 * theirs:.1f} ms of CPU, and who asks {1e3 * ours:.1f} ms"
        )
    lines.append(f"two do {_gain(rates):.2f} times as much as one")
    gain = _gain(bare_models(releases, rng, rounds))
    lines.append(f"two bare models do {gain:.2f} times as much as one")
    lines.append(f"memory of a process, at most: {peak / 2**20:.0f} MB")
    lines.append(await _long_text(releases, rng))
    return lines


def bare_models(
    releases: Sequence[Labelled], rng: random.Random, rounds: int
) -> dict[int, list[float]]:
    """
    Return the rates of one and of two processes in which a bare model reads.

    They share nothing and nobody waits for an answer, so this is what the machine has
    to give to a second process.
    """
    context = get_context("spawn")
    rates: dict[int, list[float]] = defaultdict(list)
    pools = [
        [ProcessPoolExecutor(1, mp_context=context) for _ in range(count)]
        for count in (1, 2)
    ]
    for turn in range(rounds + 1):
        for pool in pools:
            texts = list(varied(releases, COPIES, rng))
            shares = list(parts(texts, len(pool)))
            began = time.perf_counter()
            asked = [
                pool[place % len(pool)].submit(
                    read, place % len(pool), [release.text for release in share]
                )
                for place, share in enumerate(shares)
            ]
            for one in asked:
                one.result()
            if turn:
                rates[len(pool)].append(len(texts) / (time.perf_counter() - began))
    for pool in pools:
        for process in pool:
            process.shutdown()
    return rates


def read(place: int, texts: Sequence[str]) -> None:
    """Let the bare model of this process, which has the core at `place`, read texts."""
    for _ in _bare(place).pipe(texts):
        pass


@cache
def _bare(place: int) -> Any:
    import spacy

    _pin(0, place)
    return spacy.load(BARE_MODEL, exclude=NOT_FOR_NAMES)


async def _long_text(releases: Sequence[Labelled], rng: random.Random) -> str:
    text = "\n\n".join(one.text for one in varied_texts(releases, 5_000_000, rng))
    async with Pool([Child(_START)]) as one:
        await one.ready()
        began, busy = time.perf_counter(), _cpu_seconds(one)
        await one.enrich(
            [next(varied(releases, 1, rng)).model_copy(update={"text": text})]
        )
        seconds, busy = time.perf_counter() - began, _cpu_seconds(one) - busy
        return (
            f"a text of {len(text) / 1e6:.1f} MB: {seconds:.1f} s by the clock, "
            f"{busy:.1f} s of CPU; {_first(one).memory_bytes() / 2**20:.0f} MB"
        )


def varied_texts(
    releases: Sequence[Labelled], length: int, rng: random.Random
) -> Iterator[RawRelease]:
    """Yield releases in other words until their texts have `length` characters."""
    while length > 0:
        for one in varied(releases, 1, rng):
            length -= len(one.text)
            yield one


def _gain(rates: dict[int, list[float]]) -> float:
    return median(two / one for one, two in zip(rates[1], rates[2], strict=True))


def _pin(pid: int, place: int) -> None:
    """Give a process a core of its own, where the system can; 0 is this one."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(pid, {cores[place % len(cores)]})


def _cpu_seconds(pool: Pool) -> float:
    return sum(Process(child.pid or 0).cpu_seconds() for child in pool.children)


def _first(pool: Pool) -> Process:
    # `getrusage` would count the memory that we had ourselves when we started it.
    return Process(pool.children[0].pid or 0)
