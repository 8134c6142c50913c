"""The shipped vocabulary, with its models and without."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from tests import vocabularies


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return vocabularies.shipped()


@pytest.fixture(scope="session")
def without_model() -> Vocabulary:
    return vocabularies.without_model()
