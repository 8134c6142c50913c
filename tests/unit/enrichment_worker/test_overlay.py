"""A user's own vocabulary adds to the shipped one, and overrules it."""

from pathlib import Path

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary, theme_slugs
from enrichment_worker.vocabulary.overlay import overruled
from tests.unit.enrichment_worker.examples import named, raw, tagged

FILES = {
    "organisations/desk.toml": """
        [desk-blue]
        name = "Blue Corridor Initiative"
        kind = "grouping"
        short = ["BCI"]

        [un]
        name = "United Nations Organisation"
        kind = "intergovernmental"

        [ke-health]
        name = "Kenya Health House"
        kind = "ministry"

        [nato]
        remove = true
    """,
    "places/cities.toml": 'remove = ["Enterprise"]\nnever = ["Nairobi"]',
    "taxonomy/water.toml": """
        [en]
        core = ["blue corridor"]
        weak = ["drinking water"]
        [subthemes.blue-corridors.en]
        strong = ["blue corridor(s)"]
    """,
    "given_names.txt": "Zzyzx\n-Maria\n",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("own")
    for name, content in FILES.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(content, "utf-8")
    return directory


@pytest.fixture(scope="module")
def overlaid(own: Path) -> Vocabulary:
    return load_vocabulary(own, {})


def targets(vocabulary: Vocabulary, form: str) -> set[str]:
    return {name.target.id for name in vocabulary.names.get(form)}


def test_an_entry_of_ones_own_is_known(overlaid: Vocabulary):
    text = "The Blue Corridor Initiative (BCI) met. BCI agreed on drinking water."
    release = enrich(raw(text, language="en"), overlaid, 0)
    assert named(release, "organisation")["Blue Corridor Initiative"].id == (
        "org:desk-blue"
    )


def test_an_entry_with_a_known_id_takes_its_place(
    overlaid: Vocabulary, without_model: Vocabulary
):
    assert targets(without_model, "United Nations") == {"org:un"}
    assert targets(overlaid, "United Nations") == set()
    assert targets(overlaid, "United Nations Organisation") == {"org:un"}


def test_an_entry_that_takes_the_place_of_a_countrys_stays_of_it(overlaid: Vocabulary):
    (body,) = [name.target for name in overlaid.names.get("Kenya Health House")]
    assert (body.id, body.country) == ("org:ke-health", "KE")


def test_a_removed_entry_is_not_known(overlaid: Vocabulary, without_model: Vocabulary):
    assert targets(without_model, "NATO") == {"org:nato"}
    assert targets(overlaid, "NATO") == set()


def test_what_is_not_named_stays(overlaid: Vocabulary):
    assert targets(overlaid, "World Health Organization") == {"org:who"}


def test_lists_of_words_grow_and_shrink(overlaid: Vocabulary):
    assert "184745" not in targets(overlaid, "Nairobi"), "the town; the county stays"
    assert "zzyzx" in overlaid.titles.given_names
    assert "maria" not in overlaid.titles.given_names


def test_a_phrase_of_ones_own_speaks_for_its_theme(overlaid: Vocabulary):
    text = "The blue corridor opens. The blue corridor is long."
    release = enrich(raw(text, title="Blue corridor", language="en"), overlaid, 0)
    assert "water" in tagged(release)
    assert [one.slug for one in release.subthemes] == ["blue-corridors"]


def test_a_phrase_that_is_listed_again_has_its_new_weight_alone(
    overlaid: Vocabulary, without_model: Vocabulary
):
    def weights(vocabulary: Vocabulary) -> set[float]:
        phrases = vocabulary.taxonomy.phrases["en"].get("drinking water")
        return {one.weight for one in phrases if one.slug == "water"}

    assert weights(without_model) == {4.2}
    assert weights(overlaid) == {0.8}


def test_subthemes_of_ones_own_are_below_their_theme(own: Path):
    assert theme_slugs(own)["blue-corridors"] == "water"
    assert theme_slugs()["water"] is None


@pytest.mark.parametrize(
    ("base", "own", "expected"),
    [
        ({"a": 1, "b": [1]}, {"a": 2, "c": 3}, {"a": 2, "b": [1], "c": 3}),
        ({"b": [1, 2]}, {"b": [2, 3]}, {"b": [1, 2, 3]}),
        ({"b": [1, 2], "c": [2]}, {"remove": [2]}, {"b": [1], "c": []}),
        ({"t": {"a": [1]}}, {"t": {"a": [2]}}, {"t": {"a": [1, 2]}}),
        ({"t": {"a": [1]}, "u": 1}, {"t": {"remove": True}}, {"u": 1}),
        ({"weak": [1], "strong": [2]}, {"weak": [2]}, {"weak": [1, 2], "strong": []}),
        ({"other": [2]}, {"weak": [2]}, {"other": [2], "weak": [2]}),
        ({}, {"t": {"remove": [1], "a": [1]}}, {"t": {"a": [1]}}),
    ],
    ids=[
        "values", "lists", "words removed", "tables", "a table removed", "moved",
        "moved among the exclusive only", "new tables",
    ],
)  # fmt: skip
def test_tables_are_overruled(base, own, expected):
    assert overruled(base, own, exclusive={"weak", "strong"}) == expected
