"""
Print how good the tags are, `--errors` lists what is wrong.

Errors of the half that is held back are shown with `--held-back` only, so that nobody
tunes to it by accident.
"""

import argparse
from pathlib import Path

from bench.quality import report
from bench.quality.releases import RELEASES, load
from bench.quality.taggers import BARE_MODEL, bare, enrichment


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__)
    parser.add_argument(
        "--releases",
        type=Path,
        default=RELEASES,
        help="another folder of files in the same form",
    )
    parser.add_argument("--model", default=BARE_MODEL, help="the bare spaCy model")
    parser.add_argument("--errors", action="store_true", help="list every error")
    parser.add_argument(
        "--held-back", action="store_true", help="list those of the held-back half too"
    )
    wanted = parser.parse_args()

    releases = load(wanted.releases)
    ours = list(zip(releases, enrichment(releases), strict=True))
    alone = list(zip(releases, bare(releases, wanted.model), strict=True))
    print(
        f"{len(releases)} releases; F1*: a name listed twice is not held against one\n"
    )
    for table in (
        report.entities(ours, alone),
        report.places(ours),
        report.themes(ours),
    ):
        print("\n".join(table), end="\n\n")
    if wanted.errors:
        shown = [pair for pair in ours if wanted.held_back or pair[0].half == "develop"]
        print("\n".join(report.errors(shown)))


if __name__ == "__main__":
    main()
