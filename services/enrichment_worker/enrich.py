"""A raw release and the vocabulary in; the enriched release out. Nothing else."""

from collections.abc import Iterator, Sequence

from communique.events import EnrichedRelease, RawRelease
from enrichment_worker import handles, languages, linking, mentions, themes
from enrichment_worker.knowledge import ModelSpan, Vocabulary
from enrichment_worker.semantics import semantics
from enrichment_worker.text import Prose, check_usable


def enrich(
    release: RawRelease, vocabulary: Vocabulary, generation: int
) -> EnrichedRelease:
    """
    Return `release` with its language, entities and themes.

    Every offset is into `release.text`, in code points; the title adds to themes only.
    `generation` is the place in `taggings` that was seen.

    Raises UnusableTextError if the text is none.
    """
    return next(enrich_all([release], vocabulary, generation))


def enrich_all(
    releases: Sequence[RawRelease], vocabulary: Vocabulary, generation: int
) -> Iterator[EnrichedRelease]:
    """
    Yield each of `releases` enriched, in order; the models see them in batches.

    Raises UnusableTextError if a text is none; `check_usable` tells beforehand which.
    """
    for release in releases:
        check_usable(release.text)
        check_usable(release.title)
    spoken = [language_of(release, vocabulary) for release in releases]
    seen = _model_spans(releases, spoken, vocabulary)
    for release, language, spans in zip(releases, spoken, seen, strict=True):
        yield _enriched(release, language, spans, vocabulary, generation)


def language_of(release: RawRelease, vocabulary: Vocabulary) -> str | None:
    """Return the language of a release as a primary subtag, such as `en`."""
    sample = f"{release.title}\n{release.text}"[: languages.SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    ranked = vocabulary.detect(sample) if letters else ()
    return languages.decide(ranked, release.language, letters)


def _model_spans(
    releases: Sequence[RawRelease],
    spoken: Sequence[str | None],
    vocabulary: Vocabulary,
) -> list[tuple[ModelSpan, ...]]:
    """Return what the model of each release's language sees; nothing without one."""
    seen: list[tuple[ModelSpan, ...]] = [()] * len(releases)
    for language, recognise in vocabulary.recognisers.items():
        places = [
            place
            for place, (release, one) in enumerate(zip(releases, spoken, strict=True))
            if one == language and release.text.strip()
        ]
        spans = recognise([releases[place].text for place in places])
        for place, found in zip(places, spans, strict=True):
            seen[place] = found
    return seen


def _enriched(
    release: RawRelease,
    language: str | None,
    spans: Sequence[ModelSpan],
    vocabulary: Vocabulary,
    generation: int,
) -> EnrichedRelease:
    prose = Prose(release.text)
    issuers = [one.country for one in release.issuers if one.country is not None]
    found = mentions.find(
        prose, vocabulary, language=language, issuers=issuers, model=spans
    )
    entities = linking.link(found, release.text)
    main, finer = themes.tag(
        prose, release.title, language, vocabulary.taxonomy, entities
    )
    if not release.text.strip():
        main, finer = (), ()
    models = {
        part: version
        for part, version in vocabulary.models.items()
        if not part.startswith("ner") or part == f"ner.{language}"
    }
    fields = {name: getattr(release, name) for name in RawRelease.model_fields}
    return EnrichedRelease(
        **{**fields, "language": language},
        generation=generation,
        entities=entities,
        themes=main,
        subthemes=finer,
        countries=linking.countries(entities, found),
        hashtags=handles.hashtags(release.text),
        handles=handles.handles(release.text),
        **semantics(release, prose, language, entities, found.adjectives, vocabulary),
        models=models,
    )
