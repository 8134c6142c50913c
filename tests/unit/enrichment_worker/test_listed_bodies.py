"""Bodies that a list knows: which of several is meant, and which is none."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw


def test_a_listed_ministry_with_its_country_behind_is_still_that_one(
    without_model: Vocabulary,
):
    listed = "The Ministry of External Affairs of India agreed."
    other = "The Ministry of External Affairs of Jamaica agreed."
    ids = [
        [one.id for one in enrich(raw(text, language="en"), without_model, 0).entities]
        for text in (listed, other)
    ]
    assert ids == [["org:in-mea"], [None]]


WHOSE = {
    "issued by its country": ("The Ministry of Health met.", "UG", "org:ug-health"),
    "of its country": ("The Ministry of Health of Kenya met.", None, "org:ke-health"),
    "demonym before": ("The Kenyan Ministry of Health met.", None, "org:ke-health"),
    "possessive before": ("Kenya's Ministry of Health met.", None, "org:ke-health"),
    "country behind": ("The Ministry of Health, Uganda, met.", None, "org:ug-health"),
    "another's in a release": (
        "Kenya's Ministry of Health came to Kampala.", "UG", "org:ke-health",
    ),
    "country far away": ("The Ministry of Health met. Kenya was glad.", None, None),
    "no country": ("The Ministry of Health met.", None, None),
    "short form, issued by its country": ("MINDEF spoke.", "SG", "org:sg-mindef"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "issuer", "identity"), WHOSE.values(), ids=WHOSE)
def test_a_common_name_is_the_ministry_of_the_country_that_the_text_gives(
    without_model: Vocabulary, text: str, issuer: str | None, identity: str | None
):
    release = enrich(raw(text, language="en", country=issuer), without_model, 0)
    (body,) = named(release, "organisation").values()
    assert body.id == identity


def test_a_common_name_stays_with_the_country_it_was_first_named_with(
    without_model: Vocabulary,
):
    text = "Kenya's Ministry of Health met experts. The Ministry of Health agreed."
    release = enrich(raw(text, language="en"), without_model, 0)
    (body,) = named(release, "organisation").values()
    assert body.id == "org:ke-health"
    assert len(body.mentions) == 2


def test_a_ministry_that_both_issuers_have_is_not_guessed(without_model: Vocabulary):
    text = "The Ministry of Defence met."
    release = raw(text, language="en", country="IN")
    other = release.issuers[0].model_copy(update={"country": "MV"})
    joint = release.model_copy(update={"issuers": (*release.issuers, other)})
    (body,) = named(enrich(joint, without_model, 0), "organisation").values()
    assert body.id is None


def test_a_convention_is_no_organisation_nor_what_its_name_holds(
    without_model: Vocabulary,
):
    text = "We signed the United Nations Convention against Corruption and UNCLOS."
    release = enrich(raw(text, language="en"), without_model, 0)
    assert named(release, "organisation") == {}


def test_a_french_ministry_is_known_with_a_small_letter(without_model: Vocabulary):
    text = "Le ministère de la Santé et de l'Action sociale a parlé."
    release = enrich(raw(text, language="fr", country="SN"), without_model, 0)
    (body,) = named(release, "organisation").values()
    assert body.id == "org:sn-sante"
