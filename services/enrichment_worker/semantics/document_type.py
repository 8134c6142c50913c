"""What a release is, statement or visit or tender, by its words. Pure."""

import math
from collections.abc import Iterable
from typing import get_args

from communique.tags import DocumentType
from enrichment_worker.semantics.cues import Cues, Told

_LEAD = 350
"""Code points in which a release says what it is."""
_IN_TITLE, _IN_LEAD, _IN_BODY = 3.0, 1.6, 0.5
_MOST_OF_A_PLACE = 3
"""Cues of one kind that count in the lead or in the body."""
_LEAST = 4.0
"""Less than a strong phrase in the lead: too little to be anything."""
_SURE = 9.0
MOST_EVIDENCE = 10

TYPES = get_args(DocumentType.model_fields["type"].annotation)
"""The ten kinds; of two that score alike, the first."""
_ORDER = ("correction", "tender", "speech", "appointment", "agreement", "statistics",
          "advisory", "statement", "visit")  # fmt: skip


def document_type(cues: Cues, title: Cues, text: str) -> DocumentType:
    """
    Return what a release is, by the cues of its text and of its title.

    The confidence is the share of the winner in all that speaks, less where little
    does; "other" where nothing does. Evidence lies in the text, so none of the title's.
    """
    scores = {kind: 0.0 for kind in _ORDER}
    told = cues.of("document_type")
    for kind in _ORDER:
        named = [one for one in told if one.name == kind]
        lead = [one for one in named if one.start < _LEAD]
        body = [one for one in named if one.start >= _LEAD]
        scores[kind] = (
            _IN_TITLE * _best(title.of("document_type", kind), 2)
            + _IN_LEAD * _best(lead, _MOST_OF_A_PLACE)
            + _IN_BODY * _best(body, _MOST_OF_A_PLACE)
        )
    total = sum(scores.values())
    winner = max(_ORDER, key=lambda kind: (scores[kind], -_ORDER.index(kind)))
    best = scores[winner]
    if best < _LEAST:
        return DocumentType(
            type="other", confidence=round(max(0.6 - total / 20, 0.1), 2)
        )
    likely = best / total * (1 - math.exp(-best / _SURE * 1.5))
    found = [one for one in told if one.name == winner]
    found.sort(key=lambda one: (one.start >= _LEAD, -one.weight, one.start))
    return DocumentType(
        type=winner,
        confidence=round(min(likely, 0.99), 2),
        evidence=tuple(
            one.evidence(text)
            for one in sorted(found[:MOST_EVIDENCE], key=lambda one: one.start)
        ),
    )


def _best(told: Iterable[Told], most: int) -> float:
    """Return what the weightiest say; each more adds half of the one before."""
    weights = sorted((one.weight for one in told), reverse=True)[:most]
    return math.fsum(weight / 2**nth for nth, weight in enumerate(weights))
