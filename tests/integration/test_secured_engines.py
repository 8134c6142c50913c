"""
The real engines with TLS, log-ins and least rights: enough to work, and told if not.

Every service logs in as itself, with the rights of deploy/kafka/acls.sh and
deploy/elasticsearch/roles.yml. The tests of a module share the engines.
"""

import asyncio
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
import pytest_asyncio
from elasticsearch import AuthorizationException

from communique.access import OPERATOR
from communique.codec import Record
from communique.errors import NotReadyError
from communique.topics import (
    ENRICHMENT_WORKER,
    ENTRIES,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    SERVICES,
    all_topics,
)
from communique.worker.kafka import admin_client, create_topics
from communique.worker.metrics import Metrics
from communique.worker.producer import Producer
from communique.worker.progress import Progress
from communique.worker.reader import Reader
from operator_console.demo.census import census
from operator_console.demo.performance import open_stage
from operator_console.local.status import service_statuses
from operator_console.local.supervisor import Supervisor
from operator_console.registry import register
from search_indexer.bulk import BulkWriter
from search_indexer.client import new_client
from search_indexer.documents import documents
from search_indexer.families import RELEASES
from search_indexer.install import bring, indices, install
from search_indexer.moves import kept_from_before
from search_indexer.ready import ensure_index
from search_indexer.reindex import drop, plan, reindex
from search_indexer.waiting import Waiting
from tests.certificates import make_certificate
from tests.e2e.system import supervised, until
from tests.engines.secured import SecuredElasticsearch, SecuredKafka
from tests.integration.secured import (
    HALFWAY,
    NAMES,
    NAMING,
    ROLES,
    ROOT,
    STRANGER,
    Secured,
    acl,
    password,
)
from tests.unit.search_indexer.examples import release

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

WRONG = "Tr0ub4dor-and-3"


@pytest.fixture(scope="module")
def servers(engine_artifacts, engines_dir):
    certificate = make_certificate(engines_dir)
    kafka = SecuredKafka(
        engines_dir / "kafka",
        certificate=certificate,
        users={name: password(name) for name in NAMES},
    )
    elasticsearch = SecuredElasticsearch(
        engines_dir / "elasticsearch",
        certificate=certificate,
        users={name: (password(name), role) for name, role in ROLES.items()},
        roles=ROOT / "deploy/elasticsearch/roles.yml",
    )
    with ExitStack() as stack, ThreadPoolExecutor() as threads:
        for server in (kafka, elasticsearch):
            stack.callback(server.stop)
        list(threads.map(lambda server: server.start(), (kafka, elasticsearch)))
        yield Secured(kafka, elasticsearch, certificate, engines_dir)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secured(servers):
    """The engines with our rights, topics and templates, made as we say in deploy/."""
    await servers.allow(*servers.shipped_acls())
    await servers.allow(
        *(acl(HALFWAY, "Read", "topic", NAMING.topic(t)) for t in SEARCH_INDEXER.needs)
    )
    operator = servers.connection(NAMING.prefix + OPERATOR)
    await create_topics(operator, all_topics(), NAMING)
    async with new_client(servers.access("installer")) as client:
        await install(client, language_analyzers=False)
    return servers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage():
    async with open_stage() as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(secured, stage):
    """Every service, and the lines that they said."""
    lines = []
    supervisor = Supervisor(lambda name, line: lines.append(f"{name}: {line}"))
    operator = secured.connection(NAMING.prefix + OPERATOR)
    await register(operator, NAMING, stage.feeds())
    programs = [secured.program(service, service.name) for service in SERVICES]
    async with supervised(supervisor, programs):
        yield lines


async def found(secured, stage):
    async with new_client(secured.access("reader")) as client:
        return await census(client, stage.published)


async def test_releases_travel_with_the_rights_that_ship_with_us(
    secured, stage, running
):
    counted = await until(
        lambda: found(secured, stage), lambda count: count.lost == 0, 60
    )
    assert counted.published >= 9
    assert counted.duplicates == 0
    assert not [line for line in running if "uthorization" in line]


