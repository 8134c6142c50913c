"""One vocabulary for all tests here: it is immutable, and takes seconds to load."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def without_model() -> Vocabulary:
    return load_vocabulary(spacy_models={})
