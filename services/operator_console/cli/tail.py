"""Releases as they arrive: `tail`."""

import asyncio
from contextlib import suppress
from typing import Annotated

import typer

from communique.events import EnrichedRelease
from communique.subscribe import enriched_releases
from operator_console.cli.connect import home_folder, kafka_settings
from operator_console.cli.engines import HomeOption
from operator_console.cli.output import console, errors, plain, print_json
from operator_console.cli.search import JsonOption


def tail(
    from_start: Annotated[
        bool, typer.Option("--from-start", help="First all that is kept.")
    ] = False,
    count: Annotated[
        int | None, typer.Option("--count", "-n", help="End after so many.", min=1)
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch enriched releases as they arrive; Ctrl-C ends it."""
    settings = kafka_settings(home_folder(home))

    async def follow() -> None:
        seen = 0
        if not as_json:
            errors.print("Waiting for releases; Ctrl-C ends it.", style="dim")
        async for release in enriched_releases(
            settings.connection,
            topic_prefix=settings.topic_prefix,
            from_start=from_start,
        ):
            if as_json:
                print_json(release.model_dump(mode="json"))
            else:
                _print_release(release)
            seen += 1
            if seen == count:
                return

    with suppress(KeyboardInterrupt):
        asyncio.run(follow())


def _print_release(release: EnrichedRelease) -> None:
    line = plain(release.title or "(no title)", "bold", limit=100)
    line.append(f"  {release.change}", "yellow" if release.revision > 1 else "green")
    console.print(line)
    themes = [theme.slug for theme in release.themes if theme.score >= 0.5]
    names = [entity.name for entity in release.entities][:8]
    facts = [release.issuers[0].title, *release.countries[:5], *themes[:5]]
    console.print(plain("  " + " · ".join(facts), "dim"))
    if names:
        console.print(plain("  " + ", ".join(names)))
