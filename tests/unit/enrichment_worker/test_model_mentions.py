"""What is believed of a statistical model; the model here is a table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import ModelSpan, Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

CASES = {
    "a person who is a company of the text": (
        "The Zzorch Zzowns Zzorse Company paid. Zzorch Zzowns agreed.",
        "Zzorch Zzowns", "person", {"Zzorch Zzowns Zzorse Company"}),
    "a name without its first word": ("It went to Zzavo Zzumi Zzongo today.",
                                      "Zzumi Zzongo", "person",
                                      {"Zzavo Zzumi Zzongo"}),
    "the first word of a name as a place": ("It went to Zzavo Zzumi today.",
                                            "Zzavo", "place", set()),
    "a place behind a preposition": ("It went to Zzavo today.", "Zzavo", "place",
                                     {"Zzavo"}),
    "a place behind an article": ("Along the Zzavo it rose.", "Zzavo", "place",
                                  {"Zzavo"}),
    "a place behind another": ("In Nairobi and Zzavo it rose.", "Zzavo", "place",
                               {"Nairobi", "Zzavo"}),
    "a place within a country": ("He saw Zzavo in Kenya.", "Zzavo", "place",
                                 {"Zzavo", "Kenya"}),
    "a place by its first word": ("It is at Plaine Zzolga today.", "Plaine Zzolga",
                                  "person", set()),
    "an operation as a person": ("Troops of Operation Zzadin Zzai won.",
                                 "Zzadin Zzai", "person", set()),
    "a ship as a place": ("He saw the tanker Zzavo there.", "Zzavo", "place", set()),
    "a word that opens a sentence": ("Zzinshore fishing.", "Zzinshore", "place",
                                     set()),
    "a person": ("It was Katsiaryna Svirydzenka.", "Katsiaryna Svirydzenka", "person",
                 {"Katsiaryna Svirydzenka"}),
    "a person with a title": ("By Mr Aleph Beth.", "Mr Aleph Beth", "person",
                              {"Aleph Beth"}),
    "half a name": ("It was Svirydzenka.", "Svirydzenka", "person", set()),
    "a country as a person": ("It was Sri Lanka.", "Sri Lanka", "person",
                              {"Sri Lanka"}),
    "small letters": ("By aleph beth.", "aleph beth", "person", set()),
    "digits": ("By Aleph B3th.", "Aleph B3th", "person", set()),
    "an office as a person": ("The new Principal Administrative X.",
                              "Principal Administrative", "person", set()),
    "a body as a person": ("By Aleph Centre and.", "Aleph Centre and", "person",
                           {"Aleph Centre"}),
    "a brand as a person": ("By ZTQ Zzolga.", "ZTQ Zzolga", "person", set()),
    "what somebody is": ("It was Boxer Aleph Zzolga.", "Boxer Aleph Zzolga", "person",
                         {"Aleph Zzolga"}),
    "a state behind a name": ("By Aleph Zzolga NH today.", "Aleph Zzolga NH", "person",
                              {"Aleph Zzolga"}),
    "words as a person": ("The Zzolga Focus is new.", "Zzolga Focus", "person", set()),
    "a word that the text has": ("In Zzolga Zzust, as zzust is.", "Zzolga Zzust",
                                 "person", set()),
    "a surname that is a word": ("By Julia Focus today.", "Julia Focus", "person",
                                 {"Julia Focus"}),
    "a saint's place": ("At St. Zzolga today.", "St. Zzolga", "person", set()),
    "a street as a person": ("At 12 Zzolga St today.", "Zzolga St", "person", set()),
    "whose name a thing has": ("The Aleph Zzolga Bird Sanctuary.", "Aleph Zzolga",
                               "person", set()),
    "a town as a body": ("A fire in Zzanidloes.", "Zzanidloes", "organisation",
                         {"Zzanidloes"}),
    "a company": ("By Zzolga Timber Ltd.", "Zzolga Timber Ltd", "organisation",
                  {"Zzolga Timber Ltd"}),
    "a body without a head": ("By Invest Zzolga.", "Invest Zzolga", "organisation",
                              set()),
    "an agency of a country": ("By Zzorkforce Kenya.", "Zzorkforce Kenya",
                               "organisation", {"Zzorkforce Kenya"}),
    "a company as a person": ("By Zzegmont Seafoods today.", "Zzegmont Seafoods",
                              "person", {"Zzegmont Seafoods"}),
    "a system": ("The Quota Management System.", "Quota Management System",
                 "organisation", set()),
    "a right to something": ("For Universal Zzealth Coverage.",
                             "Universal Zzealth Coverage", "organisation", set()),
    "a short form of a thing": ("The Retail Zzrice Price (RZP) and the RZP.", "RZP",
                                "organisation", set()),
    "a degree as a place": ("To 35 deg South Latitude.", "South Latitude", "place",
                            set()),
    "kinds of persons": ("For Accredited Zzinancial Investigators.",
                         "Accredited Zzinancial Investigators", "organisation",
                         set()),
    "a surname as a place": ("Mr Aleph Zzurkomen spoke. Of Zzurkomen it is said.",
                             "Zzurkomen", "place", {"Aleph Zzurkomen"}),
    "a disease as a place": ("On Malaria it said.", "Malaria", "place", set()),
    "two names": ("In Aleph and Beth.", "Aleph and Beth", "organisation", set()),
    "a treaty": ("Zzolga Agreement.", "Zzolga Agreement", "organisation", set()),
    "an acronym": ("The VTX and the VTX.", "VTX", "organisation", {"VTX"}),
    "an acronym once": ("By VTX today.", "VTX", "organisation", set()),
    "no body's acronym": ("The GDP rose.", "GDP", "organisation", set()),
    "a word": ("The Zzolga rose.", "Zzolga", "organisation", set()),
    "a subject": ("For Home Affairs.", "Home Affairs", "organisation", set()),
    "a titled body": ("By Secretary Zzolga.", "Secretary Zzolga", "organisation",
                      {"Zzolga"}),
    "a place": ("In Turkana it rained.", "Turkana", "place", {"Turkana"}),
    "the place": ("In the Turkana Basin.", "the Turkana Basin", "place",
                  {"Turkana Basin"}),
    "an acronym as a place": ("In TRK it rained.", "TRK", "place", set()),
    "a small place": ("In turkana it rained.", "turkana", "place", set()),
    "a title as a place": ("By President.", "President", "place", set()),
    "a treaty as a place": ("The Zzolga Treaty.", "Zzolga Treaty", "place", set()),
    "a doubted word": ("Nice weather.", "Nice", "place", set()),
    "a company of a country": ("By Zzelekom Malaysia.", "Zzelekom Malaysia", "person",
                               {"Zzelekom Malaysia"}),
    "a compound": ("By ZzairyNZ today.", "ZzairyNZ", "organisation", {"ZzairyNZ"}),
    "a wing": ("The Zzubilee Ward.", "Zzubilee Ward", "person", set()),
    "common words": ("For Unlawful Possession.", "Unlawful Possession",
                     "organisation", set()),
    "somebody in capitals": ("Signed by ZZEE LOONG.", "ZZEE LOONG", "organisation",
                             set()),
    "a handle": ("Ask @VTXPress.", "VTXPress", "organisation", set()),
    "a link": ("See https://zzolga.example/Zzolga", "Zzolga", "place", set()),
    "a headline": ("GLOBAL ZZOLGA TIMBER SUMMIT OPENS TODAY", "ZZOLGA TIMBER",
                   "organisation", set()),
}  # fmt: skip


def seeing(vocabulary: Vocabulary, *seen: ModelSpan) -> Vocabulary:
    def recognise(texts: Sequence[str]) -> Iterator[tuple[ModelSpan, ...]]:
        for _ in texts:
            yield seen

    return replace(vocabulary, recognisers={"en": recognise})


@pytest.mark.parametrize(("text", "span", "label", "names"), CASES.values(), ids=CASES)
def test_a_span_of_the_model_is_trimmed_believed_or_dropped(
    without_model: Vocabulary, text: str, span: str, label: str, names: set[str]
):
    start = text.rindex(span)
    model = seeing(without_model, ModelSpan(start, start + len(span), label))
    release = enrich(raw(text, language="en"), model, 0)
    assert {one.name for one in release.entities} == names


def test_a_small_town_is_linked_where_the_model_and_the_country_agree(
    without_model: Vocabulary,
):
    text = "They met in Karuizawa, a town of Japan."
    model = seeing(without_model, ModelSpan(12, 21, "place"))
    place = named(enrich(raw(text, language="en"), model, 0), "place")["Karuizawa"]
    assert (place.country, place.id_source) == ("JP", "geonames")
    assert "model" in place.sources


def test_sources_that_agree_make_an_entity_more_certain(without_model: Vocabulary):
    text = "It was agreed in Kenya."
    alone = enrich(raw(text, language="en"), without_model, 0)
    both = enrich(
        raw(text, language="en"),
        seeing(without_model, ModelSpan(17, 22, "place")),
        0,
    )
    assert both.entities[0].sources == ("gazetteer", "model")
    assert both.entities[0].confidence > alone.entities[0].confidence
