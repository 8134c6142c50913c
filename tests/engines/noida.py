"""The embedded engine: noida-db, which speaks both protocols in one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from tests.engines import Engines
from tests.engines.probes import elasticsearch_answers, kafka_answers
from tests.engines.process import HOST, Launch, Server, free_ports


class NoidaServer(Server):
    """
    One noida-db. It saves every few seconds and when stopped, not with each write.

    Its Python command only starts the program beside it and waits; we start the
    program, so that a signal reaches it.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, free_ports(2))

    @property
    def engines(self) -> Engines:
        """Return where its two protocols are served."""
        kafka, elasticsearch = self.ports
        return Engines(
            kafka=f"{HOST}:{kafka}",
            elasticsearch=f"http://{HOST}:{elasticsearch}",
            name="embedded",
            language_analyzers=True,
        )

    def answers(self) -> bool:
        kafka, elasticsearch = self.ports
        return kafka_answers(kafka) and elasticsearch_answers(elasticsearch)

    def launch(self) -> Launch:
        kafka, elasticsearch = self.ports
        options = {
            "--only": "kafka,elasticsearch",
            "--host": HOST,
            "--kafka-port": kafka,
            "--elasticsearch-port": elasticsearch,
            "--data-dir": self.data_dir / "noida",
        }
        words = [str(word) for option in options.items() for word in option]
        return Launch([str(files("noida_db") / "noida-db"), "start", *words])


@contextmanager
def embedded(data_dir: Path) -> Iterator[Engines]:
    """Start the embedded engines in `data_dir`; stop them at the end."""
    with NoidaServer(data_dir) as server:
        yield server.engines
