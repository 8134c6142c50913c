"""Print what is found of near-duplicates, and what a release costs."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from bench.duplicates.variants import CONTAINED, DUPLICATES, OTHERS, Variant
from bench.quality.releases import load, raw
from communique.codec import Message
from communique.events import RawRelease, Signature
from communique.identity import fingerprint
from enrichment_worker.links.duplicates import Links, links
from enrichment_worker.links.signature_index import SignatureIndex
from enrichment_worker.links.sketches import signature

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_HOUSES = 50
_BATCH = 50
_MEASURED = 2_000
"""The last releases, of which the cost is told."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.duplicates", description=__doc__)
    parser.add_argument("--releases", type=int, default=20_000, help="of 30 days")
    wanted = parser.parse_args()
    everything = [raw(one).text for one in load()]
    texts, foreign = everything[::2], everything[1::2]
    print(
        f"{len(texts)} releases, each beside one variant of each kind; "
        f"what is foreign in them is of {len(foreign)} other releases\n"
    )
    print(f"{'kind':38} near-duplicate  same statement  to a wrong one")
    right = wrong = missed = 0
    for variants in (DUPLICATES, CONTAINED, OTHERS):
        for name, variant in variants.items():
            found = list(_found(texts, foreign, variant))
            duplicate = sum(one.duplicate_of == key for key, one in found)
            same = sum(one.same_as == key for key, one in found)
            linked = sum(key in (one.duplicate_of, one.same_as) for key, one in found)
            astray = sum(
                target not in (None, key)
                for key, one in found
                for target in (one.duplicate_of, one.same_as)
            )
            print(f"{name:38} {duplicate:14} {same:15} {astray:15}")
            if variants is OTHERS:
                wrong += linked
            else:
                right, missed = right + linked, missed + len(found) - linked
                wrong += astray
    print(f"\nprecision {right / (right + wrong):.3f}", end="  ")
    print(f"recall {right / (right + missed):.3f}\n")
    _costs(wanted.releases)


def _found(
    texts: Sequence[str], foreign: Sequence[str], variant: Variant
) -> Iterator[tuple[str, Links]]:
    """Yield the id of each release, and what its variant was linked to."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "signatures.sqlite"
        with SignatureIndex(path, cluster="bench") as index:
            originals = [_release(text, place) for place, text in enumerate(texts)]
            index.add(_messages(originals, 0))
            for place, text in enumerate(texts):
                varied = variant(text, foreign, random.Random(place))
                later = _release(varied, len(texts) + place)
                index.add(_messages([later], len(texts) + place))
                ours, earlier = index.earlier(_signed(later))
                known = [one for one in earlier if _place(one) < len(texts)]
                yield originals[place].release_id, links(ours, known)


def _costs(count: int) -> None:
    """Print what a release costs beside `count` others of the same 30 days."""
    rng = random.Random(1)
    words = [f"w{number}" for number in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    houses = [rng.choices(words, k=30) for _ in range(_HOUSES)]
    seconds = dict.fromkeys(("signature", "index", "links"), 0.0)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "signatures.sqlite"
        with SignatureIndex(path, cluster="bench") as index:
            for start in range(0, count, _BATCH):
                releases = [
                    _release(
                        " ".join(
                            rng.choices(words, weights, k=rng.randrange(100, 900))
                            + houses[place % _HOUSES]
                        ),
                        place,
                        seen_at=_AT + place * timedelta(days=30) / count,
                    )
                    for place in range(start, start + _BATCH)
                ]
                if start < count - _MEASURED:
                    index.add(_messages(releases, start))
                else:
                    _measure(index, releases, start, seconds)
        size = sum(file.stat().st_size for file in Path(directory).iterdir())
    for name, spent in seconds.items():
        print(f"{name:10} {spent / min(count, _MEASURED) * 1000:.2f} ms a release")
    print(f"{'file':10} {size / count / 10:.0f} MB for 100,000 releases")


def _measure(
    index: SignatureIndex,
    releases: Sequence[RawRelease],
    start: int,
    seconds: dict[str, float],
) -> None:
    clock = time.process_time
    begun = clock()
    signed = [_signed(one) for one in releases]
    seconds["signature"] += clock() - begun
    messages = _messages(releases, start)
    begun = clock()
    index.add(messages)
    seconds["index"] += clock() - begun
    begun = clock()
    for one in signed:
        links(*index.earlier(one))
    seconds["links"] += clock() - begun


@cache
def _sample() -> RawRelease:
    return raw(load()[0])


def _release(text: str, place: int, seen_at: datetime = _AT) -> RawRelease:
    changes = {
        "release_id": str(UUID(int=place)),
        "text": text,
        "fingerprint": fingerprint(text),
        "revision_seen_at": seen_at,
    }
    return _sample().model_copy(update=changes)


def _messages(releases: Sequence[RawRelease], start: int) -> list[Message]:
    return [
        Message("bench", 0, start + place, b"", _signed(one).model_dump_json().encode())
        for place, one in enumerate(releases)
    ]


def _signed(release: RawRelease) -> Signature:
    made = signature(release)
    assert made is not None
    return made


def _place(one: Signature) -> int:
    return UUID(one.release_id).int


if __name__ == "__main__":
    main()
