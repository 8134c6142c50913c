"""Edge: the enrichment, its parts and the bare model against the clock."""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from bench.enrichment.texts import varied
from bench.process import Process
from bench.quality.releases import Labelled
from bench.quality.taggers import BARE_MODEL
from communique.events import RawRelease
from enrichment_worker.enrich import draft, finish, recognise
from enrichment_worker.knowledge import MODELS
from enrichment_worker.pool import MOST_TEXTS, Child, Pool
from enrichment_worker.recogniser import Reader
from enrichment_worker.vocabulary.load import load_vocabulary
from enrichment_worker.wire import Start

COPIES = 3
"""Copies of each text, all in other words, in a round of whole processes."""
_NOT_FOR_NAMES = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]


def on_one_core(
    releases: Sequence[Labelled], language: str, rng: random.Random, rounds: int
) -> Iterator[str]:
    """Yield the table of releases a second of CPU time, medians over `rounds`."""
    import spacy

    vocabulary = load_vocabulary()
    reader = vocabulary.recognisers[language].__self__  # type: ignore[attr-defined]
    assert isinstance(reader, Reader)
    reader.remember(0)
    bare = {
        "bare model": spacy.load(BARE_MODEL, exclude=_NOT_FOR_NAMES),
        "bare model, its own parts alone": spacy.load(
            BARE_MODEL, exclude=[*_NOT_FOR_NAMES, "tok2vec"]
        ),
    }
    times: dict[str, list[float]] = defaultdict(list)
    share = hits = 0.0
    for turn in range(rounds + 1):
        texts = list(varied(releases, 1, rng))
        spent: dict[str, float] = {}
        asked, read = reader.asked, reader.read_by_model
        with _clock(spent, "enrichment"):
            for batch in _batches(texts):
                with _clock(spent, "  rules"):
                    drafts = [draft(one, vocabulary) for one in batch]
                with _clock(spent, "  model"):
                    seen = recognise(drafts, vocabulary)
                with _clock(spent, "  themes and the rest"):
                    for one, spans in zip(drafts, seen, strict=True):
                        finish(one, spans, vocabulary, 0)
        hits = 1 - (reader.read_by_model - read) / max(1, reader.asked - asked)
        spans_read = [
            end - start
            for one in texts
            for start, end in draft(one, vocabulary).passages.spans
        ]
        share = sum(spans_read) / sum(len(one.text) for one in texts)
        for name, nlp in bare.items():
            with _clock(spent, name):
                for _ in nlp.pipe(one.text for one in texts):
                    pass
        if turn:  # the first round warms up
            for name, seconds in spent.items():
                times[name].append(seconds / len(texts))
    length = sum(len(one.text) for one in releases) / len(releases)
    yield f"{len(releases)} releases of {length:.0f} characters, {rounds} rounds"
    yield f"the model reads {share:.0%} of the text; {hits:.0%} of that from its cache"
    yield f"{'':<34} ms a release  releases/s"
    for name, seconds in times.items():
        middle = median(seconds)
        yield f"{name:<34} {1e3 * middle:>12.2f}  {1 / middle:>10.1f}"
    for name in bare:
        ratios = [
            alone / ours
            for alone, ours in zip(times[name], times["enrichment"], strict=True)
        ]
        yield f"times as fast as the {name}: {median(ratios):.2f}"


async def in_processes(
    releases: Sequence[Labelled], rng: random.Random, rounds: int
) -> Sequence[str]:
    """Return what one and two processes enrich in the same time, and what they need."""
    start = Start(None, dict(MODELS), document_seconds=60.0)
    lines: list[str] = []
    rates: dict[int, list[float]] = defaultdict(list)
    async with Pool([Child(start)]) as one, Pool([Child(start) for _ in "12"]) as two:
        began = time.perf_counter()
        await one.ready()
        lines.append(f"a process is ready after {time.perf_counter() - began:.1f} s")
        await two.ready()
        for pool in (one, two):
            _pin(pool)
        for turn in range(rounds + 1):
            for pool in (one, two):
                texts = list(varied(releases, COPIES, rng))
                began = time.perf_counter()
                await pool.enrich(texts)
                if turn:
                    rate = len(texts) / (time.perf_counter() - began)
                    rates[len(pool.children)].append(rate)
        peak = _first(one).memory_bytes()
    for count, found in rates.items():
        lines.append(f"{count} of them: {median(found):.1f} releases/s by the clock")
    ratios = [b / a for a, b in zip(rates[1], rates[2], strict=True)]
    lines.append(f"two do {median(ratios):.2f} times as much as one")
    lines.append(f"memory of a process, at most: {peak / 2**20:.0f} MB")
    text = "\n\n".join(one.text for one in varied_texts(releases, 5_000_000, rng))
    async with Pool([Child(start)]) as one:
        await one.ready()
        began, busy = time.perf_counter(), _first(one).cpu_seconds()
        await one.enrich(
            [next(varied(releases, 1, rng)).model_copy(update={"text": text})]
        )
        seconds, busy = time.perf_counter() - began, _first(one).cpu_seconds() - busy
        lines.append(
            f"a text of {len(text) / 1e6:.1f} MB: {seconds:.1f} s by the clock, "
            f"{busy:.1f} s of CPU; {_first(one).memory_bytes() / 2**20:.0f} MB"
        )
    return lines


def varied_texts(
    releases: Sequence[Labelled], length: int, rng: random.Random
) -> Iterator[RawRelease]:
    """Yield releases in other words until their texts have `length` characters."""
    while length > 0:
        for one in varied(releases, 1, rng):
            length -= len(one.text)
            yield one


def _batches(texts: Sequence[RawRelease]) -> Iterable[Sequence[RawRelease]]:
    return (
        texts[start : start + MOST_TEXTS] for start in range(0, len(texts), MOST_TEXTS)
    )


@contextmanager
def _clock(spent: dict[str, float], name: str) -> Iterator[None]:
    began = time.process_time()
    spent.setdefault(name, 0.0)  # in the order in which they begin
    yield
    spent[name] += time.process_time() - began


def _pin(pool: Pool) -> None:
    """Give each child a core of its own, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    for place, child in enumerate(pool.children):
        if child.pid is not None:
            os.sched_setaffinity(child.pid, {cores[place % len(cores)]})


def _first(pool: Pool) -> Process:
    # `getrusage` would count the memory that we had ourselves when we started it.
    return Process(pool.children[0].pid or 0)
