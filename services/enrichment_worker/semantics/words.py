"""What the semantics need besides the release: made once by `semantics_files.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.semantics.cues import Cue
from enrichment_worker.semantics.days import Days
from enrichment_worker.semantics.money import Money


@dataclass(frozen=True, slots=True)
class SemanticWords:
    """Cues, money and days, by language; the zones of each country."""

    cues: Mapping[str, Gazetteer[Cue]] = field(default_factory=dict)
    money: Mapping[str, Money] = field(default_factory=dict)
    days: Mapping[str, Days] = field(default_factory=dict)
    zones: Mapping[str, tuple[tzinfo, ...]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    """The country of each territory that has an ISO code of its own."""
