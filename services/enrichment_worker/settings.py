"""Settings of the enrichment worker."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt

from communique.settings import WorkerSettings
from enrichment_worker.knowledge import MODELS


class EnrichmentSettings(WorkerSettings):
    """One field an environment variable; the unit is part of the name."""

    batch_size: int = 50
    spacy_models: Mapping[str, str] = Field(default_factory=lambda: dict(MODELS))
    """Pipeline name or path by language, as JSON; `{}` turns the models off."""
    vocabulary_dir: Path | None = None
    """A folder of one's own data files, which add to the shipped ones and overrule."""
    enrichment_processes: PositiveInt = 1
    """Processes that enrich beside this one, each with a model: one a core to spare."""
    document_seconds: PositiveFloat = 9.0
    """A text that takes longer is a dead letter."""
