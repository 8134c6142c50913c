"""Pure: releases to measure with: those of `bench/quality`, each in other words."""

import random
import re
import string
from collections.abc import Iterator, Sequence

from bench.quality.releases import Labelled, raw
from communique.events import RawRelease

_WORD = re.compile(r"\b[a-z]{5,}\b|\d+")
_CHANGED = 0.12
"""How many of the longer small words and numbers are others in each copy."""


def varied(
    releases: Sequence[Labelled], copies: int, rng: random.Random
) -> Iterator[RawRelease]:
    """
    Yield `copies` of each release, no sentence of which is that of another copy.

    Small words and numbers are replaced by such of the same length that nobody has seen
    yet; names stay, or the rules would know fewer than they do. What ministries write
    under every release is varied too: there is none.
    """
    for copy in range(copies):
        for one in releases:
            release = raw(one)
            text = "".join(
                _sentence(sentence, rng)
                for sentence in re.split(r"(?<=[.\n;:])", release.text)
            )
            yield release.model_copy(update={"text": text, "revision": copy + 1})


def _sentence(sentence: str, rng: random.Random) -> str:
    words = list(_WORD.finditer(sentence))
    count = max(1, round(_CHANGED * len(words)))
    chosen = {one.start() for one in rng.sample(words, min(count, len(words)))}
    return _WORD.sub(
        lambda word: (
            _other(word.group(), rng) if word.start() in chosen else word.group()
        ),
        sentence,
    )


def _other(word: str, rng: random.Random) -> str:
    if word.isdigit():
        return "".join(rng.choice("123456789") for _ in word)
    letters = "".join(rng.choice(string.ascii_lowercase) for _ in word)
    return letters
