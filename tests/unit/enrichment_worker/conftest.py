"""What is shared here: the vocabulary, and the loop of a service, for its children."""

import pytest

from communique.worker.loop import new_event_loop
from enrichment_worker.knowledge import Vocabulary
from tests import vocabularies


def pytest_asyncio_loop_factories():
    return {"services": new_event_loop}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return vocabularies.shipped()


@pytest.fixture(scope="session")
def without_model() -> Vocabulary:
    return vocabularies.without_model()
