"""What is shared here: one vocabulary, and the loop of a service, for its children."""

import pytest

from communique.worker.loop import new_event_loop
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary


def pytest_asyncio_loop_factories():
    return {"services": new_event_loop}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the one for all: it is immutable, and takes seconds to load."""
    return load_vocabulary()


@pytest.fixture(scope="session")
def without_model() -> Vocabulary:
    return load_vocabulary(spacy_models={})
