"""
Print how fast feeds are polled, beside what bare httpx does in the same run.

Parts: rate (visits a second and memory, 5,000 feeds of which four of five answer 304),
latency (from the answer that holds an entry to its event), idle (100,000 feeds, none of
them due).
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from bench.polling.idle import idle
from bench.polling.latency import latency
from bench.polling.rate import rate

PARTS = {"rate": rate, "latency": latency, "idle": idle}


async def run(parts: list[str]) -> None:
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="bench-polling-") as directory:
            async for line in PARTS[part](Path(directory)):
                print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.polling", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    asyncio.run(run(parser.parse_args().parts or list(PARTS)))


if __name__ == "__main__":
    main()
