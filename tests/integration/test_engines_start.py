"""The engines that other tests build on answer, and keep what they took."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from elasticsearch import AsyncElasticsearch, BadRequestError, ConflictError

from tests.engines import Engines
from tests.engines.artifacts import Artifacts
from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.kafka import KafkaServer
from tests.engines.noida import NoidaServer
from tests.engines.process import EngineError, Server

MIB = 1024 * 1024
RECORDS = [(f"key {n}".encode(), f"value {n}".encode()) for n in range(20)]


async def test_what_is_produced_is_consumed_in_order(engines: Engines):
    topic = await make_topic(engines.kafka)
    await produce(engines.kafka, topic, RECORDS)
    assert await consume(engines.kafka, topic, len(RECORDS)) == RECORDS


async def test_a_group_resumes_where_it_committed(engines: Engines):
    topic, group = await make_topic(engines.kafka), f"group-{uuid.uuid4()}"
    await produce(engines.kafka, topic, RECORDS)
    assert await consume(engines.kafka, topic, 5, group=group) == RECORDS[:5]
    assert await consume(engines.kafka, topic, 15, group=group) == RECORDS[5:]


async def test_a_record_may_have_seven_mebibytes(engines: Engines):
    topic = await make_topic(engines.kafka, {"max.message.bytes": str(8 * MIB)})
    large = [(b"large", bytes(7 * MIB))]
    await produce(engines.kafka, topic, large)
    assert await consume(engines.kafka, topic, 1) == large


async def test_what_is_indexed_is_found(engines: Engines):
    async with client(engines.elasticsearch) as elasticsearch:
        index = await index_document(elasticsearch, version=1)
        assert await search(elasticsearch, index, "budget") == ["release-1"]
        assert await search(elasticsearch, index, "harvest") == []


async def test_an_older_version_of_a_document_is_refused(engines: Engines):
    async with client(engines.elasticsearch) as elasticsearch:
        index = await index_document(elasticsearch, version=7)
        await index_document(elasticsearch, version=7, index=index)
        with pytest.raises(ConflictError):
            await index_document(elasticsearch, version=6, index=index)


async def test_language_analyzers_are_there_as_told(engines: Engines):
    async with client(engines.elasticsearch) as elasticsearch:

        async def analyze() -> list[str]:
            answer = await elasticsearch.indices.analyze(
                analyzer="english", text="ministries"
            )
            return [token["token"] for token in answer["tokens"]]

        if engines.language_analyzers:
            assert await analyze() == ["ministri"]
        else:
            with pytest.raises(BadRequestError, match="english"):
                await analyze()


async def test_the_embedded_engines_keep_what_they_took_over_a_restart(
    engine_dir: Path,
):
    with NoidaServer(engine_dir / "noida") as server:
        engines = server.engines
        topic = await make_topic(engines.kafka)
        await produce(engines.kafka, topic, RECORDS)
        async with client(engines.elasticsearch) as elasticsearch:
            index = await index_document(elasticsearch, version=1)
            await asyncio.to_thread(server.restart)
            assert await consume(engines.kafka, topic, len(RECORDS)) == RECORDS
            assert await search(elasticsearch, index, "budget") == ["release-1"]


@pytest.mark.engines
@pytest.mark.slow
async def test_kafka_keeps_its_records_when_it_is_killed(
    engine_artifacts: Artifacts, engine_dir: Path
):
    with KafkaServer(engine_dir / "kafka") as server:
        kafka = server.bootstrap_servers
        topic = await make_topic(kafka)
        await produce(kafka, topic, RECORDS[:10])
        await kill_and_start(server)
        await produce(kafka, topic, RECORDS[10:])
        assert await consume(kafka, topic, len(RECORDS)) == RECORDS


@pytest.mark.engines
@pytest.mark.slow
async def test_elasticsearch_keeps_its_documents_when_it_is_killed(
    engine_artifacts: Artifacts, engine_dir: Path
):
    with ElasticsearchServer(engine_dir / "elasticsearch") as server:
        async with client(server.url) as elasticsearch:
            index = await index_document(elasticsearch, version=1)
            await kill_and_start(server)
            assert await search(elasticsearch, index, "budget") == ["release-1"]


@pytest.mark.engines
@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        pytest.param(KafkaServer, "process.roles", id="kafka"),
        pytest.param(
            ElasticsearchServer,
            "discovery.type",
            id="elasticsearch",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_an_engine_that_cannot_start_says_why(
    kind: type[KafkaServer | ElasticsearchServer],
    setting: str,
    engine_artifacts: Artifacts,
    engine_dir: Path,
):
    server = kind(engine_dir / "engine", settings={setting: "nonsense"})
    with pytest.raises(EngineError, match="nonsense"):
        server.start()
    assert not server.running


def test_an_engine_whose_port_is_taken_does_not_pass_for_the_one_there(
    engine_dir: Path,
):
    with NoidaServer(engine_dir / "there") as there:
        late = NoidaServer(engine_dir / "late")
        late.ports = there.ports
        with pytest.raises(EngineError, match=str(there.ports[0])):
            late.start()
        assert there.running


async def kill_and_start(server: Server) -> None:
    await asyncio.to_thread(server.kill)
    assert not server.running
    await asyncio.to_thread(server.start)


async def make_topic(kafka: str, configs: dict[str, str] | None = None) -> str:
    topic = NewTopic(
        f"topic-{uuid.uuid4()}",
        num_partitions=1,
        replication_factor=1,
        topic_configs=configs or {},
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([topic])
    finally:
        await admin.close()
    return topic.name


async def produce(kafka: str, topic: str, records: list[tuple[bytes, bytes]]) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, max_request_size=8 * MIB
    ) as producer:
        for key, value in records:
            await producer.send_and_wait(topic, value, key)


async def consume(
    kafka: str, topic: str, count: int, *, group: str | None = None
) -> list[tuple[bytes, bytes]]:
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    ) as consumer:
        async with asyncio.timeout(30):
            records = [await consumer.getone() for _ in range(count)]
        if group:
            await consumer.commit()
    return [(record.key, record.value) for record in records]


@asynccontextmanager
async def client(url: str) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(url, retry_on_timeout=False) as elasticsearch:
        yield elasticsearch


async def index_document(
    elasticsearch: AsyncElasticsearch, *, version: int, index: str | None = None
) -> str:
    index = index or f"index-{uuid.uuid4()}"
    await elasticsearch.index(
        index=index,
        id="release-1",
        document={"title": "The budget of the year"},
        version=version,
        version_type="external_gte",
        refresh=True,
    )
    return index


async def search(elasticsearch: AsyncElasticsearch, index: str, word: str) -> list[str]:
    found = await elasticsearch.search(index=index, query={"match": {"title": word}})
    return [hit["_id"] for hit in found["hits"]["hits"]]
