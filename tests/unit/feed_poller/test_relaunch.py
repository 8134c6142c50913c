"""Old entries under new ids are no news."""

from datetime import timedelta

import pytest

from communique.identity import release_id
from feed_poller.memory import with_entries
from feed_poller.relaunch import behind_known, is_relaunch
from tests.unit.feed_poller.examples import NOW, entry

LAST_VISIT = NOW - timedelta(hours=1)
OLD = NOW - timedelta(days=9)


def listed(*numbers, site="old", **facts):
    made = {"text": "Text {0}.", "title": "Title {0}", "published_at": None} | facts
    return [
        entry(
            number,
            title=made["title"].format(number),
            text=made["text"].format(number),
            published_at=made["published_at"],
        ).model_copy(
            update={
                "release_id": release_id(
                    link=f"https://{site}.example/{number}",
                    feed="",
                    guid=None,
                    text="",
                )
            }
        )
        for number in numbers
    ]


BEFORE = listed(*range(10))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (listed(*range(10), site="new"), True),
        (listed(*range(10), site="new", text="Another excerpt {0}."), True),
        (
            listed(
                *range(20, 30), site="new", title="T {0}", text="{0}", published_at=OLD
            ),
            True,
        ),
        (listed(*range(1, 11), site="new"), True),
        (listed(*range(7), site="new") + listed(8), True),
        (listed(*range(10)), False),
        (listed(*range(5, 15)), False),
        (listed(*range(20, 30)), False),
        (listed(*range(20, 30), published_at=NOW), False),
        (listed(*range(20, 30), title="Bulletin"), False),
        (listed(0, 1, site="new"), False),
        (listed(*range(5), site="new") + listed(*range(5, 10)), False),
        ([], False),
    ],
    ids=[
        "all links renamed",
        "links renamed, and other excerpts",
        "an archive that was never listed",
        "links renamed, and one new entry",
        "most links renamed",
        "nothing changed",
        "half of it is new",
        "all of it is new",
        "all of it is new, and says so",
        "a title that all entries share",
        "two entries are too few to tell",
        "half the links renamed",
        "an empty document",
    ],
)
def test_a_relaunch_is_told_from_news(after, expected):
    known = with_entries(
        with_entries({}, listed(90, title="Bulletin")), list(reversed(BEFORE))
    )
    assert is_relaunch(after, known, last_read_at=LAST_VISIT) is expected


def test_of_a_feed_that_is_not_known_only_dates_tell_what_is_old():
    assert not is_relaunch(BEFORE, {}, last_read_at=LAST_VISIT)
    dated = listed(*range(10), published_at=OLD)
    assert is_relaunch(dated, {}, last_read_at=LAST_VISIT)
    assert not is_relaunch(dated, {}, last_read_at=None)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE + listed(*range(20, 30), published_at=OLD), 10),
        (BEFORE[:9] + listed(20, published_at=OLD), 1),
        (listed(30, published_at=NOW) + BEFORE + listed(20, published_at=OLD), 1),
        (BEFORE + listed(20, published_at=NOW), 0),
        (BEFORE + listed(20), 0),
        (listed(20, published_at=OLD) + BEFORE, 0),
        (listed(*range(20, 30), published_at=OLD), 0),
    ],
    ids=[
        "a longer list",
        "an older one moved up as another was taken out",
        "beside news at the top",
        "a list that grows at its end",
        "without a date nobody can tell",
        "an old date at the top is news that is late",
        "nothing known is listed any more",
    ],
)
def test_what_is_old_and_stands_below_all_that_is_known_is_no_news(after, expected):
    known = with_entries({}, list(reversed(BEFORE)))
    old = behind_known(after, known, last_read_at=LAST_VISIT)
    assert old == {one.release_id for one in after[len(after) - expected :]}
