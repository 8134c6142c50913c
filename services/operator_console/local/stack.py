"""Everything of Communique on this machine: engines, topics, indices, services."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from elasticsearch import AsyncElasticsearch

from communique.connection import KafkaConnection
from communique.events import Feed
from communique.settings import KafkaSettings, variable_of
from communique.topics import SERVICES, Naming, all_topics
from communique.worker.kafka import create_topics
from operator_console.local.engines import Engines, embedded_engines
from operator_console.local.home import Home, Running
from operator_console.local.supervisor import Program
from operator_console.registry import read_registry, register
from operator_console.registry_changes import registry_changes
from search_indexer.install import install
from search_indexer.settings import ElasticsearchSettings

# The embedded engines ask for none, whatever the shell may say for others.
_NO_CREDENTIALS = {
    variable_of(name): ""
    for settings in (KafkaSettings, ElasticsearchSettings)
    for name in settings.model_fields
    if name.startswith(("kafka_", "elasticsearch_"))
}


@asynccontextmanager
async def local_engines(
    home: Home, *, ports: Mapping[str, int], host: str | None
) -> AsyncIterator[Engines]:
    """
    Run the embedded engines with our topics and indices while the block runs.

    The caller has claimed `home`.
    """
    async with embedded_engines(
        home.engines,
        host=host,
        kafka_port=ports.get("kafka", 0),
        elasticsearch_port=ports.get("elasticsearch", 0),
    ) as engines:
        await create_topics(KafkaConnection(engines.kafka), all_topics(), Naming())
        async with AsyncElasticsearch(engines.elasticsearch) as client:
            await install(client, language_analyzers=True)
        home.announce(
            Running(
                pid=os.getpid(),
                kafka=engines.kafka,
                elasticsearch=engines.elasticsearch,
                state_dir=str(home.state),
            )
        )
        try:
            yield engines
        finally:
            home.withdraw()


async def register_feeds(
    engines: Engines, feeds: Sequence[Feed], *, seed: bool = False
) -> None:
    """
    Write to the registry what `feeds` declare anew; a paused feed stays paused.

    `seed`: only if the registry is empty, so that what a person has changed or removed
    since stays so.
    """
    settings = local_kafka(engines.kafka)
    known = await read_registry(settings)
    if known and seed:
        return
    wanted = [
        feed.model_copy(update={"paused": known[feed.feed_id].paused})
        if feed.feed_id in known
        else feed
        for feed in feeds
    ]
    changes = registry_changes(known, wanted)
    anew = [*changes.added, *(after for _, after in changes.changed)]
    await register(settings.connection, settings.naming, anew)


def local_kafka(servers: str) -> KafkaSettings:
    """Return how the embedded Kafka is reached: it asks nobody who they are."""
    # Whatever the shell may say for another one.
    defaults = {
        name: field.default
        for name, field in KafkaSettings.model_fields.items()
        if name.startswith("kafka_")
    }
    return KafkaSettings(
        **{
            **defaults,
            "kafka_bootstrap_servers": servers,
            "topic_prefix": Naming().prefix,
        }
    )


def service_programs(
    home: Home, engines: Engines, environment: Mapping[str, str]
) -> list[Program]:
    """Return one program a service, told where the engines are."""
    shared = {
        **_NO_CREDENTIALS,
        "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": engines.kafka,
        "COMMUNIQUE_ELASTICSEARCH_HOSTS": engines.elasticsearch,
        "COMMUNIQUE_STATE_DIR": str(home.state),
        "COMMUNIQUE_TOPIC_PREFIX": Naming().prefix,
        "COMMUNIQUE_HEALTH_PORT": "0",  # one each, whatever the shell may say
        "COMMUNIQUE_LOG_FORMAT": "text",
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    return [
        Program(service.name, ("-m", "operator_console.service", service.name), shared)
        for service in SERVICES
    ]
