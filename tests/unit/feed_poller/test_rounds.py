"""Which sitemaps of an index are read, and what in them is old."""

from datetime import timedelta

import pytest

from feed_poller.items import Named
from feed_poller.rounds import MAX_SITEMAPS, Round, Sitemap
from feed_poller.validators import Validators
from tests.unit.feed_poller.examples import NOW, entry

SINCE = NOW.timestamp()


def after_index(round_: Round, **changed: str) -> Round:
    return round_.begun([Named(*one) for one in changed.items()], SINCE)


def read(round_: Round) -> Round:
    while (sitemap := round_.following) is not None:
        round_ = round_.after(sitemap.has_been_read(Validators(etag='"1"')))
    return round_


def test_all_are_read_once_and_then_what_has_changed():
    begun = after_index(Round(), a="1", b="1")
    assert begun.waiting == ("a", "b")
    assert read(begun).waiting == ()
    assert after_index(read(begun), a="2", b="1").waiting == ("a",)


def test_what_the_index_says_nothing_of_is_asked_each_time():
    begun = read(after_index(Round(), a="", b="1"))
    assert begun.again().waiting == ("a",)
    assert begun.again().following.validators == Validators(etag='"1"')


def test_one_that_failed_is_asked_for_in_the_next_round():
    begun = after_index(Round(), a="1", b="1")
    left = read(begun.after(begun.following))
    assert left.again().waiting == ("a",)
    assert begun.stopped().again().waiting == ("a", "b")


def test_the_newest_few_count():
    names = [f"s{number}" for number in range(20)]
    begun = after_index(Round(), **dict.fromkeys(names, "1"))
    assert begun.waiting == tuple(names[:MAX_SITEMAPS])


@pytest.mark.parametrize(
    ("facts", "days", "old"),
    [
        pytest.param({"new_since": None}, 0, True, id="of the first visit"),
        pytest.param({"new_since": SINCE}, -9, True, id="dated before we looked"),
        pytest.param({"new_since": SINCE}, 0, False, id="dated since"),
        pytest.param({"new_since": SINCE}, -0.5, False, id="dated by the day"),
        pytest.param({"new_since": SINCE}, None, True, id="without a date"),
        pytest.param({"new_since": None, "read": ""}, -9, False, id="read before"),
    ],
)
def test_what_was_there_before_is_old(facts, days, old):
    at = None if days is None else NOW + timedelta(days=days)
    assert Sitemap(url="a", **facts).is_old(entry(published_at=at)) is old
