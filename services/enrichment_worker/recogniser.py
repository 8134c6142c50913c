"""Edges: the language detector and the statistical models, behind plain functions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from communique.errors import NotReadyError
from enrichment_worker.knowledge import ModelSpan, Recogniser
from enrichment_worker.languages import Detect

if TYPE_CHECKING:
    from spacy.language import Language

MODEL_READS = 100_000
"""Characters of a text that a model sees; its memory grows with them."""

_NOT_FOR_NAMES = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
_LABELS: Mapping[str, Literal["person", "organisation", "place"]] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
}


def detector(languages: Sequence[str]) -> Detect:
    """Return a function that ranks `languages` for a text; its model is bundled."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([one for one in languages if one in identifier.labels])

    def detect(text: str) -> Sequence[tuple[str, float]]:
        return [(str(one), float(chance)) for one, chance in identifier.rank(text)]

    return detect


def load_model(name: str) -> tuple[Recogniser, str]:
    """
    Return the model `name` as a recogniser, and its version.

    Raises NotReadyError if it is not installed.
    """
    import spacy  # takes seconds, which nobody waits for who has turned models off

    try:
        nlp = spacy.load(name, exclude=_NOT_FOR_NAMES)
    except OSError as error:
        raise NotReadyError(
            f"the spaCy model {name} is not installed; install it, or take its "
            "language out of the setting for models"
        ) from error
    nlp.max_length = MODEL_READS + 1
    return _recogniser(nlp), f"{name} {nlp.meta['version']}"


def _recogniser(nlp: "Language") -> Recogniser:
    def recognise(texts: Sequence[str]) -> Iterator[tuple[ModelSpan, ...]]:
        for document in nlp.pipe([text[:MODEL_READS] for text in texts], batch_size=32):
            yield tuple(
                ModelSpan(entity.start_char, entity.end_char, _LABELS[entity.label_])
                for entity in document.ents
                if entity.label_ in _LABELS
            )

    return recognise
