"""
Searches where Elasticsearch is empty, old, partly unreadable or away.

Each says so in a sentence, and what could be found is not passed off as all.
"""

import asyncio
import json
import random
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from elasticsearch import ApiError, AsyncElasticsearch

from communique.errors import NotReadyError
from communique.query import Search
from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from operator_console import __main__
from search_indexer import pages
from search_indexer.ask import lack
from search_indexer.bulk import BulkWriter
from search_indexer.documents import documents
from search_indexer.families import FAMILIES, RELEASES, REVISIONS
from search_indexer.install import install
from search_indexer.kibana.bodies import panel_bodies
from search_indexer.search import (
    IncompleteError,
    every_release,
    search,
    show,
    what_is_special,
)
from search_indexer.waiting import Waiting
from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.process import HOST, free_ports
from tests.unit.search_indexer.examples import FIRST_SEEN, release

pytestmark = pytest.mark.engines

WORD = "flood"
PANELS = panel_bodies(FIRST_SEEN - timedelta(days=2), FIRST_SEEN)


@pytest.fixture(scope="module")
def server(engine_artifacts, engines_dir):
    """Elasticsearch for these tests alone: they hurt its indices."""
    often = {"search.keep_alive_interval": "100ms"}
    with ElasticsearchServer(engines_dir / "elasticsearch", settings=often) as server:
        yield server


@pytest.fixture
async def client(server) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(server.url) as client:
        await install(client, language_analyzers=False)
        yield client
        for index in await client.indices.get(index="*", expand_wildcards="all"):
            await client.indices.delete(index=index)


async def write(client, *events):
    waiting = Waiting(Progress(), Metrics("search-indexer"))
    writer = BulkWriter(client, waiting=waiting, rng=random.Random(1))
    written = await writer.write([documents(event) for event in events])
    assert set(written) <= {"indexed"}
    await client.indices.refresh(index="communique-*")


