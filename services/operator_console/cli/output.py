"""What commands print: tables for people, one JSON object a line for machines."""

import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from communique.safe_text import escaped_text, safe_text

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, object]) -> None:
    """Print one object on one line; what is no JSON (a time) is printed as text."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    # Escapes mean the same in JSON, and a terminal is not led astray. So can a lone
    # surrogate be printed (a file name that is no UTF-8).
    sys.stdout.write(escaped_text(line) + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print foreign text in a table: no markup, no control characters."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            *(
                cell
                if isinstance(cell, Text)
                else Text(safe_text("" if cell is None else str(cell)))
                for cell in row
            )
        )
    console.print(table)


def plain(text: str, style: str = "", *, limit: int | None = None) -> Text:
    """Return foreign `text` as it may be shown."""
    return Text(safe_text(text, limit=limit), style=style)
