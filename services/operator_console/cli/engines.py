"""Commands for who runs their own Kafka and Elasticsearch."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from communique.access import acl_script
from communique.settings import KafkaSettings
from communique.topics import SERVICES, all_topics
from communique.worker.kafka import create_topics
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.output import console
from operator_console.service import run_named

topics = typer.Typer(help="The topics on Kafka.", no_args_is_help=True)

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


def run(
    service: Annotated[
        str, typer.Argument(help=", ".join(service.name for service in SERVICES))
    ],
) -> None:
    """Run one service until it is told to stop (SIGTERM or Ctrl-C)."""
    raise typer.Exit(run_named(service))
