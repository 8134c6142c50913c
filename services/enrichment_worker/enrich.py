"""A raw release and the vocabulary in; the enriched release out. Nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from communique.events import EnrichedRelease, RawRelease
from enrichment_worker import handles, languages, themes
from enrichment_worker.entities import linking, mentions, model_reads
from enrichment_worker.headed import Headed
from enrichment_worker.knowledge import RULES, ModelSpan, Passages, Vocabulary
from enrichment_worker.languages import Spoken
from enrichment_worker.semantics.extraction import semantics
from enrichment_worker.semantics.parties import Parties
from enrichment_worker.text import RULES_READ, check_usable


def enrich(
    release: RawRelease, vocabulary: Vocabulary, generation: int
) -> EnrichedRelease:
    """
    Return `release` with its language, entities and themes.

    Every offset is into `release.text`, in code points; `title_mentions` alone have
    theirs into `release.title`. `generation` is the place in `taggings` that was seen.

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
    drafts = [draft(release, vocabulary) for release in releases]
    for one, spans in zip(drafts, recognise(drafts, vocabulary), strict=True):
        yield finish(one, spans, vocabulary, generation)


@dataclass(frozen=True, slots=True)
class Draft:
    """A release half enriched: what the rules found, and what a model is to read."""

    release: RawRelease
    spoken: Spoken
    headed: Headed
    found: mentions.Draft
    passages: Passages
    """Of the title and the text as one."""


def draft(release: RawRelease, vocabulary: Vocabulary) -> Draft:
    """
    Return what the rules find in `release`.

    Raises UnusableTextError if its text or title is none.
    """
    check_usable(release.text)
    check_usable(release.title)
    headed = Headed(release.title, release.text)
    language = language_of(release, vocabulary)
    spoken = languages.spoken(release.text, language, vocabulary.detect)
    issuers = [one.country for one in release.issuers if one.country is not None]
    both = headed.both
    found = mentions.draft(
        both,
        vocabulary,
        spoken=headed.spoken(spoken),
        issuers=issuers,
        behind=headed.behind,
    )
    passages = Passages(both.text, ())
    if not vocabulary.recognisers.keys().isdisjoint(spoken.languages):
        known = [(hit.start, hit.end) for hit, _ in found.chosen]
        passages = model_reads.passages(
            both.head,
            found.candidates,
            known,
            vocabulary.titles,
            vocabulary.shapes,
            until=headed.behind + model_reads.MODEL_READS,
        )
    return Draft(release, spoken, headed, found, passages)


def recognise(
    drafts: Sequence[Draft], vocabulary: Vocabulary
) -> list[tuple[ModelSpan, ...]]:
    """Return what the model of each passage's language sees; nothing without one."""
    seen: list[list[ModelSpan]] = [[] for _ in drafts]
    for language, read in vocabulary.recognisers.items():
        found = read([_in(language, one) for one in drafts])
        for spans, more in zip(seen, found, strict=True):
            spans.extend(more)
    return [tuple(sorted(spans, key=lambda span: span.start)) for spans in seen]


def _in(language: str, draft: Draft) -> Passages:
    """Return the passages of a text that are in `language`."""
    spans = draft.passages.spans
    spoken = draft.headed.spoken(draft.spoken)
    ours = tuple(span for span in spans if spoken.at(span[0]) == language)
    return Passages(draft.passages.text, ours)


def language_of(release: RawRelease, vocabulary: Vocabulary) -> str | None:
    """Return the language of a release as a primary subtag, such as `en`."""
    sample = f"{release.title}\n{release.text}"[: languages.SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    ranked = vocabulary.detect(sample) if letters else ()
    return languages.decide(ranked, release.language, letters)


def finish(
    draft: Draft, spans: Sequence[ModelSpan], vocabulary: Vocabulary, generation: int
) -> EnrichedRelease:
    """Return the release of `draft` enriched; `spans` are what the model saw."""
    release, headed, spoken = draft.release, draft.headed, draft.spoken
    found = mentions.find(draft.found, headed.both, vocabulary, spans)
    entities = linking.link(found, headed)
    says = semantics(
        release,
        headed.text.head,
        spoken,
        [one for one in entities if one.mentions],
        found.in_text(headed.behind),
        vocabulary,
    )
    main, finer = themes.tag(
        headed.text,
        release.title,
        spoken,
        vocabulary.taxonomy,
        entities,
        Parties(says["lateral"], says["parties"], says["counterparts"]),
    )
    if not release.text.strip():
        main, finer = (), ()
    fields = {name: getattr(release, name) for name in RawRelease.model_fields}
    return EnrichedRelease(
        **{**fields, "language": spoken.main},
        generation=generation,
        entities=entities,
        themes=main,
        subthemes=finer,
        countries=linking.countries(entities, found, headed.behind),
        hashtags=handles.hashtags(release.text),
        handles=handles.handles(release.text),
        **says,
        models=_models(draft, vocabulary),
    )


def _models(draft: Draft, vocabulary: Vocabulary) -> dict[str, str]:
    """Return which parts ran; of a model also how much it was allowed to read."""
    ran = {f"ner.{language}" for language in draft.spoken.languages}
    models = {
        part: version
        for part, version in vocabulary.models.items()
        if part in ran or not part.startswith("ner")
    }
    length = len(draft.release.text)
    for model in ran & models.keys() if length > model_reads.MODEL_READS else ():
        models[model] += (
            f", title and first {model_reads.MODEL_READS} of {length} characters"
        )
    if length > RULES_READ:
        models["rules"] = f"{RULES}, first {RULES_READ} of {length} characters"
    return models
