"""How good a ranking is: nDCG and reciprocal rank, as trec_eval counts them. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence


def dcg(grades: Iterable[float]) -> float:
    """Return the discounted gain of `grades` in their order, the first undivided."""
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def ndcg(ranking: Sequence[str], judged: Mapping[str, int], cut: int = 10) -> float:
    """Return the gain of the first `cut` as a share of the best possible, 0 to 1."""
    best = dcg(sorted(judged.values(), reverse=True)[:cut])
    return dcg(judged.get(name, 0) for name in ranking[:cut]) / best if best else 0.0


def reciprocal_rank(
    ranking: Sequence[str], judged: Mapping[str, int], least: int = 2
) -> float:
    """Return 1 / the place of the first that is judged `least` or better; else 0."""
    places = (
        place for place, name in enumerate(ranking, 1) if judged.get(name, 0) >= least
    )
    return 1 / next(places, math.inf)
