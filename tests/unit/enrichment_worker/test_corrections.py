"""What people say about tags, and what becomes of the tags."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.corrections import AppliedCorrection, TagRef
from communique.events import EnrichedRelease
from communique.tags import Entity, Evidence, Location, Subtheme, Theme
from enrichment_worker.corrections.apply import Corrections, apply, in_force
from tests.unit.enrichment_worker.examples import RELEASE, raw

AT = datetime(2026, 5, 4, tzinfo=UTC)
OTHER = "7b0c8a44-9c61-5d55-8c07-6a7ffb1b7c12"
TEXT = (
    "Sanjay Verma met the Maldives in Malé. Mr Verma spoke of JWG and counter "
    "terrorism. The Joint Working Group heard Verma. Counter-Terrorism matters to "
    "India."
)


def mentions(*words: str) -> tuple[Evidence, ...]:
    found, start = [], 0
    for one in words:
        start = TEXT.index(one, start)
        found.append(Evidence(text=one, start=start, end=start + len(one)))
        start += len(one)
    return tuple(found)


def entity(kind: str, name: str, *said: str, **facts: object) -> Entity:
    fields = {"type": kind, "name": name, "mentions": mentions(*(said or (name,)))}
    return Entity.model_validate({"confidence": 0.7, **fields, **facts})


PERSON = entity(
    "person", "Sanjay Verma", id="person:sanjay-verma", id_source="local",
    roles=("Secretary",), sources=("title",),
)  # fmt: skip
SURNAME = entity("person", "Verma", "Mr Verma", id="person:verma", id_source="local")
MALDIVES = entity("organisation", "Maldives", sources=("model",))
MALE = entity(
    "place", "Malé", id="1282027", id_source="geonames", country="MV",
    location=Location(lat=4.17, lon=73.5),
)  # fmt: skip
GROUP = entity("organisation", "Joint Working Group", aliases=("JWG",))
HEALTH = Theme(slug="health", score=0.6, evidence=mentions("spoke"))
TERROR = Theme(slug="counter-terrorism", score=0.4, evidence=mentions("terrorism"))
CARE = Subtheme(slug="care", parent="health", score=0.5, evidence=mentions("heard"))


@pytest.fixture
def release() -> EnrichedRelease:
    return EnrichedRelease(
        **raw(TEXT).model_dump(),
        generation=0,
        entities=(PERSON, MALDIVES, MALE, SURNAME, GROUP),
        themes=(HEALTH, TERROR),
        subthemes=(CARE,),
        countries=("IN", "MV"),
    )


def tag(words: str, **facts: str) -> TagRef:
    kind, _, name = words.partition(":")
    return TagRef.model_validate({"type": kind, "name": name, **facts})


def correction(
    action: str, one: TagRef | None = None, into: TagRef | None = None, **more
):
    fields = {"number": 7, "by": "amina", "at": AT, "why": "it is so"}
    return AppliedCorrection.model_validate(
        {**fields, "action": action, "tag": one, "into": into, **more}
    )


def names(release: EnrichedRelease) -> list[str]:
    return [f"{one.type}:{one.name}" for one in release.entities]


def themes(release: EnrichedRelease) -> dict[str, float]:
    return {one.slug: one.score for one in (*release.themes, *release.subthemes)}


AS_IT_WAS = [
    "person:Sanjay Verma", "organisation:Maldives", "place:Malé", "person:Verma",
    "organisation:Joint Working Group",
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "gone"),
    [
        (tag("organisation:Maldives"), "organisation:Maldives"),
        (tag("organisation:MALDIVES"), "organisation:Maldives"),
        (tag("organisation:JWG"), "organisation:Joint Working Group"),
        (tag("place:any", id="1282027", id_source="geonames"), "place:Malé"),
        (tag("place:Male"), "place:Malé"),
    ],
    ids=["name", "any case", "short form", "id", "any accent"],
)
def test_an_entity_is_dropped(release: EnrichedRelease, one: TagRef, gone: str):
    after = apply(release, [correction("drop", one)])
    assert names(after) == [name for name in AS_IT_WAS if name != gone]
    assert [one.number for one in after.corrections] == [7]
    assert (after.corrections[0].by, after.corrections[0].at) == ("amina", AT)


@pytest.mark.parametrize(
    "one",
    [
        correction("drop", tag("place:Maldives")),
        correction("drop", tag("place:Malé", id="1", id_source="geonames")),
        correction("rename", tag("person:Nobody"), tag("person:Somebody")),
        correction("add", tag("person:Not There")),
        correction("add", tag("person:anjay Verm")),
        correction("drop", tag("theme:energy")),
        correction("rename", tag("theme:health"), tag("theme:health")),
    ],
    ids=[
        "another type", "another id", "no such name", "not in the text",
        "inside a word", "no such theme", "itself",
    ],
)  # fmt: skip
def test_what_a_release_has_not_changes_nothing(release: EnrichedRelease, one):
    assert apply(release, [one]) is release


def test_an_added_entity_has_every_place_where_the_text_says_it(release):
    one = correction("add", tag("organisation:Counter-Terrorism", id="org:x"))
    (added,) = [e for e in apply(release, [one]).entities if e.id == "org:x"]
    assert [TEXT[at.start : at.end] for at in added.mentions] == ["Counter-Terrorism"]
    assert (added.sources, added.corrections) == (("correction",), (7,))


def test_what_is_added_takes_its_words_from_others(release: EnrichedRelease):
    after = apply(release, [correction("add", tag("place:Maldives", country="MV"))])
    assert "organisation:Maldives" not in names(after)
    assert names(after)[1] == "place:Maldives"


def test_adding_what_is_there_adds_the_places_that_were_missed(release):
    after = apply(release, [correction("add", tag("person:Verma"))])
    found = {e.name: len(e.mentions) for e in after.entities if e.type == "person"}
    assert found == {"Sanjay Verma": 1, "Verma": 2}  # not the one in a longer name


def test_a_merged_entity_becomes_the_other_and_its_name_a_short_form(release):
    one = correction("merge", tag("person:Verma"), tag("person:Sanjay Verma"))
    after = apply(release, [one])
    (person,) = [e for e in after.entities if e.type == "person"]
    assert person.name == "Sanjay Verma"
    assert person.id == "person:sanjay-verma"
    assert [at.text for at in person.mentions] == ["Sanjay Verma", "Mr Verma"]
    assert person.aliases == ("Verma",)
    assert person.roles == ("Secretary",)
    assert person.sources == ("title", "correction")


def test_merging_into_what_is_not_there_gives_its_name_and_identity(release):
    into = tag("organisation:Expert Group", id="org:eg", id_source="communique")
    one = correction("merge", tag("organisation:JWG"), into)
    group = apply(release, [one]).entities[-1]
    assert (group.name, group.id) == ("Expert Group", "org:eg")
    assert group.aliases == ("JWG", "Joint Working Group")


def test_a_renamed_entity_may_become_another_type(release: EnrichedRelease):
    into = tag("place:Maldives", id="MV", id_source="iso-3166", country="MV")
    after = apply(release, [correction("rename", tag("organisation:Maldives"), into)])
    place = after.entities[1]
    assert (place.type, place.id, place.country) == ("place", "MV", "MV")
    assert place.mentions == MALDIVES.mentions


def test_a_renamed_person_has_the_id_of_the_new_name(release: EnrichedRelease):
    one = correction("rename", tag("person:Sanjay Verma"), tag("person:S. K. Verma"))
    assert apply(release, [one]).entities[0].id == "person:s-k-verma"


def test_a_renamed_person_keeps_office_and_country(release: EnrichedRelease):
    known = PERSON.model_copy(
        update={"id": "person:sanjay-verma:secretary:in", "country": "IN"}
    )
    one = correction("rename", tag("person:Sanjay Verma"), tag("person:S. K. Verma"))
    release = release.model_copy(update={"entities": (known,)})
    person = apply(release, [one]).entities[0]
    assert person.id == "person:s-k-verma:secretary:in"
    assert person.country == "IN"


def test_a_renamed_town_keeps_what_is_known_of_it(release: EnrichedRelease):
    one = correction("rename", tag("place:Malé"), tag("place:Malé City"))
    town = apply(release, [one]).entities[2]
    assert (town.name, town.id, town.location) == ("Malé City", MALE.id, MALE.location)


def test_a_country_goes_with_its_last_place_and_comes_with_the_first(release):
    without = apply(release, [correction("drop", tag("place:Malé"))])
    assert without.countries == ("IN",)
    with_two = apply(release, [correction("add", tag("place:India", country="IN"))])
    assert with_two.countries == ("IN", "MV")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (correction("drop", tag("theme:health")), {"counter-terrorism": 0.4}),
        (
            correction("drop", tag("subtheme:care", parent="health")),
            {"health": 0.6, "counter-terrorism": 0.4},
        ),
        (
            correction("add", tag("theme:counter-terrorism")),
            {"counter-terrorism": 1.0, "health": 0.6, "care": 0.5},
        ),
        (
            correction("add", tag("subtheme:grids", parent="energy")),
            {
                "energy": 1,
                "health": 0.6,
                "counter-terrorism": 0.4,
                "grids": 1,
                "care": 0.5,
            },
        ),
        (
            correction("rename", tag("theme:health"), tag("theme:water")),
            {"water": 1.0, "counter-terrorism": 0.4},
        ),
        (
            correction("merge", tag("theme:health"), tag("theme:counter-terrorism")),
            {"counter-terrorism": 1.0},
        ),
    ],
    ids=[
        "drop, and what is below", "drop a subtheme", "add what scored too low",
        "add a subtheme and so its theme", "rename", "merge",
    ],
)  # fmt: skip
def test_themes_are_corrected(release: EnrichedRelease, one, expected):
    after = apply(release, [one])
    assert list(themes(after).items()) == list(expected.items())
    assert after.corrections == (one,)


def test_the_evidence_of_a_renamed_theme_goes_with_it(release: EnrichedRelease):
    one = correction("rename", tag("theme:health"), tag("theme:water"))
    assert apply(release, [one]).themes[0].evidence == HEALTH.evidence


def test_later_corrections_see_what_earlier_ones_left(release: EnrichedRelease):
    rename = correction("rename", tag("person:Verma"), tag("person:V"), number=1)
    drop = correction("drop", tag("person:V"), number=2)
    after = apply(release, [drop, rename])
    assert "person:V" not in names(after)
    assert [one.number for one in after.corrections] == [1, 2]


def undo(number: int, undoes: int) -> AppliedCorrection:
    return correction("undo", number=number, undoes=undoes)


@pytest.mark.parametrize(
    ("undos", "holding"),
    [
        ([], [1]),
        ([undo(2, 1)], []),
        ([undo(2, 1), undo(3, 2)], [1]),
        ([undo(2, 1), undo(3, 2), undo(4, 3)], []),
    ],
    ids=["none", "undone", "the undoing undone", "and that"],
)
def test_what_is_undone_does_not_hold(undos, holding):
    first = correction("drop", tag("theme:health"), number=1)
    kept = [one.number for one in in_force([first, *undos]) if one.tag]
    assert kept == holding


def test_corrections_are_known_by_their_release():
    corrections = Corrections()
    for number, release_id in enumerate([None, RELEASE, OTHER, None]):
        corrections.add(
            correction(
                "drop", tag("theme:health"), number=number, release_id=release_id
            )
        )
    assert [one.number for one in corrections.of(RELEASE)] == [0, 1, 3]
    assert [one.number for one in corrections.of("another")] == [0, 3]


NAMES = ["Verma", "Sanjay Verma", "Maldives", "JWG", "Joint", "Malé", "met the", "X"]
REFS = st.builds(
    TagRef,
    type=st.sampled_from(["person", "organisation", "place"]),
    name=st.sampled_from(NAMES),
    id=st.sampled_from([None, None, "org:x"]),
)


@given(
    st.lists(
        st.builds(
            correction,
            st.sampled_from(["drop", "add", "merge", "rename"]),
            REFS,
            REFS,
            number=st.integers(0, 99),
        ),
        max_size=6,
    )
)
def test_mentions_stay_true_apart_and_in_order(corrections):
    before = EnrichedRelease(
        **raw(TEXT).model_dump(),
        generation=0,
        entities=(PERSON, MALDIVES, MALE, SURNAME, GROUP),
    )
    after = apply(before, corrections)
    spans = [(at.start, at.end) for one in after.entities for at in one.mentions]
    for one in after.entities:
        assert one.mentions
        for at in one.mentions:
            assert TEXT[at.start : at.end] == at.text
    spans.sort()
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    firsts = [one.mentions[0].start for one in after.entities]
    assert firsts == sorted(firsts)
    EnrichedRelease.model_validate_json(after.model_dump_json())
