"""What ministries make of a release: the same text, and texts that are not."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

Variant = Callable[[str, Sequence[str], random.Random], str]
"""Another text from a text and the texts of other releases."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FIGURE = re.compile(r"\d+")
_WORDS = 80
"""The length of what ministries print below each of their releases."""


def edited(share: float) -> Variant:
    """Return the variant in which a share of the words is another word."""

    def vary(text: str, others: Sequence[str], rng: random.Random) -> str:
        words, foreign = text.split(), " ".join(others).split()
        for place in rng.sample(range(len(words)), round(share * len(words))):
            words[place] = rng.choice(foreign)
        return " ".join(words)

    return vary


def led_in(share: float) -> Variant:
    """Return the variant with foreign words before it, by a share of its length."""

    def vary(text: str, others: Sequence[str], rng: random.Random) -> str:
        foreign = rng.choice(others).split()
        return " ".join(foreign[: round(share * len(text.split()))]) + "\n\n" + text

    return vary


def joint(times: int) -> Variant:
    """Return the variant that stands in the middle of a text so many times as long."""

    def vary(text: str, others: Sequence[str], rng: random.Random) -> str:
        foreign: list[str] = []
        while sum(len(one.split()) for one in foreign) < (times - 1) * len(
            text.split()
        ):
            foreign.append(rng.choice(others))
        half = len(foreign) // 2
        return "\n\n".join((*foreign[:half], text, *foreign[half:]))

    return vary


def excerpt(share: float) -> Variant:
    """Return the variant that is the beginning of the text."""

    def vary(text: str, _others: Sequence[str], _rng: random.Random) -> str:
        words = text.split()
        return " ".join(words[: round(share * len(words))])

    return vary


def without_a_sentence(text: str, _others: Sequence[str], rng: random.Random) -> str:
    sentences = _SENTENCE.split(text)
    sentences.pop(rng.randrange(len(sentences)))
    return " ".join(sentences)


def other_layout(text: str, _others: Sequence[str], _rng: random.Random) -> str:
    return "\n".join(text.upper().split()).replace("-", "–")


def next_of_a_series(text: str, _others: Sequence[str], rng: random.Random) -> str:
    """Other figures, and other names, in the same words."""
    text = _FIGURE.sub(lambda m: str(rng.randrange(10, 10 ** len(m[0]) + 10)), text)
    return re.sub(r"(?<=[a-z,] )[A-Z]\w+", lambda m: m[0][::-1].title(), text)


def half_another(text: str, others: Sequence[str], rng: random.Random) -> str:
    """Every other sentence from another release."""
    foreign = _SENTENCE.split(rng.choice(others))
    return " ".join(
        foreign[place % len(foreign)] if place % 2 else sentence
        for place, sentence in enumerate(_SENTENCE.split(text))
    )


def boilerplate(text: str, others: Sequence[str], rng: random.Random) -> str:
    """Another release, with what the ministry prints below each one."""
    return rng.choice(others) + "\n\n" + " ".join(text.split()[-_WORDS:])


DUPLICATES: Mapping[str, Variant] = {
    "the same": lambda text, _others, _rng: text,
    "another layout, all capitals": other_layout,
    "2 % of the words edited": edited(0.02),
    "5 % of the words edited": edited(0.05),
    "a sentence left out": without_a_sentence,
    "a lead-in of 10 %": led_in(0.1),
    "a lead-in of 25 %": led_in(0.25),
}
CONTAINED: Mapping[str, Variant] = {
    "the first half": excerpt(0.5),
    "in a joint release, 2 times as long": joint(2),
    "in a joint release, 4 times as long": joint(4),
    "in a joint release, 8 times as long": joint(8),
    "the same, 2 % edited": lambda text, others, rng: joint(4)(
        edited(0.02)(text, others, rng), others, rng
    ),
}
OTHERS: Mapping[str, Variant] = {
    "another release, same boilerplate": boilerplate,
    "the next of a series": next_of_a_series,
    "every other sentence replaced": half_another,
}
