from collections.abc import Iterable
from dataclasses import replace

import pytest

from communique.tags import Entity, Evidence
from enrichment_worker.enrich import enrich
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import (
    CERTAIN,
    Calibration,
    Phrase,
    Taxonomy,
    Vocabulary,
)
from enrichment_worker.languages import in_one
from enrichment_worker.semantics.parties import Parties
from enrichment_worker.text import Prose
from enrichment_worker.theme_found import Found
from enrichment_worker.themes import probability, tag, weigh
from tests.unit.enrichment_worker.examples import raw, tagged

SLUGS = [
    "counter-terrorism", "violent-extremism", "organised-crime", "narcotics",
    "cybersecurity", "defence", "border-security-migration", "sanctions",
    "human-rights", "justice-law", "diplomacy-bilateral", "multilateral-cooperation",
    "trade-investment", "economy-finance", "taxation-budget", "agriculture-food",
    "energy", "climate-environment", "transport-infrastructure", "health", "education",
    "science-technology", "space", "digital-ai", "labour-employment", "social-welfare",
    "housing-urban", "culture-sport-tourism", "disaster-humanitarian",
    "capacity-building-aid", "elections-governance", "maritime-ocean", "water",
    "gender-youth", "consular-diaspora",
]  # fmt: skip

SENTENCES = {
    "sanctions": "New restrictive measures freeze assets; the sanctions regime stays.",
    "space": "The space agency put two satellites for earth observation into orbit.",
    "water": "Drinking water and sanitation reach every village; groundwater rises.",
    "energy": "Offshore wind and solar power plants feed the electricity grid.",
    "health": "A vaccination campaign against measles protects public health.",
    "narcotics": "Heroin and fentanyl were found; drug trafficking is falling.",
    "elections-governance": "The electoral commission opened the polling stations.",
    "housing-urban": "Affordable housing needs urban planning and fewer slums.",
}

EN = in_one("en", "")
TINY = Taxonomy(
    ("energy",),
    {"grids": "energy"},
    {
        "en": Gazetteer(
            [
                ("energy", Phrase("energy", "energy", 3.0)),
                ("energy drink", Phrase("energy", "energy drink", 0.0)),
                ("fuel", Phrase("energy", "fuel", 1.8)),
                ("health", Phrase("health", "health", 1.8)),
                ("schools", Phrase("education", "schools", 1.8)),
                ("oil", Phrase("energy", "oil", 1.8, unless=frozenset({"cooking"}))),
                ("plant", Phrase("energy", "plant", 3.0, frozenset({"nuclear"}))),
                ("power grid", Phrase("energy", "power grid", 1.8)),
                ("oil rigs", Phrase("energy", "oil rigs", 4.2)),
                ("power grid", Phrase("grids", "power grid", 3.0)),
            ]
        )
    },
    {
        "org:iea": (Phrase("energy", "org:iea", 1.8),),
        "bilateral": (Phrase("diplomacy", "bilateral", CERTAIN),),
    },
)


def score(text: str, title: str = "", entities: Iterable[Entity] = ()) -> float:
    themes, _ = tag(Prose(text), title, EN, TINY, entities)
    return themes[0].score if themes else 0.0


def organisation(text: str, name: str, identity: str | None = None) -> Entity:
    start = text.index(name)
    mention = Evidence(text=name, start=start, end=start + len(name))
    return Entity(
        name=name,
        type="organisation",
        mentions=(mention,),
        id=identity,
        id_source="communique" if identity else None,
        confidence=1.0,
        sources=("gazetteer",),
    )


def test_the_taxonomy_has_exactly_its_35_themes(without_model: Vocabulary):
    assert sorted(without_model.taxonomy.slugs) == sorted(SLUGS)
    assert set(without_model.taxonomy.parents.values()) == set(SLUGS)


