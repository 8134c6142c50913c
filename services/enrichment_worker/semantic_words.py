"""What the semantics need besides the release: made once by `semantics_files.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from enrichment_worker.cues import Cue
from enrichment_worker.days import Days
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.money import Money


@dataclass(frozen=True, slots=True)
class SemanticWords:
    """Cues, money and days, by language; the zones of each country."""

    cues: Mapping[str, Gazetteer[Cue]]
    money: Mapping[str, Money]
    days: Mapping[str, Days]
    zones: Mapping[str, tuple[tzinfo, ...]]
    parents: Mapping[str, str]
    """The country of each territory that has an ISO code of its own."""