@pytest.fixture
def shell(server, monkeypatch, capfd, tmp_path):
    """Run `communique` against the server; code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_ELASTICSEARCH_HOSTS", server.url)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["communique", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        return end.value.code or 0, printed.out, printed.err

    async def run(*arguments):
        # A command has an event loop of its own.
        return await asyncio.to_thread(call, *arguments)

    return run


COMMANDS = [
    pytest.param(["search", WORD], id="search"),
    pytest.param(["search", WORD, "--facets", "--special", "--json"], id="facets"),
    pytest.param(["search", "--like", "an-id"], id="like"),
    pytest.param(["search", WORD, "--export", "a.csv"], id="export"),
    pytest.param(["show", "an-id"], id="show"),
]


def told(err, *words):
    assert err.startswith("communique: ")
    assert "Traceback" not in err
    for word in words:
        assert word in err


async def broken(client, mapping, alias=RELEASES, **settings):
    """Put an index behind the alias that cannot do what ours can."""
    await client.indices.create(
        index=f"broken-{uuid.uuid4().hex}",
        mappings=mapping,
        settings=settings,
        aliases={alias: {}},
        wait_for_active_shards=0,
    )


OLD = {
    # `release_id` cannot be sorted by, and `theme` not counted.
    "properties": {
        "release_id": {"type": "text"},
        "theme": {"type": "text"},
        "@timestamp": {"type": "date"},
    }
}
AWAY = {"index.routing.allocation.require._name": "nobody"}


async def test_an_older_mapping_without_our_fields_hides_no_hits(client):
    event = release(text=WORD)
    await write(client, event)
    fields = {"release_id": {"type": "keyword"}, "@timestamp": {"type": "date"}}
    await client.indices.create(
        index="broken-old", mappings={"properties": fields}, aliases={RELEASES: {}}
    )
    found = await search(client, Search(WORD, subthemes=["vaccination"]), facets=True)
    assert [hit.release_id for hit in found.hits] == [event.release_id]
    assert found.facets["document_type"] == {"statement": 1}
    assert (await what_is_special(client, Search(WORD))).total == 1


@pytest.mark.parametrize(
    ("mapping", "settings", "words"),
    [
        pytest.param(OLD, {}, "could not read 1 of 2 shards", id="failing"),
        pytest.param({}, AWAY, "could not read 1 of 2 shards", id="away"),
    ],
)
async def test_what_cannot_be_read_is_said_and_the_rest_is_shown(
    client, shell, mapping, settings, words
):
    await write(client, release(text=WORD))
    await broken(client, mapping, **settings)
    with pytest.raises(IncompleteError, match=words) as part:
        await search(client, Search(WORD), facets=True)
    assert part.value.partial.total == 1
    with pytest.raises(NotReadyError):
        await what_is_special(client, Search(WORD))
    with pytest.raises(NotReadyError):
        await read_all(client)
    code, out, err = await shell("search", WORD, "--json")
    assert code == 1
    assert json.loads(out)["title"]
    told(err, words)
    code, out, err = await shell("search", WORD, "--export", "a.csv")
    assert (code, out) == (1, "")
    told(err)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("arguments", COMMANDS)
async def test_where_no_shard_can_be_read_each_command_says_so(
    client, shell, arguments
):
    await broken(client, {}, **AWAY)
    code, out, err = await shell(*arguments)
    assert (code, out) == (1, "")
    told(err, "shards")
    assert list(Path().iterdir()) == []


async def test_each_panel_has_an_answer_of_an_older_mapping(client):
    since = {"@timestamp": {"type": "date"}}
    for alias in FAMILIES:
        await client.indices.create(
            index=f"old-{alias}", mappings={"properties": since}, aliases={alias: {}}
        )
    for asked in PANELS.values():
        answer = await client.search(index=asked.alias, body=dict(asked.body))
        assert lack(answer) is None


async def test_a_panel_is_no_empty_one_where_no_shard_can_be_read(client):
    for alias in FAMILIES:
        await broken(client, {}, alias=alias, **AWAY)
    for asked in PANELS.values():
        with pytest.raises(ApiError, match="503"):
            await client.options(max_retries=0).search(
                index=asked.alias, body=dict(asked.body)
            )


@pytest.mark.parametrize("arguments", COMMANDS)
async def test_without_an_index_each_command_says_so(server, shell, arguments):
    code, out, err = await shell(*arguments)
    assert (code, out) == (1, "")
    told(err, f"no index {RELEASES} yet")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("arguments", COMMANDS[:4])
async def test_with_an_empty_index_each_command_says_so(client, shell, arguments):
    await client.indices.create(index=f"{RELEASES}-v1-2025", aliases={RELEASES: {}})
    code, _, err = await shell(*arguments)
    assert code == 1
    told(err, "There is no release" if "--like" in arguments else "is empty")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("arguments", COMMANDS)
async def test_with_no_elasticsearch_each_command_says_so(
    shell, monkeypatch, arguments
):
    (port,) = free_ports(1)
    monkeypatch.setenv("COMMUNIQUE_ELASTICSEARCH_HOSTS", f"http://{HOST}:{port}")
    code, out, err = await shell(*arguments)
    assert (code, out) == (1, "")
    told(err, "does not answer")
    assert list(Path().iterdir()) == []


async def test_a_closed_index_is_said(client, shell):
    await write(client, release(text=WORD))
    await client.indices.close(index=f"{RELEASES}-v1-2025")
    code, _, err = await shell("search", WORD)
    assert code == 1
    told(err, "closed")


async def test_revisions_that_cannot_be_read_are_said(client):
    event = release()
    await write(client, event)
    await client.indices.delete(index=f"{REVISIONS}-v1-2025")
    with pytest.raises(NotReadyError, match="cannot read the revisions"):
        await show(client, event.release_id)


async def test_a_point_in_time_that_is_given_up_ends_an_export(client, monkeypatch):
    await write(
        client, *(release(release_id=str(uuid.uuid4()), text=WORD) for _ in range(4))
    )

    monkeypatch.setattr(pages, "KEEP_ALIVE", "500ms")

    async def give_up():
        while await open_contexts(client):
            await asyncio.sleep(0.1)

    with pytest.raises(NotReadyError, match="given up the point in time"):
        await read_all(client, give_up)


async def test_a_point_in_time_is_closed_in_any_case(client):
    await write(client, release(text=WORD))

    async def fail():
        assert await open_contexts(client) > 0
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await read_all(client, fail)
    assert await open_contexts(client) == 0


async def read_all(client, between=None):
    async with every_release(client, Search(WORD), size=2) as found:
        async for _ in found:
            if between:
                await between()


async def open_contexts(client):
    stats = await client.nodes.stats(metric="indices", index_metric="search")
    return sum(
        node["indices"]["search"]["open_contexts"] for node in stats["nodes"].values()
    )
