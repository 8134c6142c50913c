"""What bears a person's name is nobody whom a release speaks of."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

CASES = {
    "a building": ("They met in the Elsie Zzolga Complex.", set()),
    "some words away": ("At the Eric Zzolga Bird Sanctuary it rained.", set()),
    "a king's path": ("The King Charles III Zzolga Coast Path opens.", set()),
    "a king's town": ("A fire in King William's Town.", set()),
    "a district": ("The Sarah Zzolga District Municipality replied.", set()),
    "small letters": ("It closed the Julia Zzolga airport.", set()),
    "a person beside it": (
        "Elsie Zzolga opened the Eric Zzolge Hall.",
        {"Elsie Zzolga"},
    ),
    "a report of somebody": ("Elsie Zzolga report cards were given.", {"Elsie Zzolga"}),
    "a day behind a name": ("Minister Elsie Zzolga Tuesday left.", {"Elsie Zzolga"}),
}


@pytest.mark.parametrize(("text", "persons"), CASES.values(), ids=CASES)
def test_who_has_given_a_thing_the_name_is_not_spoken_of(
    without_model: Vocabulary, text: str, persons: set[str]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "person")) == persons


def test_a_title_speaks_of_the_thing_that_the_text_speaks_of(
    without_model: Vocabulary,
):
    text = "He met the mayors of Sarah Zzolga District Municipality and others."
    title = "Zzolga and Sarah Zzolga agree"
    release = enrich(raw(text, title=title, language="en"), without_model, 0)
    assert not named(release, "person")


TITLED = {
    "a subject": ("The Minister of Urban Renewal, Transport and Works left.", set()),
    "what is done": ("He signed an Executive Order Declaring peace.", set()),
    "a kind of scam": ("It targets Government Official Impersonation Scams.", set()),
    "a surname": ("Governor Green and Mrs Focus left.", {"Green", "Focus"}),
}


@pytest.mark.parametrize(("text", "persons"), TITLED.values(), ids=TITLED)
def test_common_words_behind_a_title_are_nobody(
    without_model: Vocabulary, text: str, persons: set[str]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "person")) == persons
