"""A company by whose name somebody is called in a text is not in that text."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.semantics_of import read


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Minister Anna Ericsson came. Ms Ericsson spoke.", {"Anna Ericsson"}),
        ("It is so, said Jean Dupont, who came.", {"Jean Dupont"}),
        ("Minister Zzat Cummins came. Cummins spoke.", {"Zzat Cummins"}),
        ("He thanked Mr. Roche.", {"Roche"}),
        ("Volvo and Siemens have signed.", {"Volvo", "Siemens"}),
        ("The Minister visited Airbus.", {"Airbus"}),
    ],
    ids=[
        "behind a given name",
        "without a title",
        "behind a title and a word",
        "behind a title",
        "companies",
        "what an office does with one",
    ],
)
def test_a_word_that_is_a_surname_in_a_text_is_no_company(
    without_model: Vocabulary, text: str, names: set[str]
):
    found = read(without_model, text).entities
    assert {one.name for one in found} == names


def test_a_company_is_one_where_nobody_is_called_so(without_model: Vocabulary):
    (only,) = read(without_model, "A plant of Ericsson was opened.").entities
    assert only.type == "organisation"
