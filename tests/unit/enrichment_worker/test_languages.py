"""Which part of a text is in which language."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.languages import Spoken, in_one, spoken

ENGLISH = "The Minister of Health and the Minister of Trade have signed an agreement. "
FRENCH = "La ministre de la Santé et le ministre du Commerce ont signé un accord hier. "


def detect(text: str) -> Sequence[tuple[str, float]]:
    french = sum(word in {"la", "le", "de", "du", "ont"} for word in text.split())
    return [("fr", 0.999), ("en", 0.001)] if french > 2 else [("en", 1.0)]


def parts(text: str, main: str | None = "en") -> list[tuple[str | None, str]]:
    found = spoken(text, main, detect)
    return [(one.language, text[one.start : one.end]) for one in found.segments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENGLISH * 4, [("en", ENGLISH * 4)]),
        (
            f"{ENGLISH * 4}\n{FRENCH * 4}",
            [("en", f"{ENGLISH * 4}\n"), ("fr", FRENCH * 4)],
        ),
        (FRENCH * 4, [("fr", FRENCH * 4)]),
        (
            f"{FRENCH * 4}\n- 30 -\n{ENGLISH * 4}\n{FRENCH * 4}",
            [
                ("fr", f"{FRENCH * 4}\n- 30 -\n"),
                ("en", f"{ENGLISH * 4}\n"),
                ("fr", FRENCH * 4),
            ],
        ),
        (
            f"{ENGLISH * 4}\n« {FRENCH}»\n{ENGLISH * 4}",
            [("en", f"{ENGLISH * 4}\n« {FRENCH}»\n{ENGLISH * 4}")],
        ),
        (f"{FRENCH}\n" * 4, [("fr", f"{FRENCH}\n" * 4)]),
        ("", [("en", "")]),
    ],
    ids=[
        "one language",
        "two halves",
        "all of it in another one than the main language",
        "a short line goes with the one before it",
        "a quote is no passage",
        "short paragraphs make a passage together",
        "nothing",
    ],
)
def test_passages_have_their_own_language(text: str, expected: list[tuple[str, str]]):
    assert parts(text) == expected


def test_what_is_in_no_known_language_is_in_none_throughout():
    assert spoken(FRENCH * 4, None, detect) == in_one(None, FRENCH * 4)


def test_each_place_is_in_the_language_of_its_segment():
    text = f"{ENGLISH * 4}\n{FRENCH * 4}"
    found = spoken(text, "en", detect)
    assert found.languages == ("en", "fr")
    assert found.at(0) == found.at(len(ENGLISH) * 4) == "en"
    assert found.at(len(ENGLISH) * 4 + 1) == found.at(len(text) - 1) == "fr"


def test_the_real_detector_leaves_one_language_alone(without_model: Vocabulary):
    names = "Wang Yi, Sergey Lavrov, Subrahmanyam Jaishankar, Antony Blinken, " * 4
    text = f"{ENGLISH * 4}\n{names}\nhttps://mfa.example/en/news/{'1' * 80}\n{ENGLISH}"
    assert spoken(text, "en", without_model.detect) == in_one("en", text)


@given(st.lists(st.sampled_from([ENGLISH, FRENCH, "\n", "\r\n", "\u2028", "Oslo"])))
def test_segments_are_the_text_without_gap_or_overlap(pieces: list[str]):
    text = "".join(pieces)
    found: Spoken = spoken(text, "en", detect)
    assert "".join(text[one.start : one.end] for one in found.segments) == text
    spans = list(zip(found.segments, found.segments[1:], strict=False))
    assert all(one.language != other.language for one, other in spans)
