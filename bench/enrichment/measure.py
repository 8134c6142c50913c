"""Edge: the enrichment, its parts and the bare model on one core."""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from bench.enrichment.texts import varied
from bench.quality.releases import Labelled
from bench.quality.taggers import BARE_MODEL
from communique.events import RawRelease
from enrichment_worker.enrich import draft, finish, recognise
from enrichment_worker.pool import PART_TEXTS
from enrichment_worker.recogniser import Reader
from enrichment_worker.vocabulary.load import load_vocabulary

NOT_FOR_NAMES = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]


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
        "bare model": spacy.load(BARE_MODEL, exclude=NOT_FOR_NAMES),
        "bare model, its own parts alone": spacy.load(
            BARE_MODEL, exclude=[*NOT_FOR_NAMES, "tok2vec"]
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


def _batches(texts: Sequence[RawRelease]) -> Iterable[Sequence[RawRelease]]:
    return (
        texts[start : start + PART_TEXTS] for start in range(0, len(texts), PART_TEXTS)
    )


@contextmanager
def _clock(spent: dict[str, float], name: str) -> Iterator[None]:
    began = time.process_time()
    spent.setdefault(name, 0.0)  # in the order in which they begin
    yield
    spent[name] += time.process_time() - began
