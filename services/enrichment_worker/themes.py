"""The subjects of a text: what speaks for them, scored as a probability."""

import math
from collections.abc import Iterable, Mapping

from communique.tags import Entity, Evidence, Subtheme, Theme
from enrichment_worker.knowledge import Taxonomy
from enrichment_worker.languages import Spoken
from enrichment_worker.semantics.parties import NOBODY, Parties
from enrichment_worker.text import Prose
from enrichment_worker.theme_evidence import collect
from enrichment_worker.theme_found import Found

TAGGED = 0.5
"""A score from here on counts as tagged: it is as likely as not."""
SHOWN = 0.15
"""Scores below are left out."""
MOST_EVIDENCE = 20

_USUAL_WORDS = 450
"""Up to so many, a text needs no more to be about something."""
_BESIDE = 0.35
"""How much a theme loses beside a weightier one: with half its weight, a fifth."""
_CORE, _STRONG = 4.2, 3.0
"""From here on a phrase says enough: by itself, with another word or said again."""
_TELLING = 3.8
"""The least that the three best of phrases that say little must say together."""


def tag(
    prose: Prose,
    title: str,
    spoken: Spoken,
    taxonomy: Taxonomy,
    entities: Iterable[Entity] = (),
    parties: Parties = NOBODY,
) -> tuple[tuple[Theme, ...], tuple[Subtheme, ...]]:
    """
    Return the themes and subthemes that score 0.15 or more, the best first.

    A score is how likely a careful reader gives the release this theme. A subtheme
    scores no more than its theme does. Of `entities`, organisations count: what they
    stand for, and that a word in their name is not said of the release. `parties` are
    the countries that deal with one another in it.
    """
    found = collect(prose, title, spoken, taxonomy, entities, parties)
    scores = score(found, prose.words, taxonomy)
    for slug, parent in taxonomy.parents.items():
        if slug in scores:
            scores[slug] = min(scores[slug], scores.get(parent, 0.0))
    shown = sorted(
        (slug for slug, one in scores.items() if one >= SHOWN),
        key=lambda slug: (-scores[slug], slug),
    )
    return _themes(shown, scores, found, taxonomy, prose.text)


def score(
    found: Mapping[str, Found], words: int, taxonomy: Taxonomy
) -> dict[str, float]:
    """Return the probability of each theme in a text of so many words."""
    slope = taxonomy.calibration.slope
    return {
        slug: probability(weight, needed(slug, found[slug], taxonomy), slope)
        for slug, weight in weigh(found, words, taxonomy.parents).items()
    }


def weigh(
    found: Mapping[str, Found], words: int, parents: Mapping[str, str]
) -> dict[str, float]:
    """
    Return the weight of each theme, as in a text of usual length.

    Themes compete: what is far below the weightiest one of a release is said in
    passing more often than the same weight is in a release that has no other.
    `parents` are those of the subthemes, which do not compete with their theme.
    """
    usual = math.sqrt(max(1.0, words / _USUAL_WORDS))
    plain = {slug: one.weight / usual for slug, one in found.items()}
    most = max((plain[slug] for slug in plain if slug not in parents), default=0.0)
    return {
        slug: weight * math.pow(weight / most, _BESIDE) if weight < most else weight
        for slug, weight in plain.items()
    }


def supported(one: Found) -> bool:
    """
    Return whether more speaks for a theme than one word.

    Neither one that says little, nor any that stands alone, unless it is said often:
    long releases name in passing what they are not about. But a phrase that cannot be
    about anything else ("consular access") is enough; others want company, or the
    title.
    """
    best, *others = one.telling or (0.0,)
    often = len(one.weights) > 1 or bool(one.in_title)
    together = best >= _STRONG or best + sum(others) >= _TELLING
    return best >= _CORE or (often and together)


def needed(slug: str, one: Found, taxonomy: Taxonomy) -> float:
    """Return the weight at which a theme, or subtheme, is as likely as not."""
    theme = taxonomy.parents.get(slug, slug)
    return taxonomy.calibration.needed(theme, supported=supported(one))


def probability(weight: float, midpoint: float, slope: float) -> float:
    """Return what a weight means: the more, the likelier; 0.5 at the midpoint."""
    if weight <= 0:
        return 0.0
    odds = math.pow(weight / midpoint, slope)
    return round(odds / (1.0 + odds), 3)


def _themes(
    shown: Iterable[str],
    scores: Mapping[str, float],
    found: Mapping[str, Found],
    taxonomy: Taxonomy,
    text: str,
) -> tuple[tuple[Theme, ...], tuple[Subtheme, ...]]:
    themes: list[Theme] = []
    subthemes: list[Subtheme] = []
    for slug in shown:
        evidence = tuple(
            Evidence(text=text[start:end], start=start, end=end)
            for start, end in sorted(found[slug].spans)[:MOST_EVIDENCE]
        )
        likely = scores[slug]
        theme = Theme(
            slug=slug,
            score=likely,
            evidence=evidence,
            iptc=taxonomy.media_topics.get(slug),
        )
        if parent := taxonomy.parents.get(slug):
            subthemes.append(Subtheme(**dict(theme), parent=parent))
        else:
            themes.append(theme)
    return tuple(themes), tuple(subthemes)
