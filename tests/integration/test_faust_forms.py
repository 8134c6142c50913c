"""
The form in use loses nothing where the common ones do: on the real Kafka.

40 messages on one partition; one error or one `kill -9`; then a restart. What nobody
ever settled although the group's offset is past it is lost (docs/decisions/0002).
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from communique.connection import KafkaConnection
from communique.topics import LEDGER, Naming
from communique.worker.kafka import create_topics
from tests.engines.kafka import KafkaServer
from tests.programs.recorder import RECORDER

pytestmark = pytest.mark.engines

MESSAGES = 40
TRIES = 5


class Runs:
    """Runs a recording program against a topic of 40 messages."""

    def __init__(self, kafka: str, directory: Path, program: str, form: str) -> None:
        self.kafka = kafka
        self.naming = Naming(f"{form}.{time.monotonic_ns()}.")
        self.file = directory / "settled"
        self.file.touch()
        self.mark = Path(f"{self.file}.fault")
        self.program = program
        self.environment = {
            **os.environ,
            "COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS": kafka,
            "COMMUNIQUE_TOPIC_PREFIX": self.naming.prefix,
            "COMMUNIQUE_STATE_DIR": str(directory / "state"),
            "COMMUNIQUE_BATCH_SIZE": "10",
            "COMMUNIQUE_SESSION_TIMEOUT_SECONDS": "6",
            "RECORDER_FILE": str(self.file),
            "LOSING_FORM": form,
        }

    async def fill(self) -> None:
        topics = [*RECORDER.reads, RECORDER.replay, RECORDER.dead_letters, LEDGER]
        await create_topics(KafkaConnection(self.kafka), topics, self.naming)
        async with AIOKafkaProducer(bootstrap_servers=self.kafka) as producer:
            for number in range(MESSAGES):
                await producer.send_and_wait(
                    self.naming.topic(RECORDER.reads[0]), b"%d" % number, partition=0
                )

    async def start(self, fault: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"tests.programs.{self.program}",
            env={**self.environment, "RECORDER_FAULT": fault},
            stderr=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )

    async def until_fault(self, process: asyncio.subprocess.Process) -> None:
        """Wait for the fault, then for the program to end or to go on past it."""
        await until(self.mark.exists, 40)
        deadline = time.monotonic() + 6
        while time.monotonic() < deadline and process.returncode is None:
            if await self.committed() == MESSAGES:
                return
            await asyncio.sleep(0.2)

    async def until_committed(self, seconds: float = 45) -> None:
        deadline = time.monotonic() + seconds
        while await self.committed() != MESSAGES:
            assert time.monotonic() < deadline, f"stuck at {await self.committed()}"
            await asyncio.sleep(0.2)

    async def committed(self) -> int:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(self.naming.group(RECORDER))
        finally:
            await admin.close()
        where = TopicPartition(self.naming.topic(RECORDER.reads[0]), 0)
        return found[where].offset if where in found else 0

    def lost(self) -> set[int]:
        settled = {
            int(line.rsplit("/", 1)[1]) for line in self.file.read_text().splitlines()
        }
        return set(range(MESSAGES)) - settled


async def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the program never came to its fault"
        await asyncio.sleep(0.1)


async def fault_and_restart(runs: Runs, fault: str) -> set[int]:
    """Return what is lost after `fault`, `kill -9` and a restart without it."""
    await runs.fill()
    for order in (fault, ""):
        process = await runs.start(order)
        try:
            if order:
                await runs.until_fault(process)
            else:
                await runs.until_committed()
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            await process.wait()
    return runs.lost()


@pytest.mark.parametrize(
    ("form", "fault", "lost"),
    [
        pytest.param("events", "raise:15", {15}, id="events acks what raised"),
        pytest.param("noack-events", "raise:15", {15}, id="commit jumps a hole of one"),
        pytest.param("take", "raise:15", set(range(10, 40)), id="take acks its buffer"),
        pytest.param("noack-take", "raise:5", set(range(10)), id="noack_take at first"),
        pytest.param(
            "noack-take-crashing", "raise:5", set(range(10)), id="the drainer acks"
        ),
        pytest.param(
            "noack-take-one", "raise:15", {15}, id="a batch of one is no safer"
        ),
        pytest.param(
            "concurrency", "hang:0", {0}, id="concurrency commits past a slow"
        ),
    ],
)
async def test_common_form_loses_messages(real_kafka, tmp_path, form, fault, lost):
    # At least these: how many more the drainer takes along depends on timing. So does
    # whether its commit comes before the crash, hence the tries: it can lose them.
    found = []
    for attempt in range(TRIES):
        directory = tmp_path / str(attempt)
        directory.mkdir()
        runs = Runs(real_kafka.bootstrap_servers, directory, "losing_forms", form)
        found.append(await fault_and_restart(runs, fault))
        if found[-1] >= lost:
            break
    assert found[-1] >= lost, f"{form} lost only {found}"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("raise:5", id="error in the first batch"),
        pytest.param("raise:15", id="error in a later batch"),
        pytest.param("hang:0", id="kill -9 while the head hangs"),
        pytest.param("hang:15", id="kill -9 in the middle of a batch"),
    ],
)
async def test_form_in_use_loses_nothing(real_kafka: KafkaServer, tmp_path, fault):
    runs = Runs(real_kafka.bootstrap_servers, tmp_path, "recorder", "in-use")
    assert await fault_and_restart(runs, fault) == set()
