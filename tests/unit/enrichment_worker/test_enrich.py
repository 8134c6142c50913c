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
STEINMEIER = (
    "Der Bundespräsident hat die Präsidentin von Kenia in Berlin empfangen. "
    "Deutschland und Kenia wollen bei erneuerbaren Energien enger zusammenarbeiten, "
    "teilte das Auswärtige Amt am Mittwoch nach dem Gespräch der Delegationen mit."
)
JAISHANKAR = (
    "विदेश मंत्री ने आज नई दिल्ली में मालदीव के विदेश मंत्री से मुलाकात की और दोनों देशों के "
    "बीच सहयोग बढ़ाने पर चर्चा की। #IndiaMaldives"
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
    devananda = persons["Douglas Devananda"]
    assert devananda.id == "person:douglas-devananda:minister-of-fisheries"
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


def test_a_name_in_the_title_alone_is_tagged_with_its_place_there(
    vocabulary: Vocabulary,
):
    title = "President Mwangi signs labour accord with Peru"
    release = enrich(raw("It was signed on Tuesday.", title=title), vocabulary, 0)
    peru = named(release, "place")["Peru"]
    assert peru.mentions == ()
    assert [title[one.start : one.end] for one in peru.title_mentions] == ["Peru"]
    assert set(named(release, "person")) == {"Mwangi"}
    assert release.countries == ("PE",)


@pytest.mark.parametrize(
    ("title", "text", "person", "said"),
    [
        pytest.param(
            "Minister Hopkins Opens New Hospital",
            "The Minister for Health, Jane Hopkins, opened a hospital on Monday.",
            "Jane Hopkins",
            "Hopkins",
            id="a verb with a capital is no surname",
        ),
        pytest.param(
            "Secretary Lloyd Austin's Meeting With Israeli Minister",
            "The secretary met the minister today.",
            "Lloyd Austin",
            "Lloyd Austin",
            id="a possessive ends a name that the text has not",
        ),
        pytest.param(
            "Khalid bin Nasser meets envoy in Oslo",
            "H.H. Sheikh Khalid bin Nasser Al Suwaidi received the envoy in Oslo.",
            "Khalid bin Nasser Al Suwaidi",
            "Khalid bin Nasser",
            id="the beginning of a longer name",
        ),
    ],
)
def test_a_person_in_the_title_is_the_one_of_the_text(
    title: str, text: str, person: str, said: str, vocabulary: Vocabulary
):
    persons = named(enrich(raw(text, title=title), vocabulary, 0), "person")
    assert set(persons) == {person}
    assert [one.text for one in persons[person].title_mentions] == [said]


def test_a_town_of_the_title_is_the_province_that_the_text_means(
    vocabulary: Vocabulary,
):
    text = "Se declaró la alerta en la Región de Valparaíso por los incendios."
    title = "Alerta roja para Valparaíso por incendios"
    places = named(enrich(raw(text, title=title, country="CL"), vocabulary, 0), "place")
    assert len(places) == 1


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


@pytest.mark.parametrize(
    ("text", "language", "models"),
    [
        (FISHERIES, "en", {"ner.en"}),
        (COLONNA, "fr", {"ner.fr"}),
        (f"{COLONNA}\n{FISHERIES}", "fr", {"ner.en", "ner.fr"}),
        (ALBARES, "es", set()),
        (STEINMEIER, "de", set()),
        (JAISHANKAR, "hi", set()),
    ],
    ids=["en", "fr", "both", "es", "de", "hi"],
)
def test_the_result_says_which_parts_ran(
    vocabulary: Vocabulary, text: str, language: str, models: set[str]
):
    release = enrich(raw(text), vocabulary, 0)
    assert release.language == language
    assert set(release.models) == {"language", "vocabulary", *models}
    assert release.models["vocabulary"] == vocabulary.digest


def test_what_has_no_model_and_no_phrases_gets_names_all_the_same(
    vocabulary: Vocabulary,
):
    german = enrich(raw(STEINMEIER), vocabulary, 0)
    assert named(german, "place")["Berlin"].id == "2950159"
    hindi = enrich(raw(JAISHANKAR), vocabulary, 0)
    assert hindi.hashtags == ("#IndiaMaldives",)


def test_each_passage_is_read_in_its_own_language(without_model: Vocabulary):
    text = (
        "Les ministres des Affaires étrangères ont évoqué la lutte contre le trafic "
        "de stupéfiants et les saisies de cocaïne dans les ports. Ils ont salué le "
        "travail des douanes françaises et des magistrats de Marseille ce jeudi."
    )
    apart = enrich(raw(f"{FISHERIES}\n\n{text}"), without_model, 0)
    assert {"narcotics", "agriculture-food"} <= {one.slug for one in apart.themes}
    phrases = [one.text for theme in apart.themes for one in theme.evidence]
    assert any("trafic de stupéfiants" in one for one in phrases)
    assert "FR" in apart.countries  # "françaises": small only in French


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
