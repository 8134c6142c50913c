"""A process whose memory and time are measured, and a service that runs as one."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import nan
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A running process, as Linux tells of it; elsewhere its figures are nan."""

    pid: int

    def memory_bytes(self) -> float:
        """Return the most memory that it has had at once."""
        status = Path(f"/proc/{self.pid}/status")
        lines = status.read_text("utf-8").splitlines() if status.exists() else ()
        peaks = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return float(next(peaks, nan)) * 1024

    def cpu_seconds(self) -> float:
        """Return the time that it has computed, in steps of some 10 ms."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return nan
        fields = stat.read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running_service(
    name: str, directory: Path, **settings: str
) -> AsyncIterator[Process]:
    """
    Run the service `name` as `communique up` does while the block runs.

    `settings` are variables of its environment. Raises RuntimeError with the end of its
    log if it ended before the block did.
    """
    environment = {
        **os.environ,
        "COMMUNIQUE_STATE_DIR": str(directory / "state"),
        "COMMUNIQUE_LOG_LEVEL": "WARNING",
        **settings,
    }
    log = directory / f"{name}.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "operator_console.service", name),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Process(process.pid)
        if process.returncode is not None:
            raise RuntimeError(f"the {name} ended: {log.read_text()[-2000:]}")
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
