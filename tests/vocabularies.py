"""The shipped vocabulary, once a process: it takes seconds to load, and no writing."""

from functools import cache

from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary


@cache
def shipped() -> Vocabulary:
    return load_vocabulary()


@cache
def without_model() -> Vocabulary:
    return load_vocabulary(spacy_models={})
