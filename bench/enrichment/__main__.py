"""
Print how fast the enrichment is, beside the bare model on the same texts in turns.

Every round has the texts in other words, so that no cache helps, and a rate is the
median of the rounds. What runs beside us slows all of them, but not quite alike.
"""

import argparse
import asyncio
import os
import random
from pathlib import Path

# Before NumPy comes: the service's processes have one thread each, so has this one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def main() -> None:
    from bench.enrichment.measure import on_one_core
    from bench.enrichment.processes import in_processes
    from bench.quality.releases import RELEASES, load

    parser = argparse.ArgumentParser(prog="bench.enrichment", description=__doc__)
    parser.add_argument("--releases", type=Path, default=RELEASES)
    parser.add_argument("--language", default="en", help="of the texts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    releases = [one for one in load(wanted.releases) if one.language == wanted.language]
    rng = random.Random(wanted.seed)
    for line in on_one_core(releases, wanted.language, rng, wanted.rounds):
        print(line, flush=True)
    print("\n".join(asyncio.run(in_processes(releases, rng, wanted.rounds))))


if __name__ == "__main__":
    main()
