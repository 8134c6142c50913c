"""Laws of lists of feeds: what one says is refused in a sentence, or comes back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.errors import UsageError
from feed_poller.declared import NAMES, declared_feed
from feed_poller.feed_csv import csv_from_feeds, feeds_from_csv
from feed_poller.opml import feeds_from_opml, opml_from_feeds
from tests.property.test_fetch import values
from tests.unit.feed_poller.examples import NOW

SAID = ["true", "IN", "en", "Asia/Kolkata", "America", "../..", "nan", "1_0", "html"]
words = values | st.text(max_size=12) | st.sampled_from(SAID)
addresses = (
    st.sampled_from(["https://a.example/x", "a.example", "http://xn--/"]) | words
)


@settings(max_examples=300, deadline=None)
@given(
    addresses,
    words,
    st.dictionaries(st.sampled_from(NAMES) | words, words, max_size=4),
    st.lists(words, max_size=2),
    st.lists(st.dictionaries(words, words, max_size=2), max_size=3),
)
def test_whatever_a_list_says_is_refused_or_comes_back(
    url, title, said, folder, of_folders
):
    try:
        feed = declared_feed(
            *(url, title, said),
            where="line 1",
            registered_at=NOW,
            folder=folder,
            folder_attributes=of_folders,
        )
    except UsageError:
        return
    feed.model_dump_json()
    opml = opml_from_feeds([feed], title="All", made_at=NOW)
    assert feeds_from_opml(opml, NOW) == [feed]
    assert feeds_from_csv(csv_from_feeds([feed]), NOW) == [feed]
