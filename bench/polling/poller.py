"""The real service on the embedded engines: started, watched, stopped."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from communique.connection import KafkaConnection
from communique.events import Feed
from communique.identity import feed_id
from communique.topics import Naming, all_topics
from communique.worker.kafka import create_topics
from operator_console.local.engines import embedded_engines
from operator_console.registry import register

NAMING = Naming("bench.")
NICE = os.nice(0)


@dataclass(frozen=True)
class Poller:
    """A running feed poller: its process, and its Kafka."""

    pid: int
    kafka: KafkaConnection
    log: Path

    def memory_bytes(self) -> int:
        """Return the most memory that the process has had at once."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self) -> float:
        """Return the time that the process has computed."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def ministries() -> AsyncIterator[int]:
    """Serve the ministries from a process of their own; yield their port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.polling.ministries",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def served(port: int) -> Counter[str]:
    """Return how often the ministries were asked for each feed."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        return Counter((await client.get(f"http://127.0.0.1:{port}/_served")).json())


@asynccontextmanager
async def engines(directory: Path) -> AsyncIterator[KafkaConnection]:
    """Run the embedded engines with our topics while the block runs."""
    async with embedded_engines(directory / "engines") as running:
        kafka = KafkaConnection(running.kafka)
        await create_topics(kafka, all_topics(), NAMING)
        yield kafka


@asynccontextmanager
async def poller(
    kafka: KafkaConnection, directory: Path, **settings: str
) -> AsyncIterator[Poller]:
    """Run the service as `communique up` does, with `settings` of the environment."""
    environment: Mapping[str, str] = {
        **os.environ,
        "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": ",".join(kafka.servers),
        "COMMUNIQUE_TOPIC_PREFIX": NAMING.prefix,
        "COMMUNIQUE_STATE_DIR": str(directory / "state"),
        "COMMUNIQUE_HOST_SPACING_SECONDS": "0",
        "COMMUNIQUE_ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        "COMMUNIQUE_LOG_LEVEL": "WARNING",
        **settings,
    }
    log = directory / "poller.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "operator_console.service", "feed-poller"),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Poller(process.pid, kafka, log)
        if process.returncode is not None:
            raise RuntimeError(f"the poller ended: {log.read_text()[-2000:]}")
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def waiting(directory: Path) -> int:
    """Return how many tasks the poller says that it holds; 0 before it answers."""
    try:
        (address,) = (directory / "state").glob("*.address")
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://{address.read_text().strip()}/metrics")
    except (ValueError, OSError, httpx.HTTPError):
        return 0
    lines = answer.text.splitlines()
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in lines
        if line.startswith("communique_tasks_waiting")
    )


def feeds(urls: Sequence[str], *, interval_seconds: float) -> list[Feed]:
    """Return `urls` as a registry that is visited every `interval_seconds`."""
    now = datetime.now(UTC)
    return [
        Feed(
            feed_id=feed_id(url),
            url=url,
            title=f"Ministry {number}",
            interval_seconds=interval_seconds,
            registered_at=now,
        )
        for number, url in enumerate(urls)
    ]


async def registered(kafka: KafkaConnection, some: Sequence[Feed]) -> None:
    """Register feeds, a thousand at a time."""
    for start in range(0, len(some), 1000):
        await register(kafka, NAMING, some[start : start + 1000])
