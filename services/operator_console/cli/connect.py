"""Where the engines are: the environment says so, or what runs in the home folder."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from communique.errors import NotReadyError
from communique.settings import KafkaSettings
from operator_console.local.home import DEFAULT_HOME, Home
from operator_console.local.stack import local_kafka
from search_indexer.client import REFUSALS, new_client, refusal
from search_indexer.settings import ElasticsearchSettings

_ELASTICSEARCH = "COMMUNIQUE_ELASTICSEARCH_HOSTS"
_NOTHING = (
    "Nothing runs in {home}. Start it with: communique up, or name your engines with "
    "{variable}."
)


def home_folder(path: Path | None = None) -> Home:
    """Return the home folder: `--home`, COMMUNIQUE_HOME or `.communique`."""
    return Home(path or Path(os.environ.get("COMMUNIQUE_HOME") or DEFAULT_HOME))


def kafka_settings(home: Home) -> KafkaSettings:
    """
    Return where Kafka is.

    Raises NotReadyError if nobody says where.
    """
    variable = "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS"
    if os.environ.get(variable):
        return KafkaSettings()
    if running := home.running():
        return local_kafka(running.kafka)
    raise NotReadyError(_NOTHING.format(home=home.path, variable=variable))


def is_embedded() -> bool:
    """Return whether searches go to the embedded engines of the home folder."""
    return not os.environ.get(_ELASTICSEARCH)


@asynccontextmanager
async def elasticsearch_client(home: Home) -> AsyncIterator[AsyncElasticsearch]:
    """
    Hold a client open for the Elasticsearch in use.

    Raises NotReadyError if nobody says where it is, or if it does not let us in.
    """
    if not is_embedded():
        settings = ElasticsearchSettings()
        async with new_client(settings) as client:
            try:
                yield client
            except REFUSALS as error:
                raise NotReadyError(f"{refusal(error, settings)}.") from error
    elif running := home.running():
        async with AsyncElasticsearch(running.elasticsearch) as client:
            yield client
    else:
        raise NotReadyError(_NOTHING.format(home=home.path, variable=_ELASTICSEARCH))