async def test_a_right_taken_away_is_told_and_waited_for_and_nothing_is_lost(
    secured, stage, running
):
    service = ENRICHMENT_WORKER
    right = acl(
        NAMING.group(service), "Write", "topic", NAMING.topic(RELEASES_ENRICHED)
    )

    async def status():
        (only,) = service_statuses(secured.directory / service.name)
        return only

    # One before, so that there is a sequence that the refused one would break.
    stage.publish(stage.later[0])
    await until(lambda: found(secured, stage), lambda count: count.lost == 0)
    await secured.forbid(right)
    stage.publish(stage.later[1])
    told = await until(status, lambda s: "does not allow" in (s.waiting_for or ""))
    assert not told.ready
    assert NAMING.group(service) in told.waiting_for
    await secured.allow(right)
    await until(lambda: found(secured, stage), lambda count: count.lost == 0)
    assert not [line for line in running if "ended with" in line]
    operator = secured.connection(NAMING.prefix + OPERATOR)
    async with Reader(operator, client_id="test") as reader:
        for each in SERVICES:
            letters = NAMING.topic(each.dead_letters)
            assert await reader.bounds(letters, [0]) == {0: (0, 0)}


async def test_templates_are_installed_again_over_the_indices_that_exist(
    secured, running
):
    async with new_client(secured.access("installer")) as client:
        await install(client, language_analyzers=False)
        answer = await client.indices.get_index_template(name=f"{RELEASES}*")
    assert [one["name"] for one in answer["index_templates"]] == [RELEASES]


async def test_the_indexer_may_put_an_alias_back_and_may_not_read(secured, running):
    index, alias = documents(release())[0].index, RELEASES
    async with new_client(secured.access("indexer")) as client:
        await ensure_index(client, index)
        await client.indices.delete_alias(index=index, name=alias)
        await ensure_index(client, index)
        assert await client.indices.exists_alias(index=index, name=alias)
        with pytest.raises(AuthorizationException):
            await client.search(index=alias)
        with pytest.raises(AuthorizationException):
            await client.delete(index=index, id="x")
        with pytest.raises(AuthorizationException):
            await client.indices.delete(index=index)


async def test_the_keeper_writes_an_index_anew_and_deletes_the_old(secured, running):
    async with new_client(secured.access("indexer")) as client:
        await ensure_index(client, documents(release())[0].index)
    async with new_client(secured.access("keeper")) as client:
        ours = await bring(client, language_analyzers=False)
        moves = await plan(client, ours.templates, aliases=[RELEASES], everything=True)
        assert moves
        for move in moves:
            await reindex(client, move, lambda *_: None)
        kept = kept_from_before(await indices(client, [RELEASES]), [RELEASES])
        assert await drop(client, kept) == [str(move.source) for move in moves]
    async with new_client(secured.access("installer")) as client:
        with pytest.raises(AuthorizationException):
            await client.indices.delete(index=str(moves[0].target))


async def test_the_reader_may_not_write(secured, running):
    index = documents(release())[0].index
    async with new_client(secured.access("reader")) as client:
        with pytest.raises(AuthorizationException):
            await client.index(index=index, id="x", document={})


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_each_mechanism_opens_the_door(secured, mechanism):
    kafka = secured.connection(NAMING.prefix + OPERATOR, mechanism=mechanism)
    async with admin_client(kafka) as admin:
        assert NAMING.topic(ENTRIES) in await admin.list_topics()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_a_service_cannot_write_what_is_not_its_own(secured, service):
    foreign = [t for t in all_topics() if t not in service.all_writes]
    async with Producer(
        secured.connection(NAMING.group(service)), client_id="test"
    ) as producer:
        for topic in foreign:
            with pytest.raises(NotReadyError, match="does not allow"):
                await producer.send_all([Record(NAMING.topic(topic), b"k", b"{}")])


async def test_a_service_does_not_see_what_is_no_business_of_it(secured):
    kafka = secured.connection(NAMING.group(SEARCH_INDEXER))
    async with admin_client(kafka) as admin:
        seen = set(await admin.list_topics())
    assert seen == {NAMING.topic(topic) for topic in SEARCH_INDEXER.needs}
    async with Reader(kafka, client_id="test") as reader:
        with pytest.raises(NotReadyError, match="missing"):
            await reader.partitions(NAMING.topic(RELEASES_RAW))


