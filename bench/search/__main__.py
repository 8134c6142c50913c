"""
Print how well releases are found, and how fast; write it into REPORT.md.

Parts: relevance (the test collection, our query beside a plain multi_match), scale
(generated releases, the time that searches and panels take) and boards (a month of
visits and of the pipeline, the time that the panels of feeds and services take).
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from bench import engines
from bench.search import collection, ranking
from bench.search.boards import boards
from bench.search.scale import scale

REPORT = Path(__file__).parent / "REPORT.md"
HEADS = {
    "relevance": "## How well",
    "scale": "## How fast",
    "boards": "## Feeds and services",
}
SIZES = (50_000, 100_000, 200_000)


async def relevance(wanted: argparse.Namespace) -> AsyncIterator[str]:
    now = datetime.now(UTC)
    questions, releases = collection.questions(), collection.releases(now)
    names = {one.release_id: name for name, one in releases.items()}
    yield f"{len(releases)} releases, {len(questions)} questions.\n"
    for engine in wanted.engine:
        real = engine == "real"
        with (engines.elasticsearch if real else engines.noida)() as server:
            url = server.url if real else server.engines.elasticsearch
            async with AsyncElasticsearch(url) as client:
                await ranking.index(client, releases, language_analyzers=not real)
                found = {
                    name: await ranking.rankings(client, questions, names, now, clause)
                    for name, clause in (
                        ("communique search", ranking.ours),
                        ("multi_match(title, text)", ranking.plain),
                    )
                }
        yield f"| {ENGINES[engine]} | half | nDCG@{ranking.CUT} | MRR | nothing found |"
        yield "|---|---|---|---|---|"
        for line in ranking.table(questions, found):
            yield line
        yield ""
        if wanted.errors:
            for line in ranking.worst(questions, found["communique search"]):
                print(line)


async def sizes(wanted: argparse.Namespace) -> AsyncIterator[str]:
    async for line in scale(wanted.releases or SIZES):
        yield line


async def health(_wanted: argparse.Namespace) -> AsyncIterator[str]:
    async for line in boards():
        yield line


PARTS = {"relevance": relevance, "scale": sizes, "boards": health}
ENGINES = {
    "real": "Elasticsearch, without stemmers",
    "embedded": "embedded engine, with its stemmers",
}


async def run(wanted: argparse.Namespace) -> None:
    for part in wanted.parts or PARTS:
        lines = [f"Measured on {datetime.now(UTC):%d %B %Y}."]
        async for line in PARTS[part](wanted):
            print(line, flush=True)
            if not line.startswith("<!--"):
                lines.append(line)
        lines.append(f"\n{engines.machine()}.")
        if wanted.write:
            report = replaced(REPORT.read_text("utf-8"), HEADS[part], lines)
            REPORT.write_text(report, "utf-8")


def replaced(report: str, head: str, lines: list[str]) -> str:
    """Return `report` with `lines` in place of what stands under `head`."""
    before, head, rest = report.partition(head)
    _, mark, after = rest.partition("\n## ")
    body = "\n".join(lines)
    return f"{before}{head}\n\n{body}\n{mark}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parser.add_argument(
        "--engine", nargs="+", choices=list(ENGINES), default=list(ENGINES)
    )
    parser.add_argument(
        "--releases", nargs="+", type=int, help="how many, for each size of scale"
    )
    parser.add_argument(
        "--errors", action="store_true", help="what is found in the open half"
    )
    parser.add_argument(
        "--no-write", dest="write", action="store_false", help="leave REPORT.md alone"
    )
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