@pytest.mark.parametrize(("slug", "text"), SENTENCES.items(), ids=SENTENCES)
def test_a_sentence_on_a_subject_is_tagged_with_it(
    without_model: Vocabulary, slug: str, text: str
):
    assert slug in tagged(enrich(raw(text, language="en"), without_model, 0))


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("disaster-humanitarian", "Typhoon fighters took off; the Typhoons met a jet."),
        ("trade-investment", "Ships watch the exclusive economic zone for trade."),
        ("human-rights", "A diplomatic protest was sent. The protest was received."),
        ("organised-crime", "Fishermen were caught poaching; a boat was seized."),
        ("transport-infrastructure", "A vehicle and its passengers left by aircraft."),
        (
            "diplomacy-bilateral",
            "We send heartfelt condolences and condemn the attack.",
        ),
        ("elections-governance", "The union's ballot ended; ballots were counted."),
    ],
    ids=[
        "an aircraft called after a storm",
        "a zone of the sea",
        "a protest of one state to another",
        "poaching of fish",
        "what carries somebody in passing",
        "a courtesy",
        "a vote on a strike",
    ],
)
def test_what_only_sounds_like_a_subject_does_not_tag(
    without_model: Vocabulary, slug: str, text: str
):
    assert slug not in tagged(enrich(raw(text, language="en"), without_model, 0))


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (("Energy.", "Energy"), ("Energy.", "")),
        (("Energy. Energy. Fuel.", ""), ("Energy. Fuel.", "")),
        (("Energy. Fuel. " + "Word " * 200, ""), ("Word " * 200 + "Energy. Fuel.", "")),
        (("Energy. " + "A " * 99 + "Fuel.", ""), ("Energy. Fuel. " + "A " * 99, "")),
        (("Energy.", ""), ("Energy. " + "Word " * 2_000, "")),
        (("Energy.", ""), ("An energy drink.", "")),
        (("Energy, and an energy drink.", ""), ("An energy drink.", "")),
        (("Energy and fuel.", ""), ("Energy.", "")),
        (
            ("Energy. Fuel is dear, as are health and schools.", ""),
            ("Energy. Fuel, health and schools are dear.", ""),
        ),
        (("Energy and oil.", ""), ("Energy and cooking oil.", "")),
        (("A nuclear plant.", ""), ("A flowering plant.", "")),
        (
            ("A plant, and it is nuclear.", ""),
            ("A plant. " + "A " * 99 + "nuclear", ""),
        ),
    ],
    ids=[
        "in the title",
        "said again",
        "in the lead",
        "spread over the text",
        "in a short text",
        "not excluded",
        "also where not excluded",
        "two phrases",
        "not in a list of subjects",
        "not beside what it must not meet",
        "beside what it needs",
        "near to what it needs",
    ],
)
def test_a_subject_scores_higher(more: tuple[str, str], less: tuple[str, str]):
    assert score(*more) > score(*less)


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("Energy and fuel.", True),
        ("Energy. Energy. Energy. Energy.", True),
        ("Energy.", False),
        ("Fuel. Fuel. Fuel. Fuel. Fuel. Fuel.", False),
        ("Fuel and oil.", False),
        ("Fuel and oil for the power grid.", True),
        ("Oil rigs.", True),
        ("An energy drink.", False),
    ],
    ids=[
        "a strong one and another",
        "a strong one alone, said often",
        "a strong one, in passing",
        "a medium one, said often",
        "two medium ones",
        "three medium ones",
        "one that is about nothing else",
        "none",
    ],
)
def test_phrases_tag_a_text(text: str, *, tagged: bool):
    assert (score(text) >= 0.5) is tagged


def test_a_score_is_never_more_than_certain():
    assert score("Energy! " * 10_000, "Energy " * 100) <= 1.0
    assert 0.9 < score("Energy, fuel, oil.", "Energy, fuel and oil") <= 1.0


def test_a_theme_weighs_less_beside_a_weightier_one_and_a_subtheme_does_not_compete():
    one, other, finer = Found(), Found(), Found()
    one.add("energy", 8.0, 1.0)
    other.add("health", 4.0, 1.0)
    finer.add("power grid", 9.0, 1.0)
    found = {"energy": one, "health": other, "grids": finer}
    weights = weigh(found, 100, {"grids": "energy"})
    assert weights["energy"] == 8.0
    assert weights["health"] < weigh({"health": other}, 100, {})["health"] == 4.0
    assert weights["grids"] == 9.0


def test_a_probability_grows_with_the_weight_and_is_a_half_at_the_midpoint():
    grown = [probability(weight / 4, midpoint=2.0, slope=3.0) for weight in range(40)]
    assert grown == sorted(grown)
    assert grown[0] == 0.0
    assert grown[8] == 0.5


def test_what_one_word_alone_speaks_for_needs_more_and_themes_need_their_own():
    curve = Calibration(2.0, 3.0, unsupported=1.5, times={"energy": 2.0})
    needed = {
        (theme, supported): curve.needed(theme, supported=supported)
        for theme in ("energy", "health")
        for supported in (True, False)
    }
    assert needed == {
        ("energy", True): 4.0, ("energy", False): 6.0,
        ("health", True): 2.0, ("health", False): 3.0,
    }  # fmt: skip


@pytest.mark.parametrize(("times", "more"), [(0.5, True), (1.2, False)])
def test_how_readily_a_theme_is_told_of_says_what_a_weight_means(times, more):
    curve = replace(TINY.calibration, times={"energy": times})
    own = replace(TINY, calibration=curve)
    text = Prose("The power grid runs on fuel and oil.")
    themes, (grids,) = tag(text, "", EN, own)
    usual, (usual_grids,) = tag(text, "", EN, TINY)
    assert (themes[0].score > usual[0].score) is more
    assert (grids.score > usual_grids.score) is more


