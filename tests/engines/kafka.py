"""Apache Kafka itself, one node (KRaft) that is broker and controller."""

import base64
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.engines.artifacts import Artifacts, fetch
from tests.engines.probes import kafka_answers
from tests.engines.process import HOST, EngineError, Launch, Server, free_ports

MIB = 1024 * 1024
LOGGING = [
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
]

# As tests need it: at full speed seconds after the start, and not much faster later.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

SETTINGS: Mapping[str, str | int] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    # As our deployment sets them. A record's limit counts its batch's frame too, so
    # the broker allows a little more than the 8 MiB that topics name.
    "auto.create.topics.enable": "false",
    "message.max.bytes": 9 * MIB,
    "replica.fetch.max.bytes": 9 * MIB,
    # A single node has no replicas.
    "default.replication.factor": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    # Tests should not wait: groups form at once and may have short sessions, what
    # retention or compaction removes is gone in seconds, and a killed broker is let
    # in again when its session of 3 s, not 9 s, is over.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "log.initial.task.delay.ms": 1000,
    "log.retention.check.interval.ms": 1000,
    "log.segment.delete.delay.ms": 1000,
    "log.cleaner.backoff.ms": 1000,
    "log.cleaner.dedupe.buffer.size": 8 * MIB,
}


class KafkaServer(Server):
    """
    One Kafka node; `settings` are added to, or replace, those above.

    `format_options` go to the tool that makes its folder ready.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        heap: str = "512m",
        settings: Mapping[str, str | int] | None = None,
        format_options: Sequence[str] = (),
    ) -> None:
        broker, controller = free_ports(2)
        super().__init__(data_dir, (port or broker, controller))
        self.heap = heap
        self.settings = settings or {}
        self.format_options = format_options

    @property
    def bootstrap_servers(self) -> str:
        """Return where clients connect, as `host:port`."""
        return f"{HOST}:{self.ports[0]}"

    def answers(self) -> bool:
        return kafka_answers(self.ports[0])

    def launch(self) -> Launch:
        artifacts = fetch()
        properties = self._write_properties()
        if not (self._logs / "meta.properties").exists():
            self._format(artifacts, properties)
        java = _java(artifacts, f"-Xmx{self.heap}", *QUICK)
        return Launch([*java, "kafka.Kafka", str(properties)])

    @property
    def _logs(self) -> Path:
        return self.data_dir / "logs"

    def _write_properties(self) -> Path:
        broker, controller, *_ = self.ports
        here = {
            "listeners": f"PLAINTEXT://{HOST}:{broker},CONTROLLER://{HOST}:{controller}",
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "log.dirs": self._logs,
        }
        path = self.data_dir / "server.properties"
        settings = {**SETTINGS, **here, **self.settings}
        path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        return path

    def _format(self, artifacts: Artifacts, properties: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # One word, since an id may begin with a hyphen.
        options = [f"--cluster-id={cluster}", f"--config={properties}"]
        options += self.format_options
        tool = [*_java(artifacts, *QUICK), "kafka.tools.StorageTool"]
        done = subprocess.run(
            [*tool, "format", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"Kafka cannot format {self._logs}:\n{done.stdout}")


def _java(artifacts: Artifacts, *options: str) -> list[str]:
    return [artifacts.java, *options, *LOGGING, "-cp", f"{artifacts.kafka_jars}/*"]
