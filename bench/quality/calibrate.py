"""
Fit the curve from the weight of a theme to its score to the half that is open.

Says how far the scores are from what comes true, in that half and in the one held back,
and with `--write` puts the curve where the enrichment reads it.
"""

import argparse
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from bench.quality.releases import Labelled, load, raw
from bench.quality.scoring import calibration_error
from enrichment_worker import languages, themes
from enrichment_worker.enrich import enrich_all
from enrichment_worker.knowledge import Calibration, Vocabulary
from enrichment_worker.semantics.parties import Parties
from enrichment_worker.text import Prose
from enrichment_worker.theme_evidence import collect
from enrichment_worker.vocabulary.load import DATA, load_vocabulary

EXPECTED = Calibration(3.5, 1.7, 0.18)
"""The curve of the open half and of the beginnings of 94 real releases, not kept."""
MIDPOINT_SPREAD, SLOPE_SPREAD, ALONE_SEEN = 0.15, 0.15, 100
"""How far a curve may be from it; the half that phrases were tuned to flatters them."""
MIDPOINTS = [1.0 + step / 20 for step in range(121)]
SLOPES = [1.0 + step / 20 for step in range(61)]
FILE = """\
# From the weight of what speaks for a theme to how likely it is:
# 1 / (1 + (midpoint / weight) ** slope). `unsupported` is the most for one word alone.
# Fitted by `python -m bench.quality.calibrate --write`.

[themes]
midpoint = {midpoint:.2f}
slope = {slope:.2f}
unsupported = {unsupported:.2f}
"""


@dataclass(frozen=True)
class Weighed:
    """A theme for which a release says something, and whether it was labelled so."""

    half: Literal["develop", "test"]
    weight: float
    supported: bool
    true: bool


def weigh(releases: Sequence[Labelled], vocabulary: Vocabulary) -> Iterator[Weighed]:
    """Yield what speaks for each theme in each of `releases`."""
    enriched = enrich_all([raw(one) for one in releases], vocabulary, 0)
    for one, tagged in zip(releases, enriched, strict=True):
        prose = Prose(one.text)
        parts = languages.spoken(one.text, tagged.language, vocabulary.detect)
        dealing = Parties(tagged.lateral, tagged.parties, tagged.counterparts)
        found = collect(
            prose, one.title, parts, vocabulary.taxonomy, tagged.entities, dealing
        )
        weights = themes.weigh(found, len(prose.tokens), vocabulary.taxonomy.parents)
        for slug in vocabulary.taxonomy.slugs:
            if slug in found:
                yield Weighed(
                    half=one.half,
                    weight=weights[slug],
                    supported=themes.supported(found[slug]),
                    true=slug in one.themes,
                )


def fit(weighed: Iterable[Weighed]) -> Calibration:
    """
    Return the likeliest curve, if it is expected to be like `EXPECTED`.

    `unsupported` is the share that is true of those that one word alone speaks for
    and that would be shown.
    """
    weighed = [one for one in weighed if one.weight > 0]
    pairs = [(math.log(one.weight), one.true) for one in weighed if one.supported]
    midpoint, slope = max(
        product(MIDPOINTS, SLOPES), key=lambda curve: _likelihood(pairs, *curve)
    )
    curve = Calibration(midpoint, slope, 1.0)
    alone = [
        one.true
        for one in weighed
        if not one.supported and _score(one, curve) >= themes.SHOWN
    ]
    expected = EXPECTED.unsupported * ALONE_SEEN
    share = (sum(alone) + expected) / (len(alone) + ALONE_SEEN)
    return Calibration(midpoint, slope, min(share, 0.49))


def _likelihood(
    pairs: Iterable[tuple[float, bool]], midpoint: float, slope: float
) -> float:
    """Return the logarithm of how likely a curve is, given logarithms of weights."""
    middle = math.log(midpoint)
    total = -(((middle - math.log(EXPECTED.midpoint)) / MIDPOINT_SPREAD) ** 2) / 2
    total -= ((slope - EXPECTED.slope) / SLOPE_SPREAD) ** 2 / 2
    for weight, true in pairs:
        odds = slope * (weight - middle)
        total -= math.log1p(math.exp(-odds if true else odds))
    return total


def error(weighed: Iterable[Weighed], curve: Calibration) -> tuple[float, int]:
    """Return the expected calibration error of the scores shown, and their number."""
    scored = [(_score(one, curve), one.true) for one in weighed]
    shown = [one for one in scored if one[0] >= themes.SHOWN]
    return calibration_error(shown), len(shown)


def _score(one: Weighed, curve: Calibration) -> float:
    return themes.probability(one.weight, curve, supported=one.supported)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.quality.calibrate", description=__doc__
    )
    parser.add_argument("--write", action="store_true", help="keep the curve")
    wanted = parser.parse_args()
    vocabulary = load_vocabulary()
    weighed = list(weigh(load(), vocabulary))
    curve = fit(one for one in weighed if one.half == "develop")
    fields = {
        "midpoint": curve.midpoint,
        "slope": curve.slope,
        "unsupported": curve.unsupported,
    }
    print(", ".join(f"{name} {value:.2f}" for name, value in fields.items()))
    for half in ("develop", "test"):
        far, shown = error((one for one in weighed if one.half == half), curve)
        print(f"{half:<8} calibration error {far:.3f} ({shown} scores)")
    if wanted.write:
        (DATA / "calibration.toml").write_text(FILE.format(**fields), "utf-8")


if __name__ == "__main__":
    main()
