"""How the files of the taxonomy are read, and what every one of them must hold."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Taxonomy, Vocabulary
from enrichment_worker.text import Prose, fold
from enrichment_worker.vocabulary.load import DATA
from enrichment_worker.vocabulary.taxonomy import (
    WEIGHTS,
    expand,
    languages,
    load_taxonomy,
)
from tests.unit.enrichment_worker.examples import raw

FILES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((DATA / "taxonomy").glob("*.toml"))
}
SHIPPED = ("en", "fr", "es")
COMMON_AGENDAS = {*range(1, 11), *range(12, 22), 23}
"""Major topics of the Comparative Agendas Project."""
MEDIA_TOPICS = tomllib.loads((DATA / "media_topics.toml").read_text("utf-8"))

ENERGY = """
[entities]
medium = ["org:iea"]

[en]
strong = ["energy"]
medium = ["oil", "grid(s)"]
excluding = ["energy drink"]
needs = { "oil" = ["barrel(s)"] }

[en.unless]
"grid(s)" = ["road"]

[de]
strong = ["Energie"]

[subthemes.grids.en]
strong = ["grid(s)", "power line"]
"""


@pytest.fixture
def taxonomy(tmp_path: Path) -> Taxonomy:
    (tmp_path / "taxonomy").mkdir()
    (tmp_path / "taxonomy" / "energy.toml").write_text(ENERGY, "utf-8")
    return load_taxonomy(
        tmp_path / "taxonomy", {"themes": {}}, {"themes": {}, "subthemes": {}}
    )


def said(taxonomy: Taxonomy, language: str, form: str) -> dict[str, float]:
    return {one.slug: one.weight for one in taxonomy.phrases[language].get(form)}


@pytest.mark.parametrize(
    ("language", "form", "expected"),
    [
        ("en", "energy", {"energy": 3.0}),
        ("en", "grids", {"energy": 1.8, "grids": 3.0}),
        ("en", "power line", {"energy": 3.0, "grids": 3.0}),
        ("en", "energy drink", {"energy": 0.0, "grids": 0.0}),
        ("de", "Energie", {"energy": 3.0}),
    ],
    ids=[
        "a theme's own",
        "the theme's own weight before the subtheme's",
        "a subtheme's phrase speaks for its theme",
        "what the theme excludes, the subtheme does",
        "any language that a file has",
    ],
)
def test_phrases_are_read(
    taxonomy: Taxonomy, language: str, form: str, expected: dict[str, float]
):
    assert said(taxonomy, language, form) == expected


def test_contexts_and_organisations_are_read(taxonomy: Taxonomy):
    (oil,) = taxonomy.phrases["en"].get("oil")
    assert oil.needs == {"barrel", "barrels"}
    assert {frozenset(), frozenset({"road"})} == {
        one.unless for one in taxonomy.phrases["en"].get("grids")
    }
    assert [(one.slug, one.weight) for one in taxonomy.supports["org:iea"]] == [
        ("energy", 1.8)
    ]
    assert list(taxonomy.phrases["de"].hits(Prose("Energie"))) != []


@pytest.mark.parametrize(
    ("pattern", "forms"),
    [
        ("sanction(s)", ["sanction", "sanctions"]),
        ("terror(ism|ists)", ["terrorism", "terrorists"]),
        ("arms(| control)", ["arms", "arms control"]),
        ("plain", ["plain"]),
    ],
)
def test_a_pattern_stands_for_its_forms(pattern: str, forms: list[str]):
    assert expand(pattern) == forms


def test_a_pattern_with_an_open_bracket_is_refused():
    with pytest.raises(ValueError, match="bracket"):
        expand("sanction(s")


def parts(slug: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the phrases of a theme and of its subthemes, by language."""
    theme = FILES[slug]
    subthemes = theme.get("subthemes", {})
    return {
        name: {language: one[language] for language in languages(one)}
        for name, one in {slug: theme, **subthemes}.items()
    }


def test_there_are_150_subthemes_each_below_one_theme():
    counted = Counter(
        name for theme in FILES.values() for name in theme.get("subthemes", {})
    )
    assert len(counted) >= 150
    assert set(counted.values()) == {1}
    assert not set(counted) & set(FILES)


