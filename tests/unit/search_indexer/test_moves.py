"""What differs on a server, and which indices a reindex writes anew."""

import dataclasses

import pytest

from communique.errors import NotReadyError
from search_indexer.difference import Index, Installed, differences
from search_indexer.families import FAMILIES, RELEASES, REVISIONS, IndexName
from search_indexer.moves import ASKED, CUT_OFF, kept_from_before, moves
from search_indexer.templates import (
    mapping,
    mapping_component,
    templates,
    version,
)

OURS = templates(language_analyzers=True, replicas=0, shards=1)
PLAIN = templates(language_analyzers=False, replicas=0, shards=1)
WRITE = f"{RELEASES}-v1-2025-write"
V1, V1_2, V1_3 = (IndexName(RELEASES, 1, "2025", number) for number in (1, 2, 3))


def index(*aliases, own=None, ours=OURS, **meta):
    own = mapping(RELEASES) if own is None else own
    mappings = {**own, "_meta": {"version": version(RELEASES), **meta}}
    return Index(frozenset(aliases), mappings, ours.settings(RELEASES))


def planned(indices, **asked):
    by_name = {str(name): held for name, held in indices.items()}
    return moves(by_name, OURS, aliases=(RELEASES,), **asked)


LIVE = index(RELEASES, WRITE)


def test_an_index_as_ours_needs_nothing_unless_it_is_asked_for():
    assert planned({V1: LIVE}) == []
    (move,) = planned({V1: LIVE}, everything=True)
    assert (move.source, move.target, move.reasons) == (V1, V1_2, (ASKED,))


@pytest.mark.parametrize(
    ("old", "reason"),
    [
        pytest.param(
            index(RELEASES, version=1), "documents from before", id="older mapping"
        ),
        pytest.param(
            index(RELEASES, filled=1), "documents from before", id="fields added"
        ),
        pytest.param(index(RELEASES, ours=PLAIN), "other analyzers", id="analyzers"),
    ],
)
def test_an_index_that_is_not_as_it_would_be_made_today_is_written_anew(old, reason):
    (move,) = planned({V1: old})
    assert (move.source, move.target) == (V1, V1_2)
    assert move.reasons[0].startswith(reason)


def test_an_index_of_an_older_layout_goes_into_one_of_ours(monkeypatch):
    newer = dataclasses.replace(FAMILIES[RELEASES], layout=2)
    monkeypatch.setitem(FAMILIES, RELEASES, newer)
    (move,) = planned({V1: LIVE})
    assert move.target == IndexName(RELEASES, 2, "2025")
    assert move.reasons == ("layout 1, ours is 2",)


def test_an_index_of_a_newer_communique_is_left_alone():
    assert planned({V1: index(RELEASES, version=99)}) == []
    assert planned({IndexName(RELEASES, 9, "2025"): index(RELEASES)}) == []


def test_what_was_begun_goes_on():
    assert planned({V1: LIVE, V1_2: index()}, everything=True)[0].target == V1_2
    half_done = {V1: index(RELEASES), V1_2: index(WRITE)}
    (move,) = planned(half_done)
    assert (move.target, move.reasons) == (V1_2, (CUT_OFF,))


def test_what_was_begun_with_another_mapping_stays_and_is_not_used():
    begun = {V1: LIVE, V1_2: index(version=1)}
    assert planned(begun, everything=True)[0].target == V1_3


def test_two_indices_behind_one_alias_are_for_a_person():
    with pytest.raises(NotReadyError, match="take all but one out of it"):
        planned({V1: LIVE, V1_2: LIVE})


def test_what_is_behind_no_alias_is_no_business_of_a_reindex():
    assert planned({V1: index()}, everything=True) == []


def test_only_replaced_indices_are_dropped():
    state = {
        V1: index(),
        V1_2: LIVE,
        V1_3: index(),
        IndexName(RELEASES, 1, "2024"): LIVE,
    }
    by_name = {str(name): held for name, held in state.items()}
    assert kept_from_before(by_name, [RELEASES]) == [V1]
    assert kept_from_before(by_name, [REVISIONS]) == []


EVERYTHING = Installed(OURS.components, OURS.index, {str(V1): LIVE})


def found(**changes):
    changed = dataclasses.replace(EVERYTHING, **changes)
    return [(d.kind, d.name, d.state, d.details) for d in differences(changed, OURS)]


def test_on_an_empty_server_all_is_new_and_components_come_first():
    told = list(differences(Installed({}, {}, {}), OURS))
    assert {difference.state for difference in told} == {"new"}
    assert [d.name for d in told] == [*OURS.components, *OURS.index]


def test_a_server_that_has_all_differs_in_nothing():
    assert found() == []


def test_a_field_that_an_index_lacks_is_named_and_wants_a_reindex():
    fields = dict(mapping(RELEASES)["properties"])
    del fields["subtheme"]
    old = index(RELEASES, WRITE, own={"properties": fields}, version=2)
    changed, wanted = found(indices={str(V1): old})
    assert changed == ("index", str(V1), "changed", ("+ subtheme",))
    assert wanted[2] == "reindex"


def test_another_setting_is_named_with_both_values():
    part = mapping_component(RELEASES)
    component = PLAIN.components[part]
    told = found(components={**OURS.components, part: component})
    ((_, name, state, details),) = told
    assert (name, state) == (part, "changed")
    assert (
        "~ settings.index.analysis.analyzer.communique_en.type: standard → english"
        in details
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {
                "templates": {
                    **OURS.index,
                    RELEASES: {"_meta": {"version": 99, "layout": 1}},
                }
            },
            id="index template",
        ),
        pytest.param(
            {
                "components": {
                    **OURS.components,
                    mapping_component(RELEASES): {"_meta": {"version": 99}},
                }
            },
            id="component template",
        ),
        pytest.param({"indices": {str(V1): index(RELEASES, version=99)}}, id="index"),
    ],
)
def test_what_a_newer_communique_installed_is_left_alone(changes):
    assert [state for _, _, state, _ in found(**changes)] == ["newer"]


def test_a_template_of_before_is_changed():
    old = {"index_patterns": [f"{RELEASES}-v1-*"], "priority": 500}
    ((kind, name, state, details),) = found(templates={**OURS.index, RELEASES: old})
    assert (kind, name, state) == ("index template", RELEASES, "changed")
    assert "+ _meta.version" in details
