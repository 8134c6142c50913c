"""Fixtures that start engines when the first test asks, once a session."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engines import Engines
from tests.engines.artifacts import Artifacts, EnginesUnavailableError, fetch
from tests.engines.elasticsearch import ElasticsearchServer
from tests.engines.kafka import KafkaServer
from tests.engines.noida import embedded
from tests.engines.process import EngineError


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let Maven bring the real engines now: a test's time limit is too short for it."""
    if session.config.option.collectonly:
        return
    if any(item.get_closest_marker("engines") for item in session.items):
        try:
            fetch()
        except (EnginesUnavailableError, EngineError):
            return  # the fixture says so, of the tests that need them


@pytest.fixture(scope="session")
def engine_artifacts() -> Artifacts:
    """
    The real engines' files; skips the test where Java or Maven is missing.

    With COMMUNIQUE_REQUIRE_ENGINES=1 it fails instead.
    """
    try:
        return fetch()
    except EnginesUnavailableError as error:
        if os.environ.get("COMMUNIQUE_REQUIRE_ENGINES") == "1":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


@pytest.fixture
def engine_dir(_engines_end_with_the_session: None) -> Iterator[Path]:
    """An empty folder that any engine can use, unlike `tmp_path` when run as root."""
    with _folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def engines_dir(_engines_end_with_the_session: None) -> Iterator[Path]:
    """The same for the tests of a module together."""
    with _folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def embedded_engines(_engines_end_with_the_session: None) -> Iterator[Engines]:
    """The embedded engines, shared by the session."""
    with _folder() as folder, embedded(folder) as engines:
        yield engines


@pytest.fixture(scope="session")
def real_kafka(
    engine_artifacts: Artifacts, _engines_end_with_the_session: None
) -> Iterator[KafkaServer]:
    """Apache Kafka, shared by the session: leave it running."""
    with _folder() as folder, KafkaServer(folder / "kafka") as server:
        yield server


@pytest.fixture(scope="session")
def real_elasticsearch(
    engine_artifacts: Artifacts, _engines_end_with_the_session: None
) -> Iterator[ElasticsearchServer]:
    """Elasticsearch, shared by the session: leave it running."""
    with _folder() as folder, ElasticsearchServer(folder / "elasticsearch") as server:
        yield server


@pytest.fixture(scope="session")
def real_engines(
    real_kafka: KafkaServer, real_elasticsearch: ElasticsearchServer
) -> Engines:
    """The real engines, shared by the session."""
    return Engines(
        kafka=real_kafka.bootstrap_servers,
        elasticsearch=real_elasticsearch.url,
        name="real",
        language_analyzers=False,
    )


@pytest.fixture(
    scope="session",
    params=["embedded", pytest.param("real", marks=pytest.mark.engines)],
)
def engines(request: pytest.FixtureRequest) -> Engines:
    """The embedded engines, and again the real ones under the marker `engines`."""
    found: Engines = request.getfixturevalue(f"{request.param}_engines")
    return found


@pytest.fixture(scope="session")
def _engines_end_with_the_session() -> Iterator[None]:
    # SIGTERM would end Python without a word and leave the engines behind.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="communique-engine-"))
    try:
        folder.chmod(0o711)  # nobody, who runs Elasticsearch for root, may enter
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
