"""Bodies of which a state has one, called by their kind alone."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

CASES = {
    "at the beginning": ("Cabinet has agreed to the plan.", {"Cabinet"}),
    "behind a verb": ("She told Cabinet of it.", {"Cabinet"}),
    "behind an article": ("The Zzu, President of the Senate, came.", {"Senate"}),
    "two words": ("He leads the Defence Forces of today.", {"Defence Forces"}),
    "a parliament named in full elsewhere": (
        "The Zzandi Parliament sat. It was said in Parliament today.",
        {"Zzandi Parliament"},
    ),
    "its members": ("Three Members of Parliament agreed.", set()),
    "an office": ("The Cabinet Secretary agreed.", set()),
    "a cabinet of somebody": ("Source: Cabinet de la ministre.", set()),
    "furniture": ("He bought a cabinet.", set()),
    "a senate of a school": ("They left Zzolga Senate House.", set()),
}


@pytest.mark.parametrize(("text", "bodies"), CASES.values(), ids=CASES)
def test_a_kind_with_a_capital_is_the_one_of_the_state(
    without_model: Vocabulary, text: str, bodies: set[str]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "organisation")) == bodies


def test_it_is_the_listed_one_where_the_text_names_that(without_model: Vocabulary):
    text = "The Parliament of Fiji sat. In Parliament it rained."
    found = named(enrich(raw(text, language="en"), without_model, 0), "organisation")
    assert found["Parliament of Fiji"].id == "org:fj-parliament"
    assert len(found["Parliament of Fiji"].mentions) == 2
