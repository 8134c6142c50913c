"""The test ministry neglects its feed, over real HTTP; the poller reads it still."""

from contextlib import AsyncExitStack

import pytest

from operator_console.demo.behaviours import (
    announcing,
    never_304,
    redirect,
    stuck_etag,
    with_headers,
)
from operator_console.demo.neglect import (
    among_the_items,
    bare,
    impossible_dates,
    in_every_item,
    markup_in_titles,
    relative_links,
    with_doctype,
    without_zones,
)
from tests.unit.feed_poller.reading import MONDAY, Reading


@pytest.fixture
async def reading(tmp_path):
    async with AsyncExitStack() as stack:
        made = Reading(tmp_path, stack)
        await made.open(time_zone="Asia/Kolkata", language="en")
        made.publish(3)
        yield made


async def test_bare(reading):
    reading.site.behave(reading.path, bare)
    await reading.visit()
    facts = [(e.title, e.published_at, e.published_flags) for e in reading.entries()]
    assert facts == [(f"Release {n}", None, ("missing",)) for n in (1, 2, 3)]
    assert all(entry.link for entry in reading.entries())
    await reading.visit()
    assert len(reading.entries()) == 3, "nothing is told twice for want of a date"


async def test_never_304_and_an_etag_that_never_changes(reading):
    reading.site.behave(reading.path, stuck_etag, never_304)
    await reading.visit()
    told = await reading.visit()
    assert (told.outcome, told.status) == ("unchanged", 200)
    assert told.reason == "the same bytes as at the last visit"
    reading.publish()
    told = await reading.visit()
    assert (told.published, told.validators) == (1, "stuck")


async def test_without_zones(reading):
    reading.site.behave(reading.path, without_zones)
    await reading.visit()
    for entry in reading.entries():
        assert entry.published_zone == "assumed"
        assert abs((entry.published_at - MONDAY).total_seconds()) < 60


async def test_impossible_dates(reading):
    reading.site.behave(reading.path, impossible_dates)
    await reading.visit()
    facts = {
        (entry.published_at, *entry.published_flags) for entry in reading.entries()
    }
    assert facts == {(None, "impossible")}
    assert len(reading.entries()) == 3


async def test_relative_links(reading):
    reading.site.behave(reading.path, relative_links)
    await reading.visit()
    links = [entry.link_as_published for entry in reading.entries()]
    assert all(link.startswith(f"{reading.base}/in-mea/releases/") for link in links)


async def test_markup_in_titles(reading):
    reading.site.behave(reading.path, markup_in_titles)
    await reading.visit()
    titles = [entry.title for entry in reading.entries()]
    assert titles == ["Release 1", "Release 2", "Release 3"]


async def test_media_and_enclosures_are_no_links(reading):
    media = (
        '<enclosure url="/a.pdf" type="application/pdf" length="9"/>'
        '<media:content xmlns:media="http://search.yahoo.com/mrss/" '
        'url="/a.mp4" type="video/mp4"/>'
    )
    reading.site.behave(reading.path, in_every_item(media))
    await reading.visit()
    for entry in reading.entries():
        assert entry.link.endswith(".html")
        assert [file.media_type for file in entry.attachments] == [
            "application/pdf",
            "video/mp4",
        ]


async def test_one_bad_entry_is_skipped_and_counted(reading):
    reading.site.behave(reading.path, among_the_items("<item><x/></item>"))
    told = await reading.visit()
    assert told.published == 3
    assert "skipped 1 of the entries" in told.reason


async def test_a_feed_that_redirects_to_another_language_says_so(reading):
    hindi = "/in-mea/hindi.xml"
    true_answer = reading.site.answer
    reading.site.answer = lambda path, *, base_url: true_answer(
        reading.path if path == hindi else path, base_url=base_url
    )
    reading.site.behave(reading.path, redirect(hindi))
    reading.site.behave(hindi, announcing("<language>hi</language>"))
    told = await reading.visit()
    assert "it says that it is in hi, not en" in told.reason


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY secret SYSTEM "file:///etc/passwd">',
        '<!ENTITY secret SYSTEM "http://169.254.169.254/">',
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY secret "&b;&b;&b;">',
    ],
    ids=["a file", "an address", "of entities"],
)
async def test_entities_are_never_resolved(reading, declarations):
    reading.site.behave(
        reading.path,
        with_doctype(declarations),
        in_every_item("<category>a&secret;z</category>"),
    )
    told = await reading.visit()
    assert told.published == 3
    assert {entry.categories for entry in reading.entries()} == {("a&secret;z",)}


@pytest.mark.parametrize(
    ("behaviour", "published", "words"),
    [
        pytest.param(
            with_headers(x_filler="x" * 200_000), 0, "buffer too long", id="headers"
        ),
        pytest.param(
            announcing("<a>" * 300 + "</a>" * 300),
            0,
            "too long or nested too deeply",
            id="nesting",
        ),
        pytest.param(
            among_the_items(f"<item><link>/{'a' * 3000}</link></item>"),
            3,
            "skipped 1 of the entries",
            id="address",
        ),
        pytest.param(
            among_the_items(
                "".join(f"<item><title>{n}</title></item>" for n in range(2100))
            ),
            1500,
            "only its first 1500 entries are read",
            id="entries",
        ),
    ],
)
async def test_what_is_above_a_cap(reading, behaviour, published, words):
    reading.site.behave(reading.path, behaviour)
    told = await reading.visit()
    assert told.published == published
    assert words in told.reason
