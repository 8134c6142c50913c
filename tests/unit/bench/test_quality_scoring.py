import pytest

from bench.quality.scoring import (
    Counts,
    Label,
    Links,
    Matched,
    Tag,
    calibration_error,
    counts,
    fold,
    links,
    match,
    theme_counts,
)


@pytest.mark.parametrize(
    ("one", "other", "persons"),
    [
        ("The Children’s Society", "children's society", False),
        ("Côte d’Ivoire", "cote d'ivoire", False),
        ("Rønne", "ronne", False),
        ("Agriculture & Farmers Welfare", "Agriculture and Farmers Welfare", False),
        ("Al-Shabaab", "Al Shabaab", False),
        ("U.S.", "US", False),
        ("Estonia's", "Estonia", False),
        ("La Réunion", "Réunion", False),
        ("H.E. Dr. Aravind Menon", "Aravind Menon", True),
        ("Shri Mahesh Tiwari", "Mahesh Tiwari", True),
        ("Lt Gen (Retd) K. P. Unnikrishnan", "K P Unnikrishnan", True),
        ("Mme Solène Maréchal", "Solene Marechal", True),
    ],
)
def test_case_accents_articles_and_titles_do_not_matter(one, other, persons):
    assert fold(one, persons=persons) == fold(other, persons=persons)


def test_a_name_that_is_all_title_stays():
    assert fold("Rose", persons=True) == "rose"
    assert fold("Minister", persons=True) == "minister"


def test_a_title_is_part_of_the_name_of_what_is_no_person():
    assert fold("General Council") != fold("Council")


def test_a_tag_counts_by_canonical_name_or_by_alias():
    bank = Label("World Bank", aliases=("IBRD",))
    for name in ("world bank", "the World Bank", "IBRD"):
        assert counts(match([Tag(name)], [bank], persons=False)) == Counts(right=1)


def test_a_tag_under_its_name_in_another_language_counts_by_its_mention():
    tag, label = Tag("Germany", forms=("Alemania",)), Label("Alemania")
    assert counts(match([tag], [label], persons=False)) == Counts(right=1)


def test_a_label_is_matched_once_and_the_second_tag_is_a_repetition():
    label = Label("Ministry of External Affairs", aliases=("MEA",))
    tags = [Tag("MEA"), Tag("Ministry of External Affairs")]
    found = counts(match(tags, [label], persons=False))
    assert found == Counts(right=1, repeated=1)
    assert found.precision == 0.5
    assert found.f1_of_mentions == 1.0


def test_the_same_name_goes_before_an_alias():
    state = Label("Kaduna State", aliases=("Kaduna",))
    city = Label("Kaduna")
    matched = match([Tag("Kaduna"), Tag("Kaduna State")], [state, city], persons=False)
    assert {(tag.name, label.name) for tag, label in matched.pairs} == {
        ("Kaduna", "Kaduna"),
        ("Kaduna State", "Kaduna State"),
    }


def test_an_optional_label_costs_nothing_found_or_not():
    treaty = Label("Paris Agreement", optional=True)
    assert counts(match([], [treaty], persons=False)) == Counts()
    tags = [Tag("Paris Agreement"), Tag("the Paris Agreement")]
    assert counts(match(tags, [treaty], persons=False)) == Counts()


def test_what_nobody_asked_for_is_spurious_and_what_is_not_found_is_missed():
    matched = match([Tag("Cambridge")], [Label("Victoria Bishop")], persons=True)
    assert counts(matched) == Counts(missed=1, spurious=1)
    assert counts(matched).f1 == 0.0


def test_nothing_asked_and_nothing_found_is_perfect():
    assert Counts().f1 == 1.0


def test_a_link_is_right_wrong_invented_or_absent():
    matched = Matched(
        pairs=(
            (
                Tag("Paris", country="US", geonames=1),
                Label("Paris", country="US", geonames=1),
            ),
            (
                Tag("London", country="GB", geonames=2),
                Label("London", country="CA", geonames=3),
            ),
            (Tag("Sahel", country="NE"), Label("Sahel")),
            (Tag("Merille"), Label("Merille", country="KE", geonames=4)),
            (Tag("Oder", country="PL"), Label("Oder", country="?")),
            (Tag("Black Sea"), Label("Black Sea")),
        ),
        spurious=(Tag("Bishop", country="US"), Tag("Counter-Terrorism")),
    )
    assert links(matched) == Links(
        right=1,
        wrong=1,
        invented=2,
        unlinked=1,
        cities_right=1,
        cities_wrong=1,
        cities_unlinked=1,
    )


def test_a_theme_counts_from_a_half_on():
    scores = {"health": 0.5, "water": 0.49, "space": 0.9}
    assert theme_counts(scores, {"health", "water"}) == Counts(
        right=1, missed=1, spurious=1
    )


def test_scores_that_come_true_as_often_as_they_say_have_no_calibration_error():
    scored = [(0.5, True), (0.5, False), (1.0, True), (0.0, False)]
    assert calibration_error(scored) == 0.0


def test_the_calibration_error_is_the_mean_distance_weighted_by_how_many():
    scored = [(0.9, True), (0.9, False), (0.1, False), (0.1, False)]
    assert calibration_error(scored) == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)


def test_no_scores_have_no_error():
    assert calibration_error([]) == 0.0
