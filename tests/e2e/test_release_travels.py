"""
From a ministry's feed to a search hit, with every service a process of its own.

On the embedded engines with one process of each service, on the real Apache Kafka and
Elasticsearch with two. The tests share one system and follow one another.
"""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from communique.codec import Record, decode
from communique.events import FeedPolled
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    FEED_POLLER,
    FEEDS,
    FEEDS_POLLED,
    FEEDS_PUSHED,
    PAGE_FETCHER,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    SERVICES,
)
from communique.worker.producer import Producer
from operator_console.demo.census import census
from operator_console.demo.performance import open_stage
from operator_console.demo.releases import sample_correction
from operator_console.ingest import Facts, entry_of, ingest_record
from search_indexer.families import FEEDS as FEEDS_INDEX
from search_indexer.families import POLLS, RELEASES, REVISIONS
from search_indexer.search import show
from tests.e2e.system import System, running_system, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    pytest.mark.slow,
]

KENYA = "ke-health"
SHARED = Path(__file__).parents[3] / "shared" / "releases"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage():
    async with open_stage() as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(engines, stage, tmp_path_factory):
    processes = 2 if engines.name == "real" else 1
    directory = tmp_path_factory.mktemp("system")
    async with running_system(engines, stage, directory, processes=processes) as system:
        yield system


async def found(system: System, stage):
    return await census(system.client, stage.published)


async def all_found(system: System, stage, seconds: float = 90):
    return await until(lambda: found(system, stage), lambda c: c.lost == 0, seconds)


async def test_what_ministries_published_is_found(system, stage):
    count = await all_found(system, stage)
    assert (count.published, count.duplicates, count.revised) == (9, 0, 0)


async def test_a_first_visit_is_backfill_and_what_comes_later_is_not(system, stage):
    early = set(stage.published)
    later = {stage.publish(release) for release in stage.later}
    await all_found(system, stage)
    documents = await system.documents(RELEASES)
    assert {key: documents[key][1]["backfill"] for key in early | later} == {
        **dict.fromkeys(early, True),
        **dict.fromkeys(later, False),
    }


async def test_a_correction_replaces_the_first_text_and_keeps_it(system, stage):
    correction = sample_correction()
    stage.sites[correction.ministry].edit(correction.slug, **correction.changes)
    count = await until(lambda: found(system, stage), lambda c: c.revised > 0)
    assert (count.revised, count.duplicates, count.lost) == (1, 0, 0)
    (key,) = (k for k, r in stage.published.items() if r.slug == correction.slug)
    # Each index refreshes by itself: the second may be a moment behind the first.
    shown = await until(
        lambda: show(system.client, key), lambda s: len(s.revisions) > 1
    )
    assert [text["revision"] for text in shown.revisions] == [1, 2]
    assert "3.4 million" in shown.revisions[0]["text"]
    assert "4.3 million" in shown.newest["text"]


async def test_ten_visits_index_each_release_once(system, stage):
    def visits():
        return min(site.requests[site.feed_path] for site in stage.sites.values())

    async def ask():
        return visits()

    await until(ask, lambda least: least >= 10)
    await system.all_settled()
    documents = await system.documents(REVISIONS)
    ours = [d for _, d in documents.values() if d["release_id"] in stage.published]
    assert len(ours) == len(stage.published) + 1  # the correction


async def test_releases_are_found_by_people_places_and_themes(system, stage):
    documents = [
        document
        for key, (_, document) in (await system.documents(RELEASES)).items()
        if key in stage.published
    ]
    for field in ("theme", "countries", "places", "organisations"):
        share = sum(bool(document.get(field)) for document in documents)
        assert share >= len(documents) - 1, field
    assert sum(bool(document.get("persons")) for document in documents) >= 10
    assert {document["language"] for document in documents} == {"en", "fr", "es"}


async def test_the_release_we_started_from_is_tagged_as_a_careful_reader_would(system):
    if not SHARED.exists():
        pytest.skip("the releases beside the project are not here")
    expected = json.loads((SHARED / "india-maldives-jwg.expected.json").read_text())
    name = "india-maldives-jwg.txt"
    entry = entry_of(
        name, (SHARED / name).read_bytes(), Facts(), seen_at=datetime.now(UTC)
    )
    async with Producer(system.engines.connection, client_id="test") as producer:
        await producer.send_all([ingest_record(entry, system.naming)])
    shown = await until(
        lambda: show(system.client, entry.release_id), lambda s: s is not None
    )
    document = shown.newest
    entities = document["entities"]
    assert set(document["persons"]) == set(expected["persons"])
    assert set(expected["organisations"]) <= set(document["organisations"])
    assert not set(expected["not_organisations"]) & set(document["organisations"])
    countries = {
        entity["name"]: entity.get("country")
        for entity in entities
        if entity["type"] == "place"
    }
    assert expected["places"].items() <= countries.items()
    aliases = {
        short: entity["name"]
        for entity in entities
        for short in entity.get("aliases", ())
        if entity["type"] == "organisation"
    }
    assert expected["organisation_aliases"].items() <= aliases.items()
    assert set(expected["themes_required"]) <= set(document["theme"])
    assert len(set(expected["themes"]) & set(document["theme"])) >= 7


