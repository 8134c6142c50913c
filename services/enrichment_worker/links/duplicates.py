"""Signatures of a release and of those before it to the links between them: pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from communique.events import Signature
from enrichment_worker.links.sketches import FEWEST, FIGURES, digests
from enrichment_worker.text import fold

ALIKE = 0.7
"""Of the runs of words of two texts, the share that both have: a near-duplicate."""
CONTAINED = 0.8
"""Of the runs of the shorter text, the share in the longer one: the same statement."""
FEWEST_SEEN = 12
"""Digests that must be comparable before one text is said to contain another."""
AGREED = 0.5
"""Of the figures of the text with fewer ones, the least share that the other has."""
FEW_FIGURES = 3
"""Texts with fewer figures than that are not told apart by them."""

_CORRECTION = re.compile(
    r"(?:corrigend(?:um|a)|correction|errat(?:um|a)|rectification|rectificatif"
    r"|rectificacion|fe de err(?:atas|ores))\b"
)


@dataclass(frozen=True, slots=True)
class Links:
    """What a release has to do with an earlier one, as it stands on the event."""

    duplicate_of: str | None = None
    similarity: float | None = None
    same_as: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many comparable digests two sketches have, each and together."""

    ours: int
    theirs: int
    common: int

    @property
    def similarity(self) -> float:
        """Return the estimated Jaccard index of the two texts, 0 to 1."""
        either = self.ours + self.theirs - self.common
        return self.common / either if either else 0.0

    @property
    def containment(self) -> float:
        """Return the share of the shorter text that the other has, 0 to 1."""
        fewer = min(self.ours, self.theirs)
        return self.common / fewer if fewer else 0.0


def overlap(ours: bytes, theirs: bytes, whole: int = FEWEST) -> Overlap:
    """
    Return what two sketches have in common.

    Of a sketch with less than `whole` digests nothing was left out. Of the others only
    the smallest are known: they are compared as far as both are known.
    """
    one, other = digests(ours), digests(theirs)
    known = [sketch[-1] for sketch in (one, other) if len(sketch) >= whole]
    if known:
        last = min(known)
        one = [digest for digest in one if digest <= last]
        other = [digest for digest in other if digest <= last]
    return Overlap(len(one), len(other), len(set(one) & set(other)))


def is_correction(title: str) -> bool:
    """Return whether a title says that the release corrects another one."""
    return _CORRECTION.match(fold(title).strip()) is not None


def links(
    ours: Signature, earlier: Iterable[Signature], *, correction: bool = False
) -> Links:
    """
    Return what a release has to do with the first fitting one of `earlier`.

    `duplicate_of`: its text as a whole is nearly ours. `same_as`: one of the two texts
    stands in the other, as a statement in a joint release. A `correction` corrects the
    release of the same ministry that it resembles or whose number it names, and is no
    duplicate then.
    """
    duplicate_of, similarity, same_as = None, None, None
    for other in earlier:
        shared = overlap(ours.sketch, other.sketch)
        is_alike = shared.similarity >= ALIKE
        is_same = is_alike or (
            shared.containment >= CONTAINED
            and min(shared.ours, shared.theirs) >= FEWEST_SEEN
        )
        if correction and _corrected(ours, other, is_same=is_same):
            return Links(corrects=other.release_id)
        if not is_same or not _figures_agree(ours, other):
            continue
        if not is_alike:
            same_as = same_as or other.release_id
        elif duplicate_of is None:
            duplicate_of = other.release_id
            similarity = round(shared.similarity, 3)
    return Links(duplicate_of, similarity, same_as)


def _corrected(ours: Signature, other: Signature, *, is_same: bool) -> bool:
    return bool(set(ours.ministries) & set(other.ministries)) and (
        is_same or bool(set(ours.references) & set(other.references))
    )


def _figures_agree(ours: Signature, theirs: Signature) -> bool:
    """Return whether two texts are not two numbers of a series: they share figures."""
    shared = overlap(ours.figures, theirs.figures, whole=FIGURES)
    fewer = min(shared.ours, shared.theirs)
    return fewer < FEW_FIGURES or shared.containment >= AGREED
