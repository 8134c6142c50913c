"""What Kibana asks for each panel, by span of time: pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from search_indexer.kibana.bodies import Body, panel_bodies

MONTH = {"30 days": timedelta(days=30)}
SPANS = {**MONTH, "5 years": timedelta(days=5 * 365)}


def panels(
    until: datetime, aliases: Collection[str], spans: dict[str, timedelta] = SPANS
) -> Iterator[tuple[str, Body]]:
    """Yield each panel that reads one of `aliases`, by span: its name, its search."""
    for span, length in spans.items():
        for name, asked in panel_bodies(until - length, until).items():
            if asked.alias in aliases:
                yield f"{name}, {span}", asked
