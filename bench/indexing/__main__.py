"""
Print how fast releases become searchable, on the real Kafka and Elasticsearch.

Parts: rate (the service beside bare bulk indexing of the same documents, and its
memory) and freshness (from an event to a search hit at 20 releases a second).
"""

import argparse
import asyncio
from collections.abc import AsyncIterator

from bench.engines import machine
from bench.indexing.freshness import freshness
from bench.indexing.rate import rate

PARTS = ("rate", "freshness")


async def run(wanted: argparse.Namespace) -> None:
    for part in wanted.parts or PARTS:
        print(f"{part}:", flush=True)
        lines: AsyncIterator[str] = (
            rate(wanted.releases, wanted.rounds)
            if part == "rate"
            else freshness(wanted.seconds)
        )
        async for line in lines:
            print(f"  {line}", flush=True)
    print(machine())


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.indexing", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parser.add_argument("--releases", type=int, default=20_000, help="of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="of freshness")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
