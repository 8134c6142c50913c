"""What becomes of a release when its entry or its page is read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from communique.events import Attachment
from communique.identity import fingerprint
from page_fetcher.extract import Extracted
from page_fetcher.revisions import Known, next_release
from tests.unit.feed_poller.examples import NOW, entry

LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=1)
PAGE = Extracted(title="Page title", text="The text of the page, which is the release.")
FEED_TEXT = "The feed's own text."


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def other_feed(one):
    issuer = one.issuer.model_copy(update={"feed_id": "0" * 8 + one.issuer.feed_id[8:]})
    return one.model_copy(update={"issuer": issuer})


def first(one=None, page=PAGE):
    release = next_release(one or entry(), page, None, LATER)
    assert release is not None
    return release


def again(one, page, last, now=MUCH_LATER):
    return next_release(one, page, Known.of(last), now)


def test_first_event_is_new_and_remembers_when_the_feed_showed_it():
    release = first(entry(backfill=True, author="Ann", categories=("x",)))
    assert (release.change, release.revision) == ("new", 1)
    assert release.version == ms(LATER)
    assert release.first_seen_at == release.revision_seen_at == NOW
    assert (release.title, release.text) == ("A title", PAGE.text)
    assert release.fingerprint == fingerprint("A title", PAGE.text)
    assert release.text_from == "page"
    assert release.backfill
    assert (release.author, release.categories) == ("Ann", ("x",))
    assert [issuer.feed_id for issuer in release.issuers] == [entry().issuer.feed_id]


@pytest.mark.parametrize(
    "page",
    [None, Extracted(title="", text=""), Extracted(title="", text="Cookies?")],
    ids=["out of reach", "empty", "less than half of the feed's own"],
)
def test_feeds_own_text_counts_where_the_page_has_none(page):
    release = first(page=page)
    assert (release.text, release.text_from) == (FEED_TEXT, "feed")


def test_title_of_the_page_counts_where_the_entry_has_none():
    assert first(entry(title="")).title == "Page title"


def test_what_ingest_brings_is_its_own_text():
    one = entry(text="", body="<p>The text</p>", body_media_type="text/html")
    release = first(one, Extracted(title="T", text="The text"))
    assert (release.text, release.text_from) == ("The text", "ingest")
    assert first(entry(body="?"), None).text == FEED_TEXT


def test_nothing_new_is_no_event():
    assert again(entry(), PAGE, first()) is None
    same = replace(PAGE, text=f"  {PAGE.text.replace(' ', chr(10))} ")
    assert again(entry(), same, first()) is None


def test_reworded_page_is_a_revision():
    before = first()
    release = again(entry(), replace(PAGE, text="Another text of the page."), before)
    assert (release.change, release.revision) == ("revised", 2)
    assert release.significance is None
    assert (release.first_seen_at, release.revision_seen_at) == (NOW, MUCH_LATER)
    assert release.version == ms(MUCH_LATER)


def test_reworded_title_is_a_revision():
    assert again(entry(title="Corrected"), PAGE, first()).change == "revised"


def test_version_grows_even_if_the_clock_goes_back():
    before = first()
    release = again(entry(title="B"), PAGE, before, datetime(2020, 1, 1, tzinfo=UTC))
    assert release.version == before.version + 1
    # Of the version: an event made again after a crash is the same to the byte.
    assert release.revision_seen_at.timestamp() * 1000 == release.version


def test_another_feed_that_names_it_is_an_update():
    before = first()
    second = other_feed(entry(title="Reprinted: A title", author="Ben"))
    release = again(second, PAGE, before)
    assert (release.change, release.revision) == ("updated", 1)
    assert release.version > before.version
    assert release.revision_seen_at == before.revision_seen_at
    assert [one.feed_id for one in release.issuers] == [
        before.issuers[0].feed_id,
        second.issuer.feed_id,
    ]
    assert (release.title, release.text) == (before.title, before.text)
    assert release.fingerprint == before.fingerprint
    assert release.author == "Ben"  # the first feed was silent
    assert again(second, PAGE, release) is None
    assert again(entry(), PAGE, release) is None


def test_second_feed_changes_neither_title_nor_the_feeds_own_text():
    before = first(page=None)
    second = other_feed(entry(title="Other", text="Other words."))
    release = again(second, None, before)
    assert release.change == "updated"
    assert (release.title, release.text) == (before.title, before.text)


def test_facts_of_the_first_feed_stay_when_a_second_names_it():
    file = Attachment(url="https://ministry.example/a.pdf")
    dated = entry(published_at=NOW, published_zone="assumed", attachments=(file,))
    other = other_feed(entry(published_at=LATER, published_zone="stated", rights="R"))
    release = again(other, PAGE, first(dated))
    assert (release.published_at, release.published_zone) == (NOW, "assumed")
    assert (release.attachments, release.rights) == ((file,), "R")


def test_date_of_the_second_feed_counts_where_the_first_has_none():
    undated = entry(published_flags=("missing",))
    other = other_feed(entry(published_at=LATER, published_zone="stated"))
    release = again(other, PAGE, first(undated))
    assert (release.published_at, release.published_flags) == (LATER, ())


def test_page_that_replaces_the_feeds_own_text_is_an_update():
    before = first(page=None)
    release = again(entry(), PAGE, before)
    assert (release.change, release.revision) == ("updated", 1)
    assert (release.text, release.text_from) == (PAGE.text, "page")
    assert release.version > before.version


def test_page_that_says_the_same_as_the_feed_is_told_once():
    before = first(page=None)
    release = again(entry(), replace(PAGE, text=FEED_TEXT), before)
    assert (release.change, release.text_from) == ("updated", "page")
    assert again(entry(), replace(PAGE, text=FEED_TEXT), release) is None


def test_page_read_first_together_with_a_new_title_is_a_revision():
    assert again(entry(title="B"), PAGE, first(page=None)).change == "revised"


def test_text_of_the_page_is_not_given_up_when_the_page_is_away():
    file = Attachment(url="https://ministry.example/a.pdf")
    before = first(page=replace(PAGE, attachments=(file,)))
    assert again(entry(text="Other words in the feed."), None, before) is None
    release = again(entry(title="B"), None, before)
    assert (release.text, release.text_from) == (PAGE.text, "page")
    assert (release.change, release.attachments) == ("revised", (file,))


def test_reworded_entry_without_a_page_is_a_revision():
    release = again(entry(text="Other words."), None, first(page=None))
    assert (release.change, release.text) == ("revised", "Other words.")


def test_erased_release_does_not_come_back():
    erased = first().model_copy(update={"change": "erased", "text": "", "title": ""})
    assert again(entry(), PAGE, erased) is None


def known_without_last(**facts):
    return replace(Known.of(first(**facts)), last=None)


def test_state_alone_is_enough_to_tell_what_changed():
    known = known_without_last()
    assert next_release(entry(), PAGE, known, MUCH_LATER) is None
    release = next_release(entry(title="B"), PAGE, known, MUCH_LATER)
    assert (release.change, release.revision) == ("revised", 2)
    assert next_release(entry(title="B"), None, known, MUCH_LATER) is None
    unread = known_without_last(page=None)
    assert next_release(entry(), PAGE, unread, MUCH_LATER).change == "updated"


def test_date_of_the_page_counts_where_the_entry_has_none():
    page = replace(PAGE, published_at=NOW - timedelta(days=1))
    release = first(entry(published_flags=("missing",)), page)
    assert release.published_at == page.published_at
    assert (release.published_zone, release.published_flags) == ("stated", ())
    ahead = first(entry(), replace(PAGE, published_at=LATER))
    assert ahead.published_flags == ("future",)
    dated = first(entry(published_at=NOW, published_zone="assumed"), page)
    assert dated.published_at == NOW


def test_declared_language_and_files_of_entry_and_page_come_together():
    files = [Attachment(url=f"https://ministry.example/{n}.pdf") for n in range(3)]
    page = replace(PAGE, language="hi", attachments=(files[1], files[2]))
    one = entry(attachments=(files[0], files[1]))
    assert first(one, page).attachments == tuple(files)
    assert first(one, page).language == "hi"
    assert first(entry(language="en"), page).language == "en"


@pytest.mark.parametrize(
    ("published", "link"),
    [
        ("https://ministry.example/list#a", "https://ministry.example/list"),
        (None, None),
    ],
)
def test_release_without_a_page_of_its_own_still_says_where_it_stands(published, link):
    one = entry().model_copy(update={"link": None, "link_as_published": published})
    assert first(one).link == link