async def test_a_copy_by_another_ministry_points_to_the_first_one(system, stage):
    key, release = next(
        (key, release)
        for key, release in stage.published.items()
        if release.slug == "india-kenya-earth-observation"
    )
    lead_in = "The Ministry shares with the press the following statement, issued today"
    copy = stage.publish(
        replace(
            release,
            slug="copied",
            ministry=KENYA,
            title="Space agencies work together",
            paragraphs=(f"{lead_in} in New Delhi.", *release.paragraphs),
        )
    )
    await all_found(system, stage)
    documents = await system.documents(RELEASES)
    assert documents[copy][1]["duplicate_of"] == key
    assert 0.8 < documents[copy][1]["similarity"] < 1
    assert "duplicate_of" not in documents[key][1]


async def test_a_replay_of_the_raw_releases_changes_no_document(system):
    await system.all_settled()
    before = [await system.documents(index) for index in (RELEASES, REVISIONS)]
    raw = sorted(await system.read(RELEASES_RAW), key=lambda m: (m.partition, m.offset))
    async with Producer(system.engines.connection, client_id="test") as producer:
        await producer.send_all(
            [
                Record(m.topic, m.key, m.value, tuple(m.headers.items()), m.partition)
                for m in raw
            ]
        )
    await system.all_settled(ENRICHMENT_WORKER, SEARCH_INDEXER)
    after = [await system.documents(index) for index in (RELEASES, REVISIONS)]
    assert after == before


async def test_each_visit_reaches_the_index_and_a_replay_changes_none(system, stage):
    async def replay(messages):
        async with Producer(system.engines.connection, client_id="test") as producer:
            await producer.send_all(
                [
                    Record(m.topic, m.key, m.value, tuple(m.headers.items()))
                    for m in messages
                ]
            )
        await system.all_settled(SEARCH_INDEXER)

    visits = await system.read(FEEDS_POLLED)
    newest = {m.key.decode(): decode(m, FeedPolled) for m in sorted(visits, key=at)}
    assert len(newest) == len(stage.feeds())
    await system.all_settled(SEARCH_INDEXER)
    before = [await system.documents(index) for index in (FEEDS_INDEX, POLLS)]
    telling = {
        visit.visit_id
        for visit in (decode(m, FeedPolled) for m in visits)
        if visit.outcome in ("changed", "failed") or visit.events
    }
    assert telling <= set(before[1])
    for feed, visit in newest.items():
        assert before[0][feed][0] >= int(visit.visited_at.timestamp() * 1000)
    await replay(visits)
    await replay(reversed(visits))
    feeds, polls = [await system.documents(index) for index in (FEEDS_INDEX, POLLS)]
    assert {name: polls[name] for name in before[1]} == before[1]
    assert all(feeds[name][0] >= before[0][name][0] for name in before[0])


async def test_a_feed_that_is_taken_out_of_the_registry_is_removed_in_the_index(system):
    feed = str(uuid.uuid4())
    await system.send(FEEDS, feed.encode(), None)
    await system.all_settled(SEARCH_INDEXER)
    documents = await system.documents(FEEDS_INDEX)
    assert documents[feed][1]["health"] == "removed"


def at(message):
    return message.timestamp_ms, message.offset


@pytest.mark.parametrize(
    ("service", "topic"),
    [
        pytest.param(FEED_POLLER, FEEDS, id="feeds"),
        pytest.param(FEED_POLLER, FEEDS_PUSHED, id="feeds.pushed"),
        pytest.param(PAGE_FETCHER, ENTRIES, id="entries"),
        pytest.param(ENRICHMENT_WORKER, RELEASES_RAW, id="releases.raw"),
        pytest.param(SEARCH_INDEXER, RELEASES_ENRICHED, id="releases.enriched"),
        pytest.param(SEARCH_INDEXER, FEEDS_POLLED, id="feeds.polled"),
    ],
)
async def test_an_undecodable_message_becomes_a_dead_letter(system, service, topic):
    poison = f"\xff no event, for {topic.name}".encode("latin-1")
    await system.send(topic, b"poison", poison)
    await system.all_settled(service)
    letters = [m for m in await system.read(service.dead_letters) if m.value == poison]
    assert len(letters) == 1
    assert letters[0].headers["communique_error"] == b"undecodable"
    assert (
        letters[0]
        .headers["communique_origin"]
        .startswith(system.naming.topic(topic).encode())
    )


async def test_kill_9_of_each_service_in_turn_loses_nothing(system, stage):
    kenya = next(r for r in stage.published.values() if r.ministry == KENYA)
    for number, service in enumerate(SERVICES):
        for part in range(3):
            release = replace(
                kenya,
                slug=f"after-{service.name}-{part}",
                title=f"{kenya.title}: instalment {number}.{part}",
            )
            stage.publish(release)
            if part == 1:
                system.kill(f"{service.name}-0")
        await all_found(system, stage)
    count = await found(system, stage)
    assert (count.lost, count.duplicates) == (0, 0)
    await system.all_settled()
    revisions = await system.documents(REVISIONS)
    ours = [d for _, d in revisions.values() if d["release_id"] in stage.published]
    assert len(ours) == count.published + 1  # the correction, and nothing told twice
