"""For each tag why: who said so, who lost, what counted and what did not."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.explain import Explanation, explain
from enrichment_worker.knowledge import ModelSpan, Vocabulary
from enrichment_worker.vocabulary.load import organisation_origins
from tests.unit.enrichment_worker.examples import raw

TEXT = (
    "Foreign Secretary Amina Odhiambo met the World Health Organization (WHO) in "
    "Nairobi on malaria. Energy drinks and energy security: see "
    "https://ministry.example/malaria. Dr Milan Singh spoke."
)


def spans(*words: str, label: str = "person"):
    def seen(text: str):
        starts = [(text.index(one), one) for one in words]
        return tuple(ModelSpan(at, at + len(one), label) for at, one in starts)

    return lambda texts: [seen(one.text) for one in texts]


@pytest.fixture(scope="module")
def why(without_model: Vocabulary) -> Explanation:
    from dataclasses import replace

    recognise = spans("Nairobi", "Amina Odhiambo")
    vocabulary = replace(without_model, recognisers={"en": recognise})
    release = raw(TEXT, title="Malaria talks", language="en")
    enriched = enrich(release, vocabulary, 0)
    return explain(release, enriched, vocabulary, organisation_origins())


def mention(why: Explanation, text: str):
    return next(one for one in why.mentions if one.won.text == text)


def theme(why: Explanation, slug: str):
    return next(one for one in why.themes if one.slug == slug)


def test_a_mention_says_who_won_and_from_which_file(why: Explanation):
    won = mention(why, "World Health Organization").won
    assert (won.source, won.entry) == (
        "gazetteer",
        "org:who in organisations/international/united-nations.toml",
    )


def test_a_mention_says_who_agreed(why: Explanation):
    one = mention(why, "Amina Odhiambo")
    assert one.won.source == "title"
    assert "model" in {said.source for said in one.agreed}
    assert one.confidence > one.won.confidence


def test_a_mention_says_who_lost_and_why(why: Explanation):
    ((said, reason),) = mention(why, "Milan Singh").lost
    assert (said.source, said.type, said.name) == ("gazetteer", "place", "Milan")
    assert reason == "titled person goes before city"


def test_a_theme_says_what_it_counted_and_where(why: Explanation):
    malaria = next(
        one for one in theme(why, "health").phrases if one.phrase == "malaria"
    )
    assert malaria.places == ("title", "lead")
    assert malaria.counted > malaria.weight
    assert theme(why, "health").tagged


def test_an_organisation_that_speaks_for_a_theme_is_named(why: Explanation):
    assert "org:who" in {one.phrase for one in theme(why, "health").phrases}


def test_what_does_not_count_is_said_with_the_reason(why: Explanation):
    assert ("malaria", "it stands in an address") in theme(why, "health").suppressed
    reasons = dict(theme(why, "energy").suppressed)
    assert reasons["Energy"] == "it is part of 'Energy drinks'"


def test_the_scores_are_those_of_the_release(why: Explanation):
    assert all(0 < one.score <= 1 for one in why.themes)
    scores = [one.score for one in why.themes if one.slug in {"health", "energy"}]
    assert scores == sorted(scores, reverse=True)