def test_an_organisation_supports_what_it_stands_for():
    text = "The IEA spoke of fuel and oil."
    iea = organisation(text, "IEA", "org:iea")
    assert score(text, entities=[iea]) >= 0.5 > score(text)
    themes, _ = tag(Prose(text), "", EN, TINY, [iea])
    assert [one.text for one in themes[0].evidence] == ["IEA", "fuel", "oil"]


def test_that_two_countries_deal_with_one_another_tags_a_text_and_names_the_other():
    text = "They met Kenya."
    kenya = organisation(text, "Kenya").model_copy(
        update={"type": "place", "country": "KE"}
    )
    both = Parties("bilateral", ("IN", "KE"), ("KE",))
    themes, _ = tag(Prose(text), "", EN, TINY, [kenya], both)
    assert [one.slug for one in themes if one.score >= 0.5] == ["diplomacy"]
    assert [one.text for one in themes[0].evidence] == ["Kenya"]
    assert not tag(Prose(text), "", EN, TINY, [kenya])[0]


def test_who_deals_with_whom_counts_where_the_other_is_not_named():
    themes, _ = tag(Prose("They met."), "", EN, TINY, (), Parties("bilateral"))
    assert [one.evidence for one in themes] == [()]
    assert themes[0].score >= 0.5


def test_the_words_of_a_name_that_supports_a_theme_do_not_count_once_more():
    text = "The International Energy and Fuel Agency met."
    agency = organisation(text, "International Energy and Fuel Agency", "org:iea")
    themes, _ = tag(Prose(text), "", EN, TINY, [agency])
    assert [one.text for one in themes[0].evidence] == [agency.name]


def test_an_organisation_supports_in_languages_without_phrases():
    text = "IEA"
    only = Taxonomy(TINY.slugs, {}, {}, TINY.supports)
    themes, _ = tag(
        Prose(text), "", in_one("de", ""), only, [organisation(text, text, "org:iea")]
    )
    assert [one.slug for one in themes] == ["energy"]


def test_a_link_is_no_evidence():
    assert score("See https://energy.example/energy") == 0.0


def test_subthemes_name_their_parent_and_score_no_more_than_it():
    themes, subthemes = tag(Prose("The power grid."), "", EN, TINY)
    assert [(one.slug, one.parent) for one in subthemes] == [("grids", "energy")]
    assert subthemes[0].score == themes[0].score
    assert subthemes[0].evidence[0].text == "power grid"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Ministry of Energy and Fuel agreed.", "Ministry of Energy and Fuel"),
        ("The Fuel and Oil Energy Institute agreed.", "Fuel and Oil Energy Institute"),
    ],
    ids=["a ministry", "three phrases in one name"],
)
def test_what_is_said_in_a_name_counts_once_and_half(text: str, name: str):
    assert score(text, entities=[organisation(text, name)]) < 0.5 <= score(text)


def test_a_name_that_is_a_phrase_counts_in_full():
    text = "Energy and the Power Grid."
    assert score(text, entities=[organisation(text, "Power Grid")]) == score(text)


@pytest.mark.parametrize(
    "text",
    [
        "Energy and Fuel Minister Ana Ruiz agreed.",
        "Ana Ruiz, Energy and Fuel Minister, agreed.",
        "Energy and Fuel Minister, Prof Mme Ana Ruiz, agreed.",
    ],
    ids=["before the name", "behind it", "before a courtesy"],
)
def test_the_office_of_a_person_counts_half(text: str):
    role = "Energy and Fuel Minister"
    person = organisation(text, "Ana Ruiz").model_copy(
        update={"type": "person", "roles": (role, "an office of another release")}
    )
    assert score(text, entities=[person]) < 0.5 <= score(text)


def test_what_is_done_about_a_subject_counts_in_a_list_too(vocabulary: Vocabulary):
    text = (
        "The sides spoke of cooperation against organised crime and narcotics, of "
        "sanctions, of trade and of the repatriation of those who return."
    )
    assert {"organised-crime", "narcotics"} <= tagged(enrich(raw(text), vocabulary, 0))


def test_a_body_in_the_title_speaks_for_its_theme_and_its_name_for_half():
    title = "International Energy Agency"
    spot = Evidence(text=title, start=0, end=len(title))
    body = Entity(
        name=title,
        type="organisation",
        mentions=(),
        title_mentions=(spot,),
        confidence=0.9,
    )
    text = "It met."
    unknown = score(text, title, entities=[body])
    assert 0 < unknown < score(text, title)
    iea = body.model_copy(update={"id": "org:iea"})
    assert score(text, title, entities=[iea]) > 0


def test_an_unknown_language_is_read_as_english_is():
    assert tag(Prose("Energy"), "", in_one(None, ""), TINY) == tag(
        Prose("Energy"), "", EN, TINY
    )
    assert tag(Prose("Energy"), "", EN, Taxonomy((), {}, {})) == ((), ())