REFUSED = {
    "wrong password of Kafka": (
        {"KAFKA_SASL_PASSWORD_FILE": "", "KAFKA_SASL_PASSWORD": WRONG},
        "does not know us: check the user 'communique.search-indexer'",
    ),
    "unknown authority of Kafka": ({"KAFKA_SSL_CAFILE": ""}, "is not trusted"),
    "no TLS": (
        {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SSL_CAFILE": ""},
        "COMMUNIQUE_KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT right for it?",
    ),
    "no rights on Kafka": (
        {"KAFKA_SASL_USERNAME": STRANGER},
        "topics are missing or not for 'stranger' (communique.ledger",
    ),
    "no right to the group": (
        {"KAFKA_SASL_USERNAME": HALFWAY},
        "Kafka does not allow it to user 'halfway'",
    ),
    "wrong password of Elasticsearch": (
        {"ELASTICSEARCH_PASSWORD_FILE": "", "ELASTICSEARCH_PASSWORD": WRONG},
        "does not know us: check the user and password",
    ),
    "wrong password in the address": (
        {
            "ELASTICSEARCH_HOSTS": f"https://indexer:{WRONG}@127.0.0.1:0",
            "ELASTICSEARCH_USERNAME": "",
            "ELASTICSEARCH_PASSWORD_FILE": "",
        },
        "does not know us: check the user and password",
    ),
    "no rights in Elasticsearch": (
        {"ELASTICSEARCH_USERNAME": STRANGER},
        "does not allow it: action [indices:admin/index_template/get] is unauthorized",
    ),
    "unknown authority of Elasticsearch": (
        {"ELASTICSEARCH_CA_CERTS": ""},
        "is not trusted",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def refused(secured):
    """For each case: what the indexer logs until it says on /readyz what it lacks."""
    lines, programs = defaultdict(list), []
    for number, (case, (settings, _)) in enumerate(REFUSED.items()):
        other = dict(settings)
        for engine in ("KAFKA_SASL", "ELASTICSEARCH"):
            name = other.get(f"{engine}_USERNAME")
            if name:
                other[f"{engine}_PASSWORD_FILE"] = secured.password_file(name)
        if "HOSTS" in "".join(other):
            port = str(secured.elasticsearch.ports[0])
            other["ELASTICSEARCH_HOSTS"] = other["ELASTICSEARCH_HOSTS"].replace(
                ":0", f":{port}"
            )
        other["INSTANCE"] = str(number + 1)
        other["LOG_LEVEL"] = "DEBUG"
        programs.append(secured.program(SEARCH_INDEXER, case, **other))
    statuses = {}

    async def ask():
        for case, (_, sentence) in REFUSED.items():
            for status in service_statuses(secured.directory / case):
                if sentence in (status.waiting_for or ""):
                    statuses[case] = status
        return set(REFUSED) - set(statuses)

    supervisor = Supervisor(lambda name, line: lines[name].append(line))
    async with supervised(supervisor, programs):
        with suppress(AssertionError):  # the tests say which
            await until(ask, lambda missing: not missing, 45)
    return lines, statuses


@pytest.mark.parametrize("case", REFUSED)
async def test_who_is_refused_is_not_ready_says_why_and_shows_no_secret(refused, case):
    lines, statuses = refused
    said = "\n".join(lines[case])
    assert case in statuses, said
    assert not statuses[case].ready
    assert REFUSED[case][1] in said.replace('\\"', '"')
    assert "Traceback" not in said
    assert "ended with" not in said
    shown = said + repr(statuses[case])
    secrets = [WRONG, *map(password, [*NAMES, *ROLES])]
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("reader", "unauthorized for user [reader]"), (STRANGER, "unauthorized")],
)
async def test_documents_wait_for_a_right_and_are_not_buried(secured, name, sentence):
    progress = Progress(reasons={})
    async with new_client(secured.access(name)) as client:
        writer = BulkWriter(
            client,
            waiting=Waiting(progress, Metrics("search-indexer")),
            rng=random.Random(1),
            backoff_cap_seconds=0.05,
        )
        writing = asyncio.create_task(writer.write([documents(release())]))

        async def reason():
            return progress.waiting_for or ""

        try:
            await until(reason, lambda said: sentence in said, 10)
            assert not writing.done()
        finally:
            writing.cancel()
