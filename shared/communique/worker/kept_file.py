"""A small JSON file that outlives the process: read whole, replaced whole."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_kept(path: Path) -> dict[str, Any]:
    """Return the object in the file; an empty one if there is none, or it is broken."""
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write_kept(path: Path, kept: Mapping[str, Any]) -> None:
    """
    Put `kept` into the file; cut off, the older one is still there.

    Raises OSError if the disk does not take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(kept))
    part.replace(path)
