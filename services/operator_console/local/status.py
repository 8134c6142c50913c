"""How the services of this machine are: what their health servers say."""

from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One process: is it ready, and if not, what does it wait for."""

    name: str
    address: str
    ready: bool
    waiting_for: str | None
    partitions: int = 0
    lag: int = 0


def service_statuses(state_dir: Path) -> list[ServiceStatus]:
    """Return the status of every process that left its address in `state_dir`."""
    return [
        _ask(file.stem, file.read_text().strip())
        for file in sorted(state_dir.glob("*.address"))
    ]


def _ask(name: str, address: str) -> ServiceStatus:
    try:
        with httpx.Client(trust_env=False, timeout=3.0) as client:
            answer = client.get(f"http://{address}/readyz").json()
    except (httpx.HTTPError, ValueError):
        return ServiceStatus(name, address, ready=False, waiting_for="does not answer")
    return ServiceStatus(name, address, **answer)
