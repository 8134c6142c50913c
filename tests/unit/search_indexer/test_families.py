"""How indices are called, and how long they are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from communique.errors import UsageError
from search_indexer.expire import expired, retention
from search_indexer.families import (
    FAMILIES,
    RELEASES,
    Family,
    IndexName,
    index_name,
    parsed,
    write_alias,
)
from search_indexer.lifecycle import policies

MOMENT = datetime(2025, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "name"),
    [
        pytest.param("year", "a-v1-2025", id="by year"),
        pytest.param("month", "a-v1-2025.03", id="by month"),
        pytest.param(None, "a-v1", id="one for all"),
    ],
)
def test_an_index_is_called_by_the_time_of_its_documents(by, name):
    assert Family("a", "a.json", by=by).index(MOMENT) == name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (f"{RELEASES}-v1-2025", IndexName(RELEASES, 1, "2025")),
        (f"{RELEASES}-v1-2025-2", IndexName(RELEASES, 1, "2025", 2)),
        (f"{RELEASES}-v12-2025.11-10", IndexName(RELEASES, 12, "2025.11", 10)),
    ],
)
def test_a_name_says_what_the_index_holds(name, parts):
    assert parsed(name) == parts
    assert str(parts) == name


@pytest.mark.parametrize(
    "name",
    [
        "other-v1-2025",
        RELEASES,
        f"{RELEASES}-2025",
        f"{RELEASES}-v1-2025-two",
        f"{RELEASES}-v1-2025-write",
        f"{RELEASES}-v1-2025-2-2",
    ],
)
def test_other_names_are_no_business_of_ours(name):
    assert parsed(name) is None


@pytest.mark.parametrize("alias", FAMILIES)
def test_the_name_of_every_family_is_read_back(alias):
    name = parsed(index_name(alias, MOMENT))
    assert name is not None
    assert (name.alias, name.layout) == (alias, FAMILIES[alias].layout)
    assert bool(name.period) == bool(FAMILIES[alias].by)


def test_every_index_of_a_time_is_written_through_one_alias():
    one = write_alias(f"{RELEASES}-v1-2025")
    assert one == f"{RELEASES}-v1-2025-write"
    assert one == IndexName(RELEASES, 1, "2025", 7).write_alias
    assert one != IndexName(RELEASES, 2, "2025").write_alias


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ("2025", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025.03", datetime(2025, 4, 1, tzinfo=UTC)),
        ("2025.12", datetime(2026, 1, 1, tzinfo=UTC)),
        ("", None),
        ("odd", None),
        ("2025.odd", None),
    ],
)
def test_the_time_of_an_index_ends(period, until):
    assert IndexName(RELEASES, 1, period).until == until


def test_an_index_expires_when_its_time_is_over_and_not_before():
    names = [f"{RELEASES}-v1-{year}" for year in (2024, 2019, 2018, 2020)]
    kept_old = f"{RELEASES}-v1-2018-2"
    before = datetime(2020, 12, 31, tzinfo=UTC)
    assert expired([*names, kept_old, "other-2001"], before) == [
        f"{RELEASES}-v1-2018",
        kept_old,
        f"{RELEASES}-v1-2019",
    ]


def test_retention_is_what_the_families_say_unless_a_setting_says_otherwise():
    table = {alias: family.kept for alias, family in FAMILIES.items() if family.kept}
    assert retention({}) == table
    assert RELEASES not in table
    assert retention({RELEASES: 10}) == table | {RELEASES: timedelta(days=10)}
    with pytest.raises(UsageError, match="nothing is no family"):
        retention({"nothing": 1})


def test_a_policy_counts_from_the_beginning_of_the_time_of_an_index():
    (policy,) = policies({RELEASES: timedelta(days=100)}).values()
    assert policy["phases"]["delete"]["min_age"] == "466d"
