"""Edges: the language detector and the statistical models, behind plain functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from communique.errors import NotReadyError
from enrichment_worker.knowledge import ModelSpan, Passages, Recogniser
from enrichment_worker.languages import Detect

if TYPE_CHECKING:
    from spacy.language import Language

REMEMBERED = 20_000
"""Passages whose names are kept: what a ministry writes under each release."""
BATCH = 20_000
"""Characters that the model sees at a time: its memory grows with them."""

_NOT_FOR_NAMES = (
    "tagger",
    "morphologizer",
    "parser",
    "senter",
    "attribute_ruler",
    "lemmatizer",
)
_LABELS: Mapping[str, Literal["person", "organisation", "place"]] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
}


def detector(languages: Sequence[str]) -> Detect:
    """Return a function that ranks `languages` for a text; its model is bundled."""
    full = LanguageIdentifier.from_model_file(MODEL_FILE)
    full.set_languages([one for one in languages if one in full.labels])
    identifier = LanguageIdentifier(  # which, unlike that one, keeps no others: 28 MB
        full.nb_ptc,
        full.nb_pc,
        full.nb_classes,
        full.tk_nextmove,
        full.tk_output,
        norm_probs=True,
        tk_row=full.tk_row,
    )

    def detect(text: str) -> Sequence[tuple[str, float]]:
        return [(str(one), float(chance)) for one, chance in identifier.rank(text)]

    return detect


def load_model(name: str) -> tuple[Recogniser, str]:
    """
    Return the model `name` as a recogniser, and its version.

    Raises NotReadyError if it is not installed.
    """
    # spaCy takes a second, which nobody waits for who has turned models off.
    import spacy

    from enrichment_worker import french

    french.register()
    try:
        nlp = spacy.load(name, exclude=_NOT_FOR_NAMES)
    except OSError as error:
        raise NotReadyError(
            f"the spaCy model {name} is not installed; install it, or take its "
            "language out of the setting for models"
        ) from error
    _lighten(nlp)
    return Reader(nlp).read, f"{name} {nlp.meta['version']}"


def _lighten(nlp: "Language") -> None:
    """Make `nlp` see the same names for half the work."""
    from spacy.pipeline import Tok2Vec
    from thinc.api import NumpyOps

    for name, component in list(nlp.pipeline):
        # The small models share it among what is left out; their NER has its own.
        if isinstance(component, Tok2Vec) and not component.listening_components:
            nlp.remove_pipe(name)
    # NumPy's BLAS multiplies such matrices nearly three times as fast as BLIS.
    multiply = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for layer in model.walk() if model is not None else ():
            if isinstance(layer.ops, NumpyOps):
                layer.ops = multiply


class Reader:
    """Reads passages with a model, and those that it remembers without one."""

    def __init__(self, nlp: "Language", *, remembered: int = REMEMBERED) -> None:
        self._nlp = nlp
        self._remembered = remembered
        self._seen: dict[str, tuple[ModelSpan, ...]] = {}
        self.asked = self.read_by_model = 0

    def remember(self, passages: int) -> None:
        """Keep the names of so many passages from now on."""
        self._remembered = passages

    def read(self, texts: Sequence[Passages]) -> Iterator[tuple[ModelSpan, ...]]:
        """Yield, for each of `texts`, the names in its passages, by their start."""
        passages = [one.text[start:end] for one in texts for start, end in one.spans]
        names = self._names(dict.fromkeys(passages))
        self.asked += len(passages)
        for one in texts:
            yield tuple(
                ModelSpan(start + name.start, start + name.end, name.label)
                for start, end in one.spans
                for name in names[one.text[start:end]]
            )

    def _names(
        self, passages: Mapping[str, None]
    ) -> Mapping[str, tuple[ModelSpan, ...]]:
        unread = [one for one in passages if one not in self._seen]
        names = {one: self._seen.pop(one) for one in passages if one in self._seen}
        self.read_by_model += len(unread)
        with self._nlp.memory_zone():  # or every new word would stay for ever
            for batch in batches(unread):
                for text, document in zip(batch, self._nlp.pipe(batch), strict=True):
                    names[text] = tuple(
                        ModelSpan(one.start_char, one.end_char, _LABELS[one.label_])
                        for one in document.ents
                        if one.label_ in _LABELS
                    )
        self._seen.update(names)  # those met last stand last
        for oldest in list(self._seen)[: max(0, len(self._seen) - self._remembered)]:
            del self._seen[oldest]
        return names


def batches(texts: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    """Yield `texts` in order, in lists of about `size` characters."""
    batch: list[str] = []
    length = 0
    for text in texts:
        batch.append(text)
        length += len(text)
        if length >= size:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch
