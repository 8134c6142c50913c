"""A raw release and the vocabulary in; the enriched release out. Nothing else."""

from collections.abc import Iterator, Sequence

from communique.events import EnrichedRelease, RawRelease
from enrichment_worker import handles, languages, linking, mentions, themes
from enrichment_worker.knowledge import ModelSpan, Vocabulary
from enrichment_worker.languages import Spoken
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
    spoken = [
        languages.spoken(one.text, language_of(one, vocabulary), vocabulary.detect)
        for one in releases
    ]
    seen = _model_spans(releases, spoken, vocabulary)
    for release, parts, spans in zip(releases, spoken, seen, strict=True):
        yield _enriched(release, parts, spans, vocabulary, generation)


def language_of(release: RawRelease, vocabulary: Vocabulary) -> str | None:
    """Return the language of a release as a primary subtag, such as `en`."""
    sample = f"{release.title}\n{release.text}"[: languages.SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    ranked = vocabulary.detect(sample) if letters else ()
    return languages.decide(ranked, release.language, letters)


def _model_spans(
    releases: Sequence[RawRelease],
    spoken: Sequence[Spoken],
    vocabulary: Vocabulary,
) -> list[list[ModelSpan]]:
    """Return what the model of each segment's language sees; nothing without one."""
    seen: list[list[ModelSpan]] = [[] for _ in releases]
    for language, recognise in vocabulary.recognisers.items():
        passages = [
            (place, segment.start, text)
            for place, (release, parts) in enumerate(zip(releases, spoken, strict=True))
            for segment in parts.segments
            if segment.language == language
            and (text := release.text[segment.start : segment.end]).strip()
        ]
        found = recognise([text for _, _, text in passages])
        for (place, start, _), spans in zip(passages, found, strict=True):
            seen[place] += [one.moved(start) for one in spans]
    return seen


def _enriched(
    release: RawRelease,
    spoken: Spoken,
    spans: Sequence[ModelSpan],
    vocabulary: Vocabulary,
    generation: int,
) -> EnrichedRelease:
    prose = Prose(release.text)
    issuers = [one.country for one in release.issuers if one.country is not None]
    found = mentions.find(
        prose, vocabulary, spoken=spoken, issuers=issuers, model=spans
    )
    entities = linking.link(found, release.text)
    main, finer = themes.tag(
        prose, release.title, spoken, vocabulary.taxonomy, entities
    )
    if not release.text.strip():
        main, finer = (), ()
    ran = {f"ner.{language}" for language in spoken.languages}
    models = {
        part: version
        for part, version in vocabulary.models.items()
        if part in ran or not part.startswith("ner")
    }
    fields = {name: getattr(release, name) for name in RawRelease.model_fields}
    return EnrichedRelease(
        **{**fields, "language": spoken.main},
        generation=generation,
        entities=entities,
        themes=main,
        subthemes=finer,
        countries=linking.countries(entities, found),
        hashtags=handles.hashtags(release.text),
        handles=handles.handles(release.text),
        models=models,
    )
