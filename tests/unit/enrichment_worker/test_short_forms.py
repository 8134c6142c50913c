"""Short forms: those that a text defines, and those that it does not."""

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw


def test_a_defined_short_form_stands_for_the_long_name(without_model: Vocabulary):
    text = (
        "The Blue Harbour Security Conclave (BHSC) met. The BHSC thanked the Lagoon "
        "Protection Agency. LPA staff spoke of gross domestic product (GDP)."
    )
    release = enrich(raw(text, language="en"), without_model, 0)
    bodies = named(release, "organisation")
    assert {name: one.aliases for name, one in bodies.items()} == {
        "Blue Harbour Security Conclave": ("BHSC",),
        "Lagoon Protection Agency": ("LPA",),
    }
    assert len(bodies["Blue Harbour Security Conclave"].mentions) == 3


def test_the_ministry_is_the_one_that_was_named(without_model: Vocabulary):
    one = "The Ministry of Health spoke. Later the Ministry agreed."
    two = "The Ministry of Health met the Ministry of Labour. The Ministry agreed."
    counts = [
        sum(
            len(body.mentions)
            for body in enrich(raw(text, language="en"), without_model, 0).entities
        )
        for text in (one, two)
    ]
    assert counts == [2, 2]


def test_a_defined_short_form_is_no_country_of_that_name(without_model: Vocabulary):
    text = "The Kenya Space Agency (KSA) met in Nairobi. KSA reported."
    assert enrich(raw(text), without_model, 0).countries == ("KE",)


def test_a_weak_short_form_needs_its_long_form(without_model: Vocabulary):
    alone = enrich(raw("The AU met.", language="en"), without_model, 0)
    both = enrich(raw("The African Union met. The AU ended.", language="en"),
                  without_model, 0)  # fmt: skip
    assert not alone.entities
    assert named(both, "organisation")["African Union"].aliases == ("AU",)


def test_a_short_form_means_what_the_text_has_spelled_out(without_model: Vocabulary):
    text = "The International Cricket Council met. The ICC thanked all."
    release = enrich(raw(text, language="en"), without_model, 0)
    (body,) = named(release, "organisation").values()
    assert (body.id, body.aliases) == ("org:icc-cricket", ("ICC",))