@pytest.mark.parametrize("slug", FILES)
def test_a_theme_and_its_subthemes_have_phrases_in_every_shipped_language(slug: str):
    for name, spoken in parts(slug).items():
        for language in SHIPPED:
            sections = spoken.get(language, {})
            found = [one for section in WEIGHTS for one in sections.get(section, ())]
            assert found, f"{name} has no phrase in {language}"


@pytest.mark.parametrize("slug", FILES)
def test_no_phrase_stands_twice_in_one_theme_or_subtheme(slug: str):
    for name, spoken in parts(slug).items():
        for language, sections in spoken.items():
            forms = Counter(
                fold(form)
                for section in WEIGHTS
                for pattern in sections.get(section, ())
                for form in set(expand(pattern))
            )
            twice = [form for form, times in forms.items() if times > 1]
            assert not twice, f"{name}, {language}"


@pytest.mark.parametrize("slug", FILES)
def test_a_file_holds_nothing_that_is_not_read(slug: str):
    theme = FILES[slug]
    keys = {"cap", "entities", "parties", "subthemes", *languages(theme)}
    assert set(theme) <= keys
    for spoken in parts(slug).values():
        for sections in spoken.values():
            assert set(sections) <= {*WEIGHTS, "needs", "unless"}
            listed = {one for section in WEIGHTS for one in sections.get(section, ())}
            for context in ("needs", "unless"):
                assert set(sections.get(context, {})) <= listed


@pytest.mark.parametrize("slug", FILES)
def test_a_phrase_is_lower_case_and_holds_only_what_a_text_can(slug: str):
    for name, spoken in parts(slug).items():
        for sections in spoken.values():
            for section in WEIGHTS:
                for pattern in sections.get(section, ()):
                    assert pattern == pattern.strip().lower(), name
                    assert not re.search(r"[-–’]|\s\s", pattern), (name, pattern)


@pytest.mark.parametrize("slug", FILES)
def test_a_theme_stands_for_a_topic_of_a_public_scheme(slug: str):
    assert FILES[slug]["cap"] in COMMON_AGENDAS


def test_every_media_topic_of_a_theme_is_one_of_the_scheme():
    used = {**MEDIA_TOPICS["themes"], **MEDIA_TOPICS["subthemes"]}
    assert set(used.values()) == set(MEDIA_TOPICS["topics"])
    for identity, label in MEDIA_TOPICS["topics"].items():
        assert re.fullmatch(r"medtop:(?:(?:0[1-9]|1[0-7])000000|2000\d{4})", identity)
        assert label == label.strip().lower() != ""


def test_media_topics_stand_for_themes_and_subthemes_that_there_are(
    without_model: Vocabulary,
):
    taxonomy = without_model.taxonomy
    assert set(MEDIA_TOPICS["themes"]) <= set(taxonomy.slugs)
    assert set(MEDIA_TOPICS["subthemes"]) <= set(taxonomy.parents)
    assert taxonomy.media_topics["health"] == "medtop:07000000"
    assert taxonomy.media_topics["vaccination"] == "medtop:20000477"


def test_a_tag_names_its_media_topic(without_model: Vocabulary):
    text = "A vaccination campaign against measles protects public health."
    release = enrich(raw(text, language="en"), without_model, 0)
    topics = {one.slug: one.iptc for one in (*release.themes, *release.subthemes)}
    assert topics["health"] == "medtop:07000000"
    assert topics["vaccination"] == "medtop:20000477"


def test_an_organisation_that_supports_a_theme_is_in_the_vocabulary():
    known = {
        f"org:{key}"
        for path in (DATA / "organisations").rglob("*.toml")
        for key in tomllib.loads(path.read_text("utf-8"))
    }
    named = {
        identity
        for theme in FILES.values()
        for one in (theme, *theme.get("subthemes", {}).values())
        for ids in one.get("entities", {}).values()
        for identity in ids
    }
    assert named <= known


def test_every_shipped_language_is_loaded(without_model: Vocabulary):
    assert set(SHIPPED) <= set(without_model.taxonomy.phrases)
