"""Two texts: nearly the same, one within the other, or neither."""

import pytest

from communique.identity import fingerprint
from enrichment_worker.links.duplicates import Links, is_correction, links, overlap
from enrichment_worker.links.sketches import signature, sketch
from tests.unit.enrichment_worker.statements import (
    ABOUT_US,
    IN_FRENCH,
    LEAD_IN,
    OTHER,
    SERIES,
    STATEMENT,
    SUMMIT,
    number,
    release,
)

OCTOBER = ("24,000", "61,215", "188", "74", "98.3512", "6.7201", "98.3604", "6.6944")
NOVEMBER = ("27,500", "58,940", "163", "69", "98.4107", "6.4410", "98.4188", "6.4203")
SHORT = "The Minister will meet the press today at noon."


def signed(text, index=0, *, title="", **changes):
    digest = fingerprint(title, text)
    made = signature(release(text, index, title=title, fingerprint=digest, **changes))
    assert made is not None
    return made


def linked(later, *earlier):
    return links(signed(later, 0), [signed(t, n + 1) for n, t in enumerate(earlier)])


DUPLICATES = {
    "the same text": STATEMENT,
    "other lines, spaces and capitals": " ".join(STATEMENT.upper().split()),
    "other quotes, dashes and accents": STATEMENT.replace("Mombasa", "Mombása"),
    "a figure put right": STATEMENT.replace("47", "74"),
    "a sentence left out": STATEMENT.replace("Two uses come first. ", ""),
    "another ministry's lead-in": LEAD_IN + STATEMENT,
}


@pytest.mark.parametrize("text", DUPLICATES.values(), ids=DUPLICATES)
def test_nearly_the_same_text_is_a_duplicate(text):
    for later, earlier in ((text, STATEMENT), (STATEMENT, text)):
        found = linked(later, earlier)
        assert (found.duplicate_of, found.same_as) == (number(1), None)
        assert 0.7 <= found.similarity <= 1


NO_LINK = {
    "another subject": (OTHER, STATEMENT),
    "a translation": (IN_FRENCH, STATEMENT),
    "the same words about the ministry": (OTHER + ABOUT_US, SUMMIT + ABOUT_US),
    "the next of a series": (
        SERIES.format(*NOVEMBER, "12.9"),
        SERIES.format(*OCTOBER, "31.4"),
    ),
    "a short note with another title": (SHORT, SHORT + " "),
    "a short note with another word": (SHORT, SHORT.replace("noon", "two")),
}


@pytest.mark.parametrize(("later", "earlier"), NO_LINK.values(), ids=NO_LINK)
def test_what_only_looks_alike_is_not_linked(later, earlier):
    ours = signed(later, 0, title="Note for the press")
    assert links(ours, [signed(earlier, 1, title="Another title")]) == Links()


CONTAINED = {
    "a joint release": SUMMIT + "\n" + STATEMENT + "\n" + OTHER,
    "a joint release that edits it": SUMMIT + STATEMENT.replace("today", "on Monday"),
}


@pytest.mark.parametrize("joint", CONTAINED.values(), ids=CONTAINED)
def test_a_statement_in_a_longer_release_is_the_same_and_no_duplicate(joint):
    for later, earlier in ((joint, STATEMENT), (STATEMENT, joint)):
        assert linked(later, earlier) == Links(same_as=number(1))


def test_a_short_note_is_a_duplicate_only_of_its_very_self():
    ours, theirs = (signed(SHORT, n, title="Note for the press") for n in (0, 1))
    assert links(ours, [theirs]) == Links(duplicate_of=number(1), similarity=1.0)


def test_the_earliest_fitting_one_is_named():
    found = linked(STATEMENT, OTHER, STATEMENT.replace("47", "74"), STATEMENT)
    assert found.duplicate_of == number(2)
    assert found.similarity < 1


def test_a_release_may_have_a_twin_and_stand_in_a_joint_one():
    found = linked(STATEMENT, SUMMIT + STATEMENT, STATEMENT)
    assert found == Links(number(2), 1.0, number(1))


NUMBERED = "Press Release No. 123/2026. " + STATEMENT
NOTE = (
    "In the press release No. 123/2026, please read 74 engineers instead of 47. "
    "The Ministry regrets the error, and asks that the figure be put right wherever "
    "the text has been printed or sent on to others since."
)
CORRECTIONS = {
    "the text once more": (
        STATEMENT.replace("47", "74"),
        {},
        Links(corrects=number(1)),
    ),
    "a note that names it": (NOTE, {}, Links(corrects=number(1))),
    "a note of another ministry": (NOTE, {"ministry": "Health"}, Links()),
    "a note that names another": (NOTE.replace("123", "124"), {}, Links()),
}


@pytest.mark.parametrize(
    ("text", "changes", "expected"), CORRECTIONS.values(), ids=CORRECTIONS
)
def test_a_correction_names_what_it_corrects(text, changes, expected):
    ours = signed(text, 0, **changes)
    assert links(ours, [signed(NUMBERED, 1)], correction=True) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("CORRIGENDUM: Space arrangement with Kenya", True),
        ("Correction to the statement of 4 May", True),
        ("Fe de erratas: acuerdo espacial", True),
        ("Rectificatif au communiqué", True),
        ("Correctional Services open a new wing", False),
        ("Ministry publishes a correction", False),
    ],
)
def test_a_correction_says_so_first(title, expected):
    assert is_correction(title) is expected


def test_sketches_estimate_what_is_shared_in_texts_of_any_two_lengths():
    words = [f"w{number}" for number in range(12_000)]
    for short, long in ((300, 600), (300, 3_000), (1_500, 6_000), (4_000, 12_000)):
        found = overlap(sketch(words[:short]), sketch(words[:long]))
        assert found.similarity == pytest.approx(short / long, abs=0.1)
        assert found.containment == 1
        apart = overlap(sketch(words[:short]), sketch(words[short:long]))
        assert apart.common == 0


def test_empty_sketches_share_nothing():
    assert overlap(b"", b"").similarity == overlap(b"", b"").containment == 0
