"""
Print how well releases are found, and how fast.

Parts: relevance (the test collection, our query beside a plain multi_match) and scale
(generated releases, the time that searches and panels take).
"""

import argparse
import asyncio
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from bench import engines
from bench.search import collection, ranking


async def relevance(wanted: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    questions, releases = collection.questions(), collection.releases(now)
    names = {one.release_id: name for name, one in releases.items()}
    print(f"{len(releases)} releases, {len(questions)} questions, {wanted.engine}\n")
    start = engines.noida if wanted.engine == "embedded" else engines.elasticsearch
    with start() as server:
        url = server.url if wanted.engine == "real" else server.engines.elasticsearch
        async with AsyncElasticsearch(url) as client:
            await ranking.index(
                client, releases, language_analyzers=wanted.engine == "embedded"
            )
            found = {
                name: await ranking.rankings(client, questions, names, now, clause)
                for name, clause in (
                    ("communique search", ranking.ours),
                    ("multi_match(title, text)", ranking.plain),
                )
            }
    print("\n".join(ranking.table(questions, found)))
    if wanted.errors:
        print()
        print("\n".join(ranking.worst(questions, found["communique search"])))


PARTS = {"relevance": relevance}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parser.add_argument("--engine", choices=("real", "embedded"), default="real")
    parser.add_argument(
        "--errors", action="store_true", help="what is found in the open half"
    )
    wanted = parser.parse_args()
    for part in wanted.parts or list(PARTS):
        asyncio.run(PARTS[part](wanted))


if __name__ == "__main__":
    main()
