"""Everything on this machine: `up`, `down`, `status`, `demo`."""

import asyncio
import os
import shutil
import signal
import sys
import time
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from elasticsearch import AsyncElasticsearch
from rich.text import Text

from communique.errors import NotReadyError
from operator_console.cli.connect import home_folder
from operator_console.cli.engines import HomeOption
from operator_console.cli.feed_registry import read_feeds
from operator_console.cli.output import console, errors, plain, print_json, print_table
from operator_console.cli.search import JsonOption
from operator_console.demo.census import Census
from operator_console.demo.performance import open_stage, perform
from operator_console.local.engines import Engines, stop_leftover
from operator_console.local.home import Home
from operator_console.local.session import run_session
from operator_console.local.status import service_statuses

_DOWN_SECONDS = 45.0
_STYLES = {
    "feed-poller": "cyan",
    "page-fetcher": "magenta",
    "enrichment-worker": "green",
    "search-indexer": "blue",
}

HostOption = Annotated[
    str | None, typer.Option(help="Address of the engines; default: a random loopback.")
]
KafkaPortOption = Annotated[int, typer.Option(help="0: any free one.", min=0)]
ElasticsearchPortOption = Annotated[int, typer.Option(help="0: any free one.", min=0)]


def up(
    feeds: Annotated[
        Path | None,
        typer.Option(help="An OPML or CSV file; default: the feeds that ship with us."),
    ] = None,
    host: HostOption = None,
    kafka_port: KafkaPortOption = 0,
    elasticsearch_port: ElasticsearchPortOption = 0,
    home: HomeOption = None,
) -> None:
    """Start the engines and every service on this machine; Ctrl-C stops all of it."""
    registry = read_feeds(feeds or Path(str(files("feed_poller") / "data/feeds.opml")))
    place = home_folder(home)

    async def body(engines: Engines) -> None:
        errors.print(f"Kafka {engines.kafka}, Elasticsearch {engines.elasticsearch}")
        errors.print(
            f"{len(registry)} feeds registered. In another terminal try: "
            "communique status, communique feeds list, communique tail"
        )
        await asyncio.Event().wait()

    with place.claim():
        asyncio.run(
            run_session(
                place,
                feeds=registry,
                seed=feeds is None,
                environment={},
                ports={"kafka": kafka_port, "elasticsearch": elasticsearch_port},
                host=host,
                say=_say,
                body=body,
            )
        )
    errors.print("Stopped; nothing is lost.")


def down(home: HomeOption = None) -> None:
    """Stop what `up` or `demo` started in another terminal."""
    place = home_folder(home)
    running = place.running()
    if running is None:
        console.print(f"Nothing runs in {place.path}.")
        return
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_SECONDS
    with errors.status("Stopping …"):
        while place.running() is not None:
            if time.monotonic() > deadline:
                raise NotReadyError(
                    f"Process {running.pid} does not stop; end it with: "
                    f"kill -9 {running.pid}"
                )
            time.sleep(0.1)
    console.print("Stopped.")


def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show how every service is, and what it waits for."""
    place = home_folder(home)
    running = place.running()
    if running is None:
        raise NotReadyError(
            f"Nothing runs in {place.path}. Start it with: communique up"
        )
    services = service_statuses(Path(running.state_dir))
    if as_json:
        print_json(
            {
                "pid": running.pid,
                "kafka": running.kafka,
                "elasticsearch": running.elasticsearch,
                "services": [asdict(service) for service in services],
            }
        )
    else:
        console.print(f"Kafka          {running.kafka}")
        console.print(f"Elasticsearch  {running.elasticsearch}")
        console.print()
        print_table(
            ("service", "state", "partitions", "lag", "health"),
            [
                (
                    service.name,
                    plain("ready", "green")
                    if service.ready
                    else plain(f"waits: {service.waiting_for}", "yellow"),
                    service.partitions,
                    service.lag,
                    f"http://{service.address}",
                )
                for service in services
            ],
        )
    if not services or not all(service.ready for service in services):
        raise typer.Exit(1)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End when all of it can be found.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the logs of the services.")
    ] = False,
    limit_seconds: Annotated[
        float, typer.Option(help="Give up after so many seconds.")
    ] = 120.0,
    host: HostOption = None,
    kafka_port: KafkaPortOption = 0,
    elasticsearch_port: ElasticsearchPortOption = 0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a dozen releases travel from test ministries to a search hit."""
    started = time.monotonic()
    place = Home(home_folder(home).path, data="demo")
    claim = place.claim()
    _empty(place)
    log = place.log_file.open("w")

    def say(name: str, line: str) -> None:
        log.write(f"{name}: {line}\n")
        log.flush()
        if verbose:
            _say(name, line)

    found: list[Census] = []

    async def run() -> None:
        async with open_stage() as stage:

            async def body(engines: Engines) -> None:
                errors.print("Engines and services start …")
                async with AsyncElasticsearch(engines.elasticsearch) as client:
                    found.append(
                        await perform(stage, client, _tell, limit_seconds=limit_seconds)
                    )
                if not once:
                    _print_hints(home)
                    await asyncio.Event().wait()

            await run_session(
                place,
                feeds=stage.feeds(),
                environment={
                    "COMMUNIQUE_HOST_SPACING_SECONDS": "0",
                    "COMMUNIQUE_ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
                },
                ports={"kafka": kafka_port, "elasticsearch": elasticsearch_port},
                host=host,
                say=say,
                body=body,
            )

    try:
        asyncio.run(run())
    finally:
        log.close()
        claim.release()
    if not found:
        raise typer.Exit(130)
    counts = {**asdict(found[0]), "seconds": round(time.monotonic() - started, 1)}
    if as_json:
        print_json(counts)
    else:
        words = ", ".join(f"{name} {value}" for name, value in counts.items())
        console.print(words)
    if found[0].lost or found[0].duplicates:
        raise typer.Exit(1)


def _empty(place: Home) -> None:
    """Begin at the beginning; what `up` keeps beside it is left alone."""
    # Engines that a killed demo left behind know their data by its folder: first them.
    asyncio.run(stop_leftover(place.engines))
    shutil.rmtree(place.path / place.data, ignore_errors=True)
    place.log_file.parent.mkdir(parents=True)


def _print_hints(home: Path | None) -> None:
    at = f" --home {home}" if home else ""
    errors.print()
    errors.print("Everything goes on running. In another terminal, try:", style="bold")
    for words in (
        'search "counter-terrorism"',
        "search --mentions-country MV",
        "search --theme health --json",
        "tail",
        "feeds list",
        "status",
    ):
        errors.print(f"  {Path(sys.argv[0])} {words}{at}", soft_wrap=True)
    errors.print("Ctrl-C ends it.", style="dim")


def _tell(line: str) -> None:
    errors.print(plain(line) if not line.startswith("  ") else Text("  ") + plain(line))


def _say(name: str, line: str) -> None:
    prefix = Text(f"{name:18}", _STYLES.get(name, "white"))
    # The services colour their lines themselves; what is foreign in them is made safe
    # where it is logged.
    errors.print(prefix + Text.from_ansi(line), soft_wrap=True)
