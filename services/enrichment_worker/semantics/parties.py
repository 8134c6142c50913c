"""Which countries deal with one another in a release: two, more, or none. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from communique.tags import Entity
from enrichment_worker.semantics.cues import Cues, between
from enrichment_worker.sentences import Sentences

Lateral = Literal["bilateral", "multilateral", "none"]

_TITLE, _ENGAGED, _PASSING, _TOWN = 2.0, 1.0, 0.15, 0.3
"""What a country weighs: in the title, beside "met", elsewhere, as a town."""
_NAMED = 0.9
"""The most that a country weighs which is named often, and never beside "met"."""
_LEAD, _LEAD_LENGTH = 1.5, 400
_LEAST = 1.5
"""Once in a lead that tells of a meeting, or twice further down."""
_SHARE = 0.4
"""Of what the weightiest country has, the least of another that takes part."""
_MOST = 40


@dataclass(frozen=True, slots=True)
class Parties:
    """The countries that deal with one another, the issuer's first."""

    lateral: Lateral = "none"
    parties: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()


NOBODY = Parties()


def parties(
    entities: Sequence[Entity],
    adjectives: Iterable[tuple[int, int, str]],
    cues: Cues,
    title: Cues,
    in_title: Sequence[str],
    sentences: Sentences,
    home: str | None,
    parents: Mapping[str, str],
) -> Parties:
    """
    Return who deals with whom, seen from the country `home` where it is known.

    `adjectives` are spans with the ISO code of a country; `in_title` the codes that the
    title names. Countries count beside words for meeting, visiting, signing, if they
    are not condemned; those of `parents`, territories with the country that they belong
    to, are no other country.
    """
    told = bool(title.of("relations", "engages"))
    weights = _weights(entities, adjectives, cues, sentences)
    for code in dict.fromkeys(in_title):
        if told or weights.get(code, 0.0) >= _ENGAGED:
            weights[code] = weights.get(code, 0.0) + _TITLE
    pair = len(cues.of("relations", "pair")) + 2 * len(title.of("relations", "pair"))
    many = len(cues.of("relations", "many")) + 2 * len(title.of("relations", "many"))
    own = weights.pop(home, 0.0) if home else 0.0
    weights = {
        code: weight
        for code, weight in weights.items()
        if home is None or parents.get(code) != home
    }
    ranked = sorted(weights, key=lambda code: -weights[code])
    best = weights[ranked[0]] if ranked else 0.0
    least = max(_LEAST, _SHARE * best)
    strong = [code for code in ranked if weights[code] >= least][:_MOST]
    wanted = 1 if home else 2
    if len(strong) < wanted:
        return Parties("multilateral" if many > 1 else "none")
    two = len(strong) == wanted or (pair > 0 and many <= pair)
    if two and not (many > pair + 1 and pair == 0):
        others = strong[:wanted]
        lateral: Lateral = "bilateral"
    else:
        others, lateral = strong, "multilateral"
    first = (home,) if home is not None and (own or lateral == "bilateral") else ()
    return Parties(lateral, (*first, *others), tuple(others))


def _weights(
    entities: Sequence[Entity],
    adjectives: Iterable[tuple[int, int, str]],
    cues: Cues,
    sentences: Sentences,
) -> dict[str, float]:
    engages = cues.of("relations", "engages", "pair", "many")
    against = cues.of("relations", "against")
    places = {
        one.start: (entity.country, _TOWN if entity.id_source == "geonames" else 1.0)
        for entity in entities
        if entity.type == "place" and entity.country is not None
        for one in entity.mentions
    }
    for start, _, code in adjectives:
        places.setdefault(start, (code, 1.0))
    weights: dict[str, float] = {}
    dealing: set[str] = set()
    for start, (code, kind) in places.items():
        first, last = sentences.around(start)
        engaged = between(engages, first, last) and not between(against, first, start)
        weight = kind * (_ENGAGED if engaged else _PASSING)
        weight *= _LEAD if start < _LEAD_LENGTH else 1.0
        weights[str(code)] = weights.get(str(code), 0.0) + weight
        if engaged:
            dealing.add(str(code))
    return {
        code: weight if code in dealing else min(weight, _NAMED)
        for code, weight in weights.items()
    }
