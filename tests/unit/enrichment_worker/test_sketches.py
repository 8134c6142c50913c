"""What is kept of a release's text."""

import time

import pytest

from communique.events import Signature
from enrichment_worker.links.sketches import (
    DIGEST_BYTES,
    FIGURES,
    MOST,
    REFERENCES,
    digests,
    signature,
)
from tests.unit.enrichment_worker.statements import STATEMENT, release


def signed(text):
    made = signature(release(text))
    assert made is not None
    return made


@pytest.mark.parametrize("text", ["", " \n", "… — !", "\u200b"])
def test_what_has_no_words_has_no_signature(text):
    assert signature(release(text)) is None


def test_a_signature_survives_the_wire():
    made = signed(STATEMENT)
    assert Signature.model_validate_json(made.model_dump_json()) == made


def test_a_signature_is_small_however_long_the_text():
    made = signed(" ".join(f"word{n} {n}.5" for n in range(50_000)))
    assert len(made.sketch) == MOST * DIGEST_BYTES
    assert len(made.figures) == FIGURES * DIGEST_BYTES
    assert digests(made.sketch) == sorted(digests(made.sketch))
    assert len(made.model_dump_json()) < 8_000


REFERENCES_NAMED = {
    "a number and a year": ("Press Release No. 123/2026", ("123/2026",)),
    "an abbreviation": ("see PR No: 12-A/26.", ("12-a/26",)),
    "of a bank": ("Press Release: 2026-2027/1234", ("2026-2027/1234",)),
    "an id": ("(Release ID: 2072345)", ("2072345",)),
    "in French": ("Communiqué n° 45/2026", ("45/2026",)),
    "in Spanish": ("Nota de prensa núm. 9/26", ("9/26",)),
    "twice": ("PR No. 7/26 and PR no 7/26", ("7/26",)),
    "a year is no number": ("the release 2026 of the map", ()),
    "a word is no number": ("press release no longer needed", ()),
}


@pytest.mark.parametrize(
    ("text", "expected"), REFERENCES_NAMED.values(), ids=REFERENCES_NAMED
)
def test_numbers_of_press_releases_are_read(text, expected):
    assert signed(text).references == expected


def test_no_more_references_are_kept_than_a_record_can_hold():
    text = " ".join(f"PR No. {n}/26" for n in range(1_000))
    assert len(signed(text).references) == REFERENCES


def test_single_digits_and_years_are_no_figures():
    assert signed("In 2026, 4 of 5 came. " * 20).figures == b""
    assert signed("3,400 people").figures == signed("3400 people").figures != b""


def test_han_characters_count_as_words():
    text = "外交部发言人就中国与马尔代夫关系答记者问时表示双方将继续深化各领域务实合作"
    assert len(digests(signed(text).sketch)) > 20


@pytest.mark.parametrize(
    "part", ["1", "1,", "pr ", "pr no ", "pr no.", "release no. a", "a", "字", "a "]
)
def test_no_text_takes_time_by_the_square_of_its_length(part):
    def seconds(length):
        text = (part * length)[:length]
        started = time.process_time()
        signature(release(text))
        return time.process_time() - started

    assert seconds(200_000) < 8 * seconds(50_000) + 0.2
