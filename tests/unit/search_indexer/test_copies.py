"""What a document has twice, for facets, Kibana and type-ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_indexer.copies import MAX_COMPLETED, MAX_INPUT, completions, with_copies
from search_indexer.documents import documents, refilled
from search_indexer.families import alias_of
from search_indexer.said import MAX_NESTED
from tests.unit.search_indexer.examples import release, releases

COPIES = {"theme", "subtheme", "folded", "suggest"}


def newest(**changes):
    return documents(release(**changes))[0].document


def test_themes_and_subthemes_of_a_half_or_more_are_flat():
    assert newest()["theme"] == ["health"]
    assert newest()["subtheme"] == ["vaccination"]


def test_names_are_there_in_lower_case_without_accents():
    (person, *_) = release().entities
    document = newest(entities=(person.model_copy(update={"name": "José  Ángel"}),))
    assert document["folded"] == {
        "persons": ["jose angel"],
        "ministries": ["ministry of health"],
    }


def test_a_name_is_completed_from_its_first_or_last_word_or_its_short_form():
    suggested = newest()["suggest"]
    assert suggested["persons"]["input"] == ["Amina Odhiambo", "Odhiambo, Amina"]
    assert suggested["organisations"]["input"] == ["World Health Organization", "WHO"]
    assert suggested["places"]["input"] == ["Nairobi"]
    assert suggested["ministries"]["input"] == ["Ministry of Health"]


def test_who_was_in_the_news_last_is_completed_first():
    first = release().first_seen_at
    earlier, later = (
        newest(first_seen_at=first.replace(year=year))["suggest"]["persons"]["weight"]
        for year in (2024, 2025)
    )
    assert earlier < later


@pytest.mark.parametrize(
    ("name", "completed"),
    [
        pytest.param("Ana", ["Ana"], id="plain"),
        pytest.param("", [], id="empty"),
        pytest.param("—", [], id="no letter"),
        pytest.param("A\x1fB\x00C\u202eD", ["A B C D"], id="control characters"),
        pytest.param(" A \n B ", ["A B"], id="white space"),
        pytest.param("x" * MAX_INPUT, ["x" * MAX_INPUT], id="just short enough"),
        pytest.param("x" * (MAX_INPUT + 1), [], id="too long"),
        pytest.param("李克强", ["李克强"], id="Chinese"),
    ],
)
def test_only_what_elasticsearch_takes_is_completed(name, completed):
    assert completions([name]) == completed


def test_a_list_of_hundreds_does_not_fill_the_completions():
    assert len(completions(f"Person {n}" for n in range(500))) == MAX_COMPLETED


@given(st.lists(st.text(max_size=200)))
def test_no_completion_has_a_control_character(names):
    for name in completions(names):
        assert name.isprintable()
        assert 0 < len(name) <= MAX_INPUT


@given(releases)
def test_copies_follow_from_the_document_alone(event):
    for action in documents(event)[:2]:
        bare = {k: v for k, v in action.document.items() if k not in COPIES}
        assert refilled(alias_of(action.index), bare) == action.document
        assert refilled(alias_of(action.index), action.document) == action.document


def test_a_document_of_another_family_stays_as_it_is():
    assert refilled("communique-other", {"persons": ["A"]}) == {"persons": ["A"]}


def test_a_revision_is_completed_by_nobody():
    assert "suggest" not in documents(release())[1].document


def test_nested_quotes_and_amounts_stay_below_the_limit_of_elasticsearch():
    (quote,), (amount,) = release().quotes, release().amounts
    document = with_copies(
        newest(quotes=(quote,) * 9_000, amounts=(amount,) * 9_000), completed=True
    )
    assert len(document["quotes"]) == len(document["amounts"]) == MAX_NESTED
