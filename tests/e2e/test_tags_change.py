"""
Tags change, the text does not: corrections, and tagging again after a new vocabulary.

On the embedded engines, with the enrichment and the indexer as processes of their own.
The tests share one system and follow one another.
"""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from communique.codec import encode
from communique.events import Issuer, RawRelease
from communique.identity import feed_id, fingerprint, release_id
from communique.topics import (
    ENRICHMENT_WORKER,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
)
from communique.worker.producer import Producer
from operator_console.demo.census import census
from search_indexer.documents import GENERATIONS, refilled
from search_indexer.families import RELEASES, REVISIONS
from tests.e2e.system import open_system, supervised, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    pytest.mark.slow,
]

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
FEED = "https://ministry.example/feed.xml"
TEXTS = {
    "first": "Amina Odhiambo met the Blue Corridor Initiative in Nairobi on malaria.",
    "second": "The Blue Corridor Initiative and the World Health Organization met.",
}
OWN = '[desk-blue]\nname = "Blue Corridor Initiative"\nkind = "grouping"\n'
SERVICES = (ENRICHMENT_WORKER, SEARCH_INDEXER)


def raw(name: str, text: str) -> RawRelease:
    link = f"https://ministry.example/{name}"
    return RawRelease(
        release_id=release_id(link=link, feed=FEED, guid=None, text=""),
        revision=1,
        version=int(AT.timestamp() * 1000),
        change="new",
        fingerprint=fingerprint(name, text),
        title=f"The {name} meeting",
        text=text,
        text_from="page",
        link=link,
        issuers=(Issuer(feed_id=feed_id(FEED), feed_url=FEED, title="Ministry"),),
        language="en",
        first_seen_at=AT,
        revision_seen_at=AT,
    )


RELEASES_SENT = {name: raw(name, text) for name, text in TEXTS.items()}
FIRST, SECOND = IDS = [one.release_id for one in RELEASES_SENT.values()]


class Desk:
    """The system, and a person at its command line."""

    def __init__(self, system, own):
        self.system = system
        self.own = own

    async def run(self, *words):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "operator_console", *words, "--json",
            env={**os.environ, **self.system.environment},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return [json.loads(line) for line in out.splitlines()]

    async def state(self):
        """Return our documents once everything is settled: tags follow no clock."""
        await self.system.all_settled(*SERVICES)
        return [
            {
                key: found
                for key, found in (await self.system.documents(name)).items()
                if found[1]["release_id"] in IDS  # others share the engine
            }
            for name in (RELEASES, REVISIONS)
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(engines, tmp_path_factory):
    directory = tmp_path_factory.mktemp("tags")
    own = directory / "own" / "organisations"
    own.mkdir(parents=True)
    settings = {
        "COMMUNIQUE_VOCABULARY_DIR": str(own.parent),
        "COMMUNIQUE_SPACY_MODELS": "{}",
    }
    async with open_system(engines, directory, **settings) as system:
        programs = [system.program(service, 0) for service in SERVICES]
        async with supervised(system.supervisor, programs):
            records = [
                encode(
                    one,
                    topic=system.naming.topic(RELEASES_RAW),
                    key=one.release_id,
                    ce_id=f"{one.release_id}:{one.version}",
                    ce_type="release.new",
                    ce_time=AT,
                )
                for one in RELEASES_SENT.values()
            ]
            async with Producer(engines.connection, client_id="test") as producer:
                await producer.send_all(records)
            await until(lambda: census(system.client, IDS), lambda c: c.lost == 0)
            yield Desk(system, own)


def index_version(generation):
    return RELEASES_SENT["first"].version * GENERATIONS + generation


async def test_a_correction_reaches_the_index_as_the_same_revision(desk):
    before, _ = await desk.state()
    version, document = before[FIRST]
    assert document["persons"] == ["Amina Odhiambo"]
    (said,) = await desk.run(
        "tags", "edit", FIRST, "rename", "person:Amina Odhiambo",
        "person:Amina A. Odhiambo", "--by", "desk", "--why", "her name",
    )  # fmt: skip
    after, revisions = await desk.state()
    number = said["number"]
    changed = after[FIRST][1]
    assert changed["persons"] == ["Amina A. Odhiambo"]
    assert after[FIRST][0] == index_version(number) > version
    assert (changed["revision"], changed["generation"]) == (1, number)
    (told,) = changed["corrections"]
    assert (told["number"], told["by"], told["why"]) == (number, "desk", "her name")
    assert revisions[f"{FIRST}:1"][1] == refilled(REVISIONS, changed)
    assert after[SECOND] == before[SECOND]
    tags = {"persons", "entities", "generation", "corrections"}
    tags |= {"folded", "suggest", "called"}  # follow from the names
    assert {k for k in changed if changed[k] != document.get(k)} == tags


async def test_a_correction_of_all_reaches_what_was_tagged_before(desk):
    before, _ = await desk.state()
    who = "organisation:communique:org:who"
    (said,) = await desk.run("tags", "edit", "--all", "drop", who, "--retag")
    after, _ = await desk.state()
    assert before[SECOND][1]["organisations"] == ["World Health Organization"]
    assert "organisations" not in after[SECOND][1]
    assert after[SECOND][1]["generation"] == said["number"]
    assert after[FIRST] == before[FIRST]


async def test_what_is_undone_comes_back(desk):
    *_, newest = await desk.run("tags", "list")
    await desk.run("tags", "undo", str(newest["number"]), "--retag")
    after, _ = await desk.state()
    assert "World Health Organization" in after[SECOND][1]["organisations"]
    held = {one["number"]: one["holds"] for one in await desk.run("tags", "list")}
    assert held[newest["number"]] is False


async def test_a_new_vocabulary_tags_again_what_is_asked_for(desk):
    before, _ = await desk.state()
    (desk.own / "desk.toml").write_text(OWN)
    desk.system.kill("enrichment-worker-0")
    (counted,) = await desk.run("retag", "--only", SECOND)
    assert counted["retagged"] == 1
    after, revisions = await until(desk.state, lambda s: s[0] != before)
    entities = {one["name"]: one for one in after[SECOND][1]["entities"]}
    assert entities["Blue Corridor Initiative"]["id"] == "org:desk-blue"
    assert after[SECOND][1]["generation"] > before[SECOND][1]["generation"]
    assert revisions[f"{SECOND}:1"][1] == refilled(REVISIONS, after[SECOND][1])
    assert after[FIRST] == before[FIRST]


async def test_tagging_all_again_is_no_news_and_keeps_the_corrections(desk):
    (counted,) = await desk.run("retag")
    assert counted["retagged"] == 2
    after, revisions = await desk.state()
    assert after[FIRST][1]["persons"] == ["Amina A. Odhiambo"]
    assert "Blue Corridor Initiative" in after[FIRST][1]["organisations"]
    assert len(after) == len(revisions) == 2
    events = [json.loads(m.value) for m in await desk.system.read(RELEASES_ENRICHED)]
    assert [one["retagged"] for one in events].count(False) == 2
    (again,) = await desk.run(
        "retag", "--only", "organisation:Blue Corridor Initiative"
    )
    assert again["retagged"] == 2
    assert await desk.state() == [after, revisions]
