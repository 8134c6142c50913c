import pytest

from communique.errors import UnusableTextError
from enrichment_worker.enrich import enrich, enrich_all
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw, tagged

FISHERIES = (
    "New Delhi, 12 June: The Department of Fisheries of the Government of India and "
    "the National Aquatic Research Agency (NARA) of Sri Lanka agreed on a survey. "
    "Shri Rajeev Ranjan, Union Minister of Fisheries, met Hon. Douglas Devananda, "
    "Minister of Fisheries. NARA will train fishermen in Jaffna. Shri Ranjan thanked "
    "the Food and Agriculture Organization (FAO). #BlueEconomy @FisheriesIndia"
)
COLONNA = (
    "Catherine Colonna, ministre de l'Europe et des Affaires étrangères, a rencontré à "
    "Dakar le président Macky Sall. L'Organisation des Nations Unies (ONU) et l'Agence "
    "française de développement soutiennent la formation professionnelle au Sénégal. "
    "L'ONU salue l'accord. Le ministère des Affaires étrangères publiera le texte."
)
ALBARES = (
    "El ministro de Asuntos Exteriores, José Manuel Albares, se reunió en Rabat con su "
    "homólogo marroquí. La Agencia Española de Cooperación Internacional para el "
    "Desarrollo (AECID) y el Instituto Nacional de Migración firmaron un acuerdo sobre "
    "migración irregular. El presidente Pedro Sánchez viajará a Marruecos."
)


@pytest.mark.parametrize("title", ["", "Fisheries talks"], ids=["untitled", "titled"])
def test_a_release_gets_persons_bodies_places_and_marks(
    vocabulary: Vocabulary, title: str
):
    release = enrich(raw(FISHERIES, title=title, country="IN"), vocabulary, 7)
    assert release.language == "en"
    assert release.generation == 7
    persons = named(release, "person")
    assert persons["Rajeev Ranjan"].roles == ("Union Minister of Fisheries",)
    assert len(persons["Rajeev Ranjan"].mentions) == 2
    assert persons["Douglas Devananda"].id == "person:douglas-devananda"
    bodies = named(release, "organisation")
    assert bodies["National Aquatic Research Agency"].aliases == ("NARA",)
    assert bodies["National Aquatic Research Agency"].id is None
    assert bodies["Food and Agriculture Organization"].id == "org:fao"
    places = named(release, "place")
    assert places["Sri Lanka"].id == "LK"
    assert places["Jaffna"].id_source == "geonames"
    assert places["Jaffna"].location is not None
    assert release.countries == ("IN", "LK")
    assert release.hashtags == ("#BlueEconomy",)
    assert release.handles == ("@FisheriesIndia",)
    assert {"agriculture-food", "maritime-ocean"} & tagged(release)


def test_french_needs_no_model(without_model: Vocabulary):
    release = enrich(raw(COLONNA), without_model, 0)
    assert release.language == "fr"
    persons = named(release, "person")
    assert set(persons) == {"Catherine Colonna", "Macky Sall"}
    assert persons["Macky Sall"].roles == ("président",)
    bodies = named(release, "organisation")
    assert bodies["United Nations"].aliases == ("ONU",)
    assert "Agence française de développement" in bodies
    assert "Ministère des Affaires étrangères" in bodies
    assert named(release, "place")["Senegal"].country == "SN"
    assert "ner.en" not in release.models


def test_spanish_needs_no_model(without_model: Vocabulary):
    release = enrich(raw(ALBARES), without_model, 0)
    assert release.language == "es"
    assert set(named(release, "person")) == {"José Manuel Albares", "Pedro Sánchez"}
    bodies = named(release, "organisation")
    assert (
        "AECID"
        in bodies["Spanish Agency for International Development Cooperation"].aliases
    )
    assert "Instituto Nacional de Migración" in bodies
    assert release.countries == ("MA",)
    assert "border-security-migration" in tagged(release)


def test_every_mention_is_a_slice_of_the_text(vocabulary: Vocabulary):
    for text in (FISHERIES, COLONNA, ALBARES):
        release = enrich(raw(text), vocabulary, 0)
        found = [one for entity in release.entities for one in entity.mentions]
        found += [one for theme in release.themes for one in theme.evidence]
        assert found
        assert all(text[one.start : one.end] == one.text for one in found)


def test_a_batch_gives_the_same_bytes_as_one_by_one(vocabulary: Vocabulary):
    releases = [raw(text) for text in (FISHERIES, COLONNA, "", ALBARES, FISHERIES)]
    together = [one.model_dump_json() for one in enrich_all(releases, vocabulary, 1)]
    assert together == [
        enrich(one, vocabulary, 1).model_dump_json() for one in releases
    ]


def test_an_empty_text_has_nothing_in_it(vocabulary: Vocabulary):
    release = enrich(raw(" \n", title="A treaty on trade"), vocabulary, 0)
    assert release.entities == ()
    assert release.themes == ()
    assert release.countries == ()


def test_what_the_publisher_declares_decides_where_the_text_does_not(
    vocabulary: Vocabulary,
):
    assert enrich(raw("", language="pt-BR"), vocabulary, 0).language == "pt"
    assert enrich(raw("Oslo", language="da"), vocabulary, 0).language == "da"


def test_the_result_says_which_parts_ran(vocabulary: Vocabulary):
    english = enrich(raw(FISHERIES), vocabulary, 0).models
    french = enrich(raw(COLONNA), vocabulary, 0).models
    assert set(english) == {"language", "ner.en", "vocabulary"}
    assert set(french) == {"language", "vocabulary"}
    assert english["vocabulary"] == vocabulary.digest


@pytest.mark.parametrize(
    "text",
    ["Minister \ud800 said", "%PDF\x00\x01\x02" + "\ufffd" * 200],
    ids=["lone surrogate", "a file, not a text"],
)
def test_what_is_no_text_is_refused(without_model: Vocabulary, text: str):
    release = raw("").model_copy(update={"text": text})
    with pytest.raises(UnusableTextError):
        enrich(release, without_model, 0)


def test_a_text_longer_than_a_model_reads_is_searched_to_its_end(
    vocabulary: Vocabulary,
):
    text = "The meeting went on for hours. " * 3_400 + "It was held in Kenya."
    release = enrich(raw(text), vocabulary, 0)
    assert len(text) > 100_000
    assert "Kenya" in named(release, "place")
