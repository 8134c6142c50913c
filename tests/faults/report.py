"""The figures of a run, kept by seed, and the pages that show them."""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from tests.engines.artifacts import POM

FIGURES = Path(__file__).with_name("figures.json")
REPORT = Path(__file__).with_name("REPORT.md")
MUTANTS = Path(__file__).with_name("MUTANTS.md")
LIBRARIES = ("faust-streaming", "aiokafka", "elasticsearch")
NO_DRAIN = "–"


@dataclass(frozen=True)
class Figures:
    """What one case gave; `drain` is a share of the capacity without a fault."""

    releases: int
    lost: int
    duplicates: int
    recovery_seconds: float
    drain: float | None
    seconds: float


def keep(seed: int, rows: Mapping[str, Figures], cases: Sequence[str]) -> None:
    """Put the figures of `seed` in place of older ones, and write the report anew."""
    runs = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    runs[str(seed)] = {name: asdict(figures) for name, figures in rows.items()}
    FIGURES.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n")
    REPORT.write_text(render(runs, cases))


def render(runs: Mapping[str, Mapping[str, dict]], cases: Sequence[str]) -> str:
    """Return the report: one row a case, the worst of all seeds."""
    lines = [
        "# What faults do to Communique",
        "",
        "Each row is one fault in a running system: how many releases flowed, how many "
        "of them were lost or had more than one document afterwards (added up over all "
        "seeds), the seconds from the fault's end until a new release was found, and "
        "how fast the backlog drained as a share of what the machine does without a "
        "fault (the worst of all seeds). `make test-faults SEED=n` writes it.",
        "",
        "| fault | releases | lost | duplicates | recovery s | drain |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in cases:
        found = [Figures(**run[name]) for run in runs.values() if name in run]
        if not found:
            continue
        drains = [figures.drain for figures in found if figures.drain is not None]
        cells = (
            name,
            sum(figures.releases for figures in found),
            sum(figures.lost for figures in found),
            sum(figures.duplicates for figures in found),
            f"{max(figures.recovery_seconds for figures in found):.1f}",
            f"{min(drains):.2f}" if drains else NO_DRAIN,
        )
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    minutes = ", ".join(
        f"{sum(figures['seconds'] for figures in run.values()) / 60:.1f}"
        for run in runs.values()
    )
    lines += ["", f"Seeds: {', '.join(runs)}. Minutes a run: {minutes}.", "", *_where()]
    return "\n".join(lines) + "\n"


def render_mutants(rows: Mapping[str, Figures], seed: int) -> str:
    """Return what the suite saw of services that were spoilt on purpose."""
    lines = [
        "# What the fault suite sees",
        "",
        "Each row is a Communique with one line of its delivery spoilt on purpose "
        "(`tests/programs/mutant.py`) in the trial of `tests/faults/trial.py`: "
        "everything ended and killed while the sink is away, Kafka away, and what was "
        "enriched replayed in any order. "
        "A suite that saw "
        "nothing here would see nothing of a real fault either. "
        "`make test-mutants` writes it; `make test-faults MUTANT=name` fails.",
        "",
        "| mutant | releases | lost | duplicates |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {row.releases} | {row.lost} | {row.duplicates} |"
            for name, row in rows.items()
        ),
        "",
        f"Seed: {seed}.",
        "",
        *_where(),
    ]
    return "\n".join(lines) + "\n"


def _where() -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    engines = dict(re.findall(r"<(\w+)\.version>(.+?)<", POM.read_text()))
    return [
        f"Versions: Apache Kafka {engines['kafka']}, Elasticsearch "
        f"{engines['elasticsearch']}, Python {platform.python_version()}, {libraries}.",
        f"Machine: {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}; engines, services, ministries and tests share it.",
    ]
