"""Each class of answer, provoked on the real Elasticsearch; gateways by the proxy."""

import asyncio
import dataclasses
import random
import re
import uuid
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from elasticsearch import AsyncElasticsearch

from communique.worker.metrics import Metrics
from communique.worker.progress import Progress
from communique.worker.settled import DEAD
from search_indexer import bulk
from search_indexer.bulk import BulkWriter
from search_indexer.documents import BulkAction, documents
from search_indexer.families import RELEASES
from search_indexer.handle import handle
from search_indexer.install import install
from search_indexer.outcome import RefusedError, UnknownRefusalError, is_known
from search_indexer.waiting import Waiting
from tests.engines.artifacts import Artifacts
from tests.engines.elasticsearch import ElasticsearchServer
from tests.faults.proxy import (
    CutAnswers,
    Delay,
    FaultProxy,
    RefuseItems,
    RefuseRequests,
)
from tests.unit.search_indexer.examples import DLQ, message, release

pytestmark = pytest.mark.engines

TOO_LARGE = 3_500_000
SMALL = {"http.max_content_length": "3mb", "indexing_pressure.memory.limit": "2mb"}
IN_NO_TABLE = Path(__file__).parents[1] / "corpus/elasticsearch-errors.txt"


class Writing:
    """A writer, and what it said whenever it had to wait."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self.progress = Progress(reasons={})
        self.said: list[str | None] = []
        self._metrics = Metrics("search-indexer")
        self._waited = asyncio.Event()
        self.writer = BulkWriter(
            client,
            waiting=Waiting(self.progress, self._metrics),
            rng=random.Random(1),
            sleep=self._sleep,
        )

    async def _sleep(self, _seconds: float) -> None:
        self.said.append(self.progress.waiting_for)
        self._waited.set()
        await asyncio.sleep(0.02)

    async def write(self, *actions):
        """Return the fate of each action."""
        return await self.writer.write([(action,) for action in actions])

    @asynccontextmanager
    async def held(self, *actions) -> AsyncIterator[asyncio.Task]:
        """Run the block once the batch waits; it still does when the block begins."""
        writing = asyncio.create_task(self.write(*actions))
        waited = asyncio.create_task(self._waited.wait())
        try:
            async with asyncio.timeout(60):
                await asyncio.wait(
                    {writing, waited}, return_when=asyncio.FIRST_COMPLETED
                )
                assert not writing.done(), f"did not wait: {writing.result()}"
                yield writing
        finally:
            waited.cancel()
            writing.cancel()

    def refusals(self, kind):
        return self._metrics.registry.get_sample_value(
            "communique_refusals_total", {"service": "search-indexer", "kind": kind}
        )


@pytest.fixture(scope="module")
def server(engine_artifacts: Artifacts, engines_dir: Path) -> Iterator[str]:
    """An Elasticsearch of this module: its cluster is blocked, full and too small."""
    with ElasticsearchServer(engines_dir, settings=SMALL) as server:
        yield server.url


@pytest.fixture
async def client(server: str) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(server) as client:
        await install(client, language_analyzers=False)
        yield client


@pytest.fixture
def writing(client: AsyncElasticsearch) -> Writing:
    return Writing(client)


@pytest.fixture
async def index(client: AsyncElasticsearch) -> AsyncIterator[str]:
    """One of our indices, with fields in which each kind of poison is possible."""
    name = f"{RELEASES}-v1-{uuid.uuid4().hex}"
    nested = {"type": "nested", "properties": {"n": {"type": "integer"}}}
    properties = {
        "term": {"type": "keyword"},
        "number": {"type": "integer"},
        "moment": {"type": "date"},
        "many": nested,
        "open": {"type": "object", "dynamic": "true"},
        "body": {"type": "text", "index": False},
    }
    await client.indices.create(
        index=name,
        mappings={"properties": properties},
        settings={"index.mapping.nested_objects.limit": 10},
    )
    yield name
    await client.indices.delete(index=name, ignore_unavailable=True)


def action(index, document=None, *, version=7, document_id=None):
    return BulkAction(index, document_id or str(uuid.uuid4()), version, document or {})


async def stored(client, *actions):
    """Return how many of the documents are there."""
    docs = [{"_index": action.index, "_id": action.id} for action in actions]
    return sum(doc["found"] for doc in (await client.mget(docs=docs))["docs"])


# Indexed and superseded.


async def test_the_same_version_heals_and_a_lower_one_is_superseded(
    client, writing, index
):
    first = action(index, {"number": 1})
    again = dataclasses.replace(first, document={"number": 2})
    lower = dataclasses.replace(first, document={"number": 3}, version=6)
    assert await writing.write(first) == ["indexed"]
    assert await writing.write(again, lower) == ["indexed", "superseded"]
    assert (await client.get(index=index, id=first.id))["_source"] == {"number": 2}
    assert writing.said == []


# Dead: the document's own fault.

POISON = {
    "strict mapping": ({"novel": 1}, "strict_dynamic_mapping_exception"),
    "bad date": ({"moment": "yesterday"}, "document_parsing_exception"),
    "bad integer": ({"number": "many"}, "document_parsing_exception"),
    "integer out of range": ({"number": 10**20}, "document_parsing_exception"),
    "object for a scalar": ({"number": {"a": 1}}, "document_parsing_exception"),
    "scalar for an object": ({"open": 1}, "document_parsing_exception"),
    "immense term": ({"term": "x" * 32_767}, "document_parsing_exception"),
    "limit of fields": (
        {"open": {f"f{n}": 1 for n in range(1_001)}},
        "document_parsing_exception",
    ),
    "limit of nested": ({"many": [{"n": 1}] * 11}, "document_parsing_exception"),
    "empty field name": ({"open": {"": 1}}, "document_parsing_exception"),
}


@pytest.mark.parametrize(("document", "error_type"), POISON.values(), ids=POISON)
async def test_poison_is_dead_and_its_neighbours_are_indexed(
    client, writing, index, document, error_type
):
    before, poison, after = action(index), action(index, document), action(index)
    fates = await writing.write(before, poison, after)
    assert [fates[0], fates[2]] == ["indexed", "indexed"]
    assert isinstance(fates[1], RefusedError)
    assert error_type in str(fates[1])
    assert await stored(client, before, poison, after) == 2
    assert writing.said == []


async def test_a_document_that_is_cut_short_is_dead(writing, index, monkeypatch):
    cut = action(index, {"number": 12})
    to_json = bulk._json
    monkeypatch.setattr(
        bulk, "_json", lambda v: to_json(v)[:-1] if v == cut.document else to_json(v)
    )
    indexed, dead = await writing.write(action(index), cut)
    assert indexed == "indexed"
    assert "x_content_e_o_f_exception" in str(dead)


async def test_one_poison_document_costs_one_dead_letter_of_five_hundred(
    client, writing
):
    events = [release(release_id=str(uuid.uuid4())) for _ in range(500)]
    (attachment,) = events[250].attachments
    attachment = attachment.model_copy(update={"size_bytes": 10**20})  # no long
    poison = events[250].model_copy(update={"attachments": (attachment,)})
    events[250] = poison
    settled = await handle([message(event) for event in events], writing.writer, DLQ)
    assert [item.outcome for item in settled].count("indexed") == 499
    assert settled[250].outcome == DEAD
    assert isinstance(settled[250].error, RefusedError)
    assert [record.topic for record in settled[250].records] == [DLQ]
    newest = [documents(event)[0] for event in events]
    assert await stored(client, *newest) == 499


async def test_an_id_for_which_the_whole_request_is_refused_is_found_and_dead(
    client, writing, index
):
    good = [action(index) for _ in range(40)]
    culprit = action(index, document_id="x" * 513)
    fates = await writing.write(*good[:17], culprit, *good[17:])
    assert "action_request_validation_exception" in str(fates.pop(17))
    assert fates == ["indexed"] * 40
    assert await stored(client, *good) == 40


async def test_a_document_too_large_is_found_and_dead(client, writing, index):
    good = [action(index, {"body": "x" * 100_000}) for _ in range(12)]
    culprit = action(index, {"body": "x" * TOO_LARGE})
    fates = await writing.write(*good[:5], culprit, *good[5:])
    assert str(fates.pop(5)).endswith("413")
    assert fates == ["indexed"] * 12
    assert await stored(client, *good) == 12


# Retried: the engine's fault.


async def test_indexing_pressure_is_met_with_smaller_requests(writing, index):
    batch = [action(index, {"body": "x" * 100_000}) for _ in range(25)]
    assert await writing.write(*batch) == ["indexed"] * 25
    assert "es_rejected_execution_exception" in writing.said[0]
    assert writing.refusals("retry") >= 25
    assert writing.progress.waiting_for is None


@pytest.mark.filterwarnings("ignore:.*should be specified using a percentage")
async def test_a_tripped_circuit_breaker_is_waited_for(client, writing, index):
    limit = "indices.breaker.total.limit"
    await writing.write(action(index))
    await client.cluster.put_settings(persistent={limit: "1mb"})
    try:
        async with writing.held(action(index)) as batch:
            assert "circuit_breaking_exception" in writing.said[0]
            await client.cluster.put_settings(persistent={limit: None})
            assert await batch == ["indexed"]
    finally:
        await client.cluster.put_settings(persistent={limit: None})


async def test_a_shard_that_is_away_holds_back_no_finished_document(
    client, writing, index, monkeypatch
):
    monkeypatch.setattr(bulk, "SHARD_SECONDS", 1)
    away = f"{RELEASES}-v1-{uuid.uuid4().hex}"
    nowhere = "index.routing.allocation.require._name"
    await client.indices.create(
        index=away, settings={nowhere: "nobody"}, wait_for_active_shards=0
    )
    good, waits = action(index), action(away)
    try:
        async with writing.held(good, waits) as batch:
            assert "unavailable_shards_exception" in writing.said[0]
            assert await stored(client, good) == 1
            await client.indices.put_settings(index=away, settings={nowhere: None})
            assert await batch == ["indexed", "indexed"]
    finally:
        await client.indices.delete(index=away)


GATEWAY = {
    "429 of items": RefuseItems(429, share=0.5),
    "503 of items": RefuseItems(503, share=0.5),
    "429": RefuseRequests(429),
    "500 of a gateway": RefuseRequests(599),
    "502": RefuseRequests(502),
    "503": RefuseRequests(503),
    "504": RefuseRequests(504),
    "cut answers": CutAnswers(),
    "time-outs": Delay(3.0),
}


@pytest.mark.parametrize("fault", GATEWAY.values(), ids=GATEWAY)
async def test_faults_on_the_way_are_waited_for(
    client, server, index, monkeypatch, fault
):
    monkeypatch.setattr(bulk, "REQUEST_SECONDS", 1.0)
    batch = [action(index, {"number": n}) for n in range(20)]
    async with (
        FaultProxy(server) as proxy,
        AsyncElasticsearch(proxy.url) as through,
    ):
        writing = Writing(through)
        await writing.write(action(index))
        proxy.fault = fault
        async with writing.held(*batch) as held:
            proxy.fault = None
            assert await held == ["indexed"] * 20
        assert proxy.struck > 0
    assert await stored(client, *batch) == 20
    assert writing.refusals("retry") > 0
    assert writing.refusals("operator") == writing.refusals("unknown") == 0


async def test_an_engine_that_is_away_is_waited_for(client, server, index):
    async with (
        FaultProxy(server) as proxy,
        AsyncElasticsearch(proxy.url) as through,
    ):
        writing, late = Writing(through), action(index)
        await writing.write(action(index))
        async with AsyncExitStack() as away:
            await away.enter_async_context(proxy.away())
            async with writing.held(late) as batch:
                await away.aclose()
                assert await batch == ["indexed"]
    assert await stored(client, late) == 1
    assert "ConnectionError" in (writing.said[0] or "")


# The operator's fault: never dead.


def index_setting(name):
    async def change(client, index, on):
        await client.indices.put_settings(index=index, settings={name: on or None})

    return change


def cluster_setting(name, value):
    async def change(client, _index, on):
        await client.cluster.put_settings(persistent={name: value if on else None})

    return change


async def close(client, index, on):
    await (client.indices.close if on else client.indices.open)(index=index)


OPERATOR = {
    "write block": (
        index_setting("index.blocks.write"),
        "403 cluster_block_exception",
    ),
    "flood stage": (
        index_setting("index.blocks.read_only_allow_delete"),
        "429 cluster_block_exception",
    ),
    "read-only cluster": (
        cluster_setting("cluster.blocks.read_only", value=True),
        "403 cluster_block_exception",
    ),
    "closed index": (close, "400 index_closed_exception"),
}


@pytest.mark.parametrize(("fault", "said"), OPERATOR.values(), ids=OPERATOR)
async def test_an_operators_fault_is_waited_for_with_an_alarm(
    client, writing, index, fault, said
):
    late = action(index)
    await writing.write(action(index))
    await fault(client, index, on=True)
    try:
        async with writing.held(late) as batch:
            assert said in writing.said[0]
            assert writing.refusals("operator") > 0
            await fault(client, index, on=False)
            assert await batch == ["indexed"]
    except BaseException:
        await fault(client, index, on=False)
        raise
    assert writing.progress.waiting_for is None
    assert await stored(client, late) == 1


async def test_a_block_on_one_index_holds_back_no_other(client, writing, index):
    blocked = f"{RELEASES}-v1-2024"
    late = dataclasses.replace(action(index), index=blocked)
    others = [action(index) for _ in range(10)]
    await writing.write(action(blocked))
    block = index_setting("index.blocks.write")
    await block(client, blocked, on=True)
    async with writing.held(*others[:5], late, *others[5:]) as batch:
        assert await stored(client, *others) == 10
        assert writing.refusals("operator") == len(writing.said)
        await block(client, blocked, on=False)
        assert await batch == ["indexed"] * 11


async def test_an_index_that_vanished_is_made_again(client, writing, index):
    automatic = cluster_setting("action.auto_create_index", value="false")
    await writing.write(action(index))
    await client.indices.delete(index=index)
    await automatic(client, index, on=True)
    try:
        assert await writing.write(action(index)) == ["indexed"]
        assert "404 index_not_found_exception" in writing.said[0]
    finally:
        await automatic(client, index, on=False)
    assert index in await client.indices.get_alias(name=RELEASES)


async def test_without_room_for_a_new_index_the_old_ones_go_on(client, writing, index):
    room = cluster_setting("cluster.max_shards_per_node", value=1)
    new = f"{RELEASES}-v1-{uuid.uuid4().hex}"
    good, late = action(index), action(new)
    await room(client, index, on=True)
    try:
        async with writing.held(good, late) as batch:
            assert "400 validation_exception" in writing.said[0]
            assert await stored(client, good) == 1
            await room(client, index, on=False)
            assert await batch == ["indexed", "indexed"]
    finally:
        await room(client, index, on=False)
        await client.indices.delete(index=new, ignore_unavailable=True)


async def test_without_our_template_no_index_is_made(client, writing, index):
    new = f"{RELEASES}-v1-{uuid.uuid4().hex}"
    await client.indices.delete_index_template(name=RELEASES)
    try:
        async with writing.held(action(new)) as batch:
            assert f"no index template {RELEASES}" in writing.said[0]
            await install(client, language_analyzers=False)
            assert await batch == ["indexed"]
    finally:
        await install(client, language_analyzers=False)
        await client.indices.delete(index=new, ignore_unavailable=True)


async def test_a_name_that_no_index_can_have_is_no_death(writing):
    async with writing.held(action(f"{RELEASES}-v1-NO")):
        assert "invalid_index_name_exception" in writing.said[0]
        assert writing.refusals("operator") > 0


# What no table knows.


async def test_an_unknown_answer_rings_at_once_and_is_dead_in_the_end(
    client, server, index
):
    async with (
        FaultProxy(server) as proxy,
        AsyncElasticsearch(proxy.url) as through,
    ):
        writing, strange = Writing(through), action(index)
        await writing.write(action(index))
        proxy.fault = RefuseItems(500)
        async with writing.held(strange) as batch:
            assert writing.refusals("unknown") >= 1
            (fate,) = await batch
    assert isinstance(fate, UnknownRefusalError)
    assert fate.error_class == "unknown"
    assert await stored(client, strange) == 0


def test_each_error_of_the_server_is_in_a_table_or_known_to_be_in_none(
    engine_artifacts,
):
    (jar,) = (engine_artifacts.elasticsearch_home / "lib").glob("elasticsearch-8*.jar")
    types = {
        error_type(path)
        for path in zipfile.ZipFile(jar).namelist()
        if re.match(r"org/elasticsearch/.*(Exception|Error)\.class$", path)
    }
    assert len(types) > 150
    lines = IN_NO_TABLE.read_text().splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}
    assert {name for name in types if not is_known(500, name)} == listed


def error_type(path):
    """Return what the server calls the class at `path`, as its REST answers do."""
    name = re.split(r"[/$]", path.removesuffix(".class"))[-1]
    name = name.removeprefix("Elasticsearch")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
