"""Commands for who runs their own Kafka and Elasticsearch."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from communique.access import acl_script
from communique.settings import KafkaSettings
from communique.topics import SERVICES, all_topics
from communique.worker.kafka import create_topics
from operator_console.cli.connect import (
    elasticsearch_client,
    home_folder,
    kafka_settings,
)
from operator_console.cli.output import console
from operator_console.service import run_named
from search_indexer.install import install
from search_indexer.settings import ElasticsearchSettings

topics = typer.Typer(help="The topics on Kafka.", no_args_is_help=True)
index = typer.Typer(help="The indices in Elasticsearch.", no_args_is_help=True)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of a local Communique.")
]


@topics.command("create")
def topics_create(
    home: HomeOption = None,
    replication_factor: Annotated[
        int, typer.Option(help="Copies of each partition.", min=1)
    ] = 1,
) -> None:
    """Create the topics that are missing; run it as often as you like."""
    settings = kafka_settings(home_folder(home))
    created = asyncio.run(
        create_topics(
            settings.connection,
            all_topics(),
            settings.naming,
            replication_factor=replication_factor,
        )
    )
    for name in created:
        console.print(f"created {name}")
    if not created:
        console.print("All topics are there.")


@topics.command("acls")
def topics_acls() -> None:
    """Print the shell script that lets each service do on Kafka what it must."""
    typer.echo(acl_script(KafkaSettings().naming), nl=False)


@index.command("install")
def index_install(home: HomeOption = None) -> None:
    """Put the index templates into Elasticsearch; run it as often as you like."""
    asyncio.run(_install(home))
    console.print("The index templates are installed.")


async def _install(home: Path | None) -> None:
    settings = ElasticsearchSettings()
    async with elasticsearch_client(home_folder(home)) as client:
        await install(
            client,
            language_analyzers=settings.language_analyzers,
            replicas=settings.index_replicas,
        )


def run(
    service: Annotated[
        str, typer.Argument(help=", ".join(service.name for service in SERVICES))
    ],
) -> None:
    """Run one service until it is told to stop (SIGTERM or Ctrl-C)."""
    raise typer.Exit(run_named(service))
