"""What has to be written so that the registry says what a file says."""

import pytest

from communique.errors import UsageError
from communique.events import Feed
from communique.identity import feed_id
from operator_console.registry_changes import chosen, differences, registry_changes
from tests.unit.feed_poller.examples import NOW


def feed(name: str, **declared) -> Feed:
    url = f"https://{name}.example/rss"
    return Feed(
        feed_id=feed_id(url), url=url, title=name, registered_at=NOW, **declared
    )


def registry(*feeds: Feed) -> dict[str, Feed]:
    return {one.feed_id: one for one in feeds}


A, B, C = feed("Agriculture"), feed("Budget"), feed("Culture")


def test_a_file_adds_changes_and_retires():
    moved = B.model_copy(update={"country": "KE", "paused": True})
    changes = registry_changes(registry(A, B), [moved, C])
    assert (changes.added, changes.changed, changes.retired) == (
        (C,),
        ((B, moved),),
        (A,),
    )
    assert differences(B, moved) == ("country", "paused")


def test_a_file_that_says_what_is_changes_nothing():
    later = A.model_copy(update={"registered_at": NOW.replace(year=2030)})
    assert not registry_changes(registry(A, B), [later, B])


@pytest.mark.parametrize(
    "words",
    [A.feed_id, A.feed_id[:8], A.url, "agri", "AGRICULTURE", "agriculture.example"],
)
def test_a_feed_is_called_by_id_address_or_title(words):
    assert chosen(registry(A, B, C), words) == A


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("example", "3 feeds are meant by 'example'"), ("nobody", "feeds list")],
)
def test_a_name_that_fits_none_or_many_is_told(words, sentence):
    with pytest.raises(UsageError, match=sentence):
        chosen(registry(A, B, C), words)
