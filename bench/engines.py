"""The engines that benchmarks run on, each in a folder that is gone afterwards."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.kafka import KafkaServer
from tests.engines.noida import NoidaServer


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that engines of another user can enter too."""
    path = Path(tempfile.mkdtemp(prefix="communique-bench-"))
    # SIGTERM would end Python without a word and leave the engines behind.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        path.chmod(0o711)
        yield path
    finally:
        signal.signal(signal.SIGTERM, before)
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def elasticsearch(*, heap: str = "1g") -> Iterator[ElasticsearchServer]:
    """The real Elasticsearch, at our own priority."""
    with (
        folder() as directory,
        ElasticsearchServer(directory / "elasticsearch", heap=heap) as server,
    ):
        yield server


@contextmanager
def kafka_and_elasticsearch(
    *, heap: str = "1g"
) -> Iterator[tuple[KafkaServer, ElasticsearchServer]]:
    """The real Kafka and the real Elasticsearch."""
    with folder() as directory, ExitStack() as stack:
        yield (
            stack.enter_context(KafkaServer(directory / "kafka")),
            stack.enter_context(
                ElasticsearchServer(directory / "elasticsearch", heap=heap)
            ),
        )


@contextmanager
def noida() -> Iterator[NoidaServer]:
    """The embedded engines."""
    with folder() as directory, NoidaServer(directory / "noida") as server:
        yield server


def machine() -> str:
    """Return what a report says of the machine and of who else used it."""
    one, five, _ = os.getloadavg()
    return (
        f"{os.cpu_count()} cores, load {one:.1f} (of 5 minutes: {five:.1f}) at the end"
    )
