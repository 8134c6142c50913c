"""
Fit how steeply a weight becomes a score to the half that is open.

Says how far the scores are from what comes true, in that half and in the one held back,
and with `--write` puts the curve where the enrichment reads it. `--releases` adds
labelled releases of one's own; how readily a theme is told of is fitted with them only,
as 35 releases say too little of 35 themes.
"""

import argparse
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
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

CHOSEN = Calibration(2.8, 2.0, 1.4)
"""
The curve with which most tags of some 400 real releases, not kept, are right (F1).

The likeliest one of them has a midpoint of 3.1, and tags less of what is there. Only
its slope is fitted.
"""
SLOPE_SPREAD = 0.15
"""How far a slope may be from it; the half that phrases were tuned to flatters them."""
LEAST = 1.0
"""Of the weights that count: below lie hundreds, none of which is close to a tag."""
TIMES_SPREAD = 0.3
"""How far the midpoint of one theme may be from the others', as a logarithm."""
TIMES = [0.4 + step / 20 for step in range(53)]
SLOPES = [1.0 + step / 20 for step in range(61)]
FILE = """\
# From the weight of what speaks for a theme to how likely it is:
# 1 / (1 + (midpoint / weight) ** slope), with a midpoint `unsupported` times as high
# for what one word alone speaks for.
# Fitted by `python -m bench.quality.calibrate --write`.

[themes]
midpoint = {midpoint:.2f}
slope = {slope:.2f}
unsupported = {unsupported:.2f}

# How many times that midpoint the ones of single themes are.
[times]
{times}
"""


@dataclass(frozen=True)
class Weighed:
    """A theme for which a release says something, and whether it was labelled so."""

    half: Literal["develop", "test"]
    slug: str
    weight: float
    """As in a text of usual length; not by the theme's own midpoint."""
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
                    slug=slug,
                    weight=weights[slug],
                    supported=themes.supported(found[slug]),
                    true=slug in one.themes,
                )


def fit(weighed: Iterable[Weighed], times: Mapping[str, float]) -> Calibration:
    """
    Return the chosen curve with the slope that is likeliest, near to the chosen one.

    `times` are those of the themes that are known.
    """
    pairs = [
        (math.log(one.weight / times.get(one.slug, 1.0)), one.true)
        for one in weighed
        if one.supported and one.weight >= LEAST
    ]

    def likelihood(slope: float) -> float:
        far = (slope - CHOSEN.slope) / SLOPE_SPREAD
        return _likelihood(pairs, CHOSEN.midpoint, slope) - far**2 / 2

    return replace(CHOSEN, slope=max(SLOPES, key=likelihood), times=times)


def fit_times(weighed: Iterable[Weighed], curve: Calibration) -> dict[str, float]:
    """Return how many times the midpoint of `curve` each theme's is likely to have."""
    by_slug: dict[str, list[tuple[float, bool]]] = {}
    for one in weighed:
        if one.supported and one.weight > 0:
            by_slug.setdefault(one.slug, []).append((math.log(one.weight), one.true))

    def likelihood(slug: str, times: float) -> float:
        far = math.log(times) / TIMES_SPREAD
        likely = _likelihood(by_slug[slug], curve.midpoint * times, curve.slope)
        return likely - far**2 / 2

    return {slug: max(TIMES, key=partial(likelihood, slug)) for slug in sorted(by_slug)}


def _likelihood(
    pairs: Iterable[tuple[float, bool]], midpoint: float, slope: float
) -> float:
    """Return the logarithm of how likely a curve is, given logarithms of weights."""
    middle = math.log(midpoint)
    total = 0.0
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
    midpoint = curve.needed(one.slug, supported=one.supported)
    return themes.probability(one.weight, midpoint, curve.slope)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench.quality.calibrate", description=__doc__
    )
    parser.add_argument("--write", action="store_true", help="keep the curve")
    parser.add_argument(
        "--releases", type=Path, nargs="*", default=[], help="folders of more of them"
    )
    wanted = parser.parse_args()
    vocabulary = load_vocabulary()
    weighed = list(weigh(load(), vocabulary))
    others = [one for folder in wanted.releases for one in load(folder)]
    known = [one for one in weighed if one.half == "develop"]
    known += weigh(others, vocabulary)
    curve = fit(known, vocabulary.taxonomy.calibration.times)
    if others:
        curve = fit(known, fit_times(known, curve))
    print(f"midpoint {curve.midpoint:.2f}, slope {curve.slope:.2f}, ", end="")
    print(f"unsupported {curve.unsupported:.2f}")
    for half in ("develop", "test"):
        far, shown = error((one for one in weighed if one.half == half), curve)
        print(f"{half:<8} calibration error {far:.3f} ({shown} scores)")
    if wanted.write:
        (DATA / "calibration.toml").write_text(_file(curve), "utf-8")


def _file(curve: Calibration) -> str:
    return FILE.format(
        midpoint=curve.midpoint,
        slope=curve.slope,
        unsupported=curve.unsupported,
        times="\n".join(f"{slug} = {n:.2f}" for slug, n in curve.times.items()),
    )


if __name__ == "__main__":
    main()
