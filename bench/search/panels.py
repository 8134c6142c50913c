"""What Kibana asks for each panel of releases and revisions, by span of time: pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from search_indexer.families import RELEASES, REVISIONS
from search_indexer.kibana.bodies import Body, panel_bodies

SPANS = {"30 days": timedelta(days=30), "5 years": timedelta(days=5 * 365)}


def panels(until: datetime) -> Iterator[tuple[str, Body]]:
    """Yield each panel of releases or revisions by span: its name and its search."""
    for span, length in SPANS.items():
        for name, asked in panel_bodies(until - length, until).items():
            if asked.alias in (RELEASES, REVISIONS):
                yield f"{name}, {span}", asked
