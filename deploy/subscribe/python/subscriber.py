"""
A subscriber: reads enriched releases from Kafka and prints one line for each.

It needs no more than `pip install communique`. Copy it and put your own work into
`handle`. How Kafka remembers what you have read: see README.md beside this file.
"""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import aclosing, suppress

from aiokafka.errors import KafkaError

from communique.errors import UsageError
from communique.events import EnrichedRelease
from communique.safe_text import safe_text
from communique.settings import KafkaSettings
from communique.subscribe import enriched_releases

TAGGED = 0.5
"""A theme with this score or more counts as a theme of the release."""


def handle(release: EnrichedRelease, *, as_json: bool) -> None:
    """Do what you subscribe for; here: print one line."""
    if as_json:
        print(release.model_dump_json(), flush=True)
        return
    who = release.issuers[0].ministry or release.issuers[0].title
    themes = ", ".join(theme_slugs(release)) or "no theme"
    # Titles are foreign text: printed raw, they could move the cursor.
    title = safe_text(release.title, limit=100)
    print(f"{release.change:11} {safe_text(who)}: {title} [{themes}]", flush=True)


def theme_slugs(release: EnrichedRelease) -> list[str]:
    """Return the slugs of the themes that `release` is tagged with."""
    return [theme.slug for theme in release.themes if theme.score >= TAGGED]


async def follow(options: argparse.Namespace) -> None:
    """Handle releases as they come, until `--count` different ones were handled."""
    # At-least-once: after a crash Kafka brings a release again, with the same version.
    # A subscriber that writes to a database keeps this map there.
    newest: dict[str, int] = {}
    # COMMUNIQUE_KAFKA_SECURITY_PROTOCOL and the others say how to log in.
    settings = KafkaSettings(kafka_bootstrap_servers=options.bootstrap_servers)
    releases = enriched_releases(
        settings.connection,
        group=options.group,
        topic_prefix=options.topic_prefix,
        from_start=not options.only_new,
    )
    # Leaving the block closes the connection, and the group knows at once.
    async with aclosing(releases):
        # The next step of the loop tells Kafka that this release has been read.
        async for release in releases:
            if options.theme and options.theme not in theme_slugs(release):
                continue
            if release.version <= newest.get(release.release_id, 0):
                continue
            handle(release, as_json=options.json)
            newest[release.release_id] = release.version
            if len(newest) == options.count:
                return


def read_options() -> argparse.Namespace:
    """Return what was asked for on the command line, or by the environment."""
    parser = argparse.ArgumentParser(description="Print press releases as they come.")
    parser.add_argument(
        "--bootstrap-servers",
        default=os.environ.get("COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"),
        help="host:port of Kafka (COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS)",
    )
    parser.add_argument(
        "--topic-prefix",
        default=os.environ.get("COMMUNIQUE_TOPIC_PREFIX", "communique."),
        help="what the topics begin with (COMMUNIQUE_TOPIC_PREFIX)",
    )
    parser.add_argument(
        "--group",
        default="example-subscriber",
        help="the name under which Kafka remembers how far you are",
    )
    parser.add_argument(
        "--only-new",
        action="store_true",
        help="a new group begins with what comes now, not with all that is kept",
    )
    parser.add_argument("--theme", help="only releases with this theme, as health")
    parser.add_argument("--count", type=int, help="end after so many different ones")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args()


def main() -> int:
    """Return 0 when done or told to stop, 1 if Kafka does not answer, 2 if misset."""
    options = read_options()
    # SIGTERM (a container that stops) ends us as Ctrl-C does, also in a job that a
    # shell started in the background, where SIGINT is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(follow(options))
    except BrokenPipeError:  # the reader of our output left (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KafkaError as error:
        print(f"Kafka at {options.bootstrap_servers}: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
