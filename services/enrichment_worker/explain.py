"""Why a release is tagged as it is: who said what, who won, what counted; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from communique.events import EnrichedRelease, RawRelease
from enrichment_worker.enrich import draft, recognise
from enrichment_worker.entities import linking, mentions
from enrichment_worker.entities.candidates import Candidate
from enrichment_worker.entities.merging import Mention
from enrichment_worker.gazetteer import Gazetteer, Hit
from enrichment_worker.headed import Headed
from enrichment_worker.knowledge import (
    City,
    Country,
    Known,
    Phrase,
    Region,
    Taxonomy,
    Vocabulary,
)
from enrichment_worker.semantics.parties import Parties
from enrichment_worker.text import Prose
from enrichment_worker.theme_evidence import (
    FALLBACK,
    LEAD,
    collect,
    in_context,
)
from enrichment_worker.theme_found import TITLE, Found
from enrichment_worker.themes import TAGGED, needed, supported, weigh


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of a place in the text, and of which entry it speaks."""

    source: str
    type: str
    name: str
    text: str
    start: int
    end: int
    confidence: float
    entry: str | None = None
    in_title: bool = False
    """Whether the place is one of the title, and not of the text."""


@dataclass(frozen=True, slots=True)
class MentionReason:
    """A mention: who won, who agreed with it, and who lost to it and why."""

    won: Said
    confidence: float
    agreed: tuple[Said, ...]
    lost: tuple[tuple[Said, str], ...]


@dataclass(frozen=True, slots=True)
class PhraseReason:
    """A phrase that speaks for a theme: its weight, and how much it came to."""

    phrase: str
    weight: float
    counted: float
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeReason:
    """A theme: what speaks for it, what does not count, and what that makes."""

    slug: str
    score: float
    weight: float
    needed: float
    """The weight that would make it as likely as not."""
    supported: bool
    phrases: tuple[PhraseReason, ...]
    suppressed: tuple[tuple[str, str], ...]

    @property
    def tagged(self) -> bool:
        """Return whether the score is enough."""
        return self.score >= TAGGED


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: by mention in the order of the text, and by theme, the best first."""

    mentions: tuple[MentionReason, ...]
    themes: tuple[ThemeReason, ...]


def explain(
    release: RawRelease,
    enriched: EnrichedRelease,
    vocabulary: Vocabulary,
    origins: Mapping[str, str],
) -> Explanation:
    """
    Return why `release` was enriched so; `origins` has the file of an entry by its id.

    It is worked out anew: the enrichment itself keeps no record of what lost.
    """
    drafted = draft(release, vocabulary)
    headed, spoken = drafted.headed, drafted.spoken
    prose = headed.text
    (spans,) = recognise([drafted], vocabulary)
    found = mentions.find(drafted.found, headed.both, vocabulary, spans)
    taxonomy = vocabulary.taxonomy
    entities = linking.link(found, headed)
    dealing = Parties(enriched.lateral, enriched.parties, enriched.counterparts)
    evidence = collect(prose, release.title, spoken, taxonomy, entities, dealing)
    phrases = taxonomy.phrases.get(spoken.main or "", taxonomy.phrases.get(FALLBACK))
    silent = dict(_suppressed(prose, phrases)) if phrases else {}
    scores = {one.slug: one.score for one in (*enriched.themes, *enriched.subthemes)}
    weights = weigh(evidence, prose.words, taxonomy.parents)
    return Explanation(
        tuple(_mention(one, found.heard, headed, origins) for one in found.mentions),
        tuple(
            _theme(slug, score, evidence[slug], weights[slug], taxonomy, silent)
            for slug, score in scores.items()
            if slug in evidence
        ),
    )


def _mention(
    mention: Mention,
    heard: Iterable[Candidate],
    headed: Headed,
    origins: Mapping[str, str],
) -> MentionReason:
    best = mention.candidate
    others = [
        one
        for one in heard
        if one.start < best.end and best.start < one.end and not _same(one, best)
    ]
    return MentionReason(
        _said(best, headed, origins),
        mention.confidence,
        tuple(_said(one, headed, origins) for one in others if one.type == best.type),
        tuple(
            (_said(one, headed, origins), _why_lost(one, best))
            for one in others
            if one.type != best.type
        ),
    )


def _same(one: Candidate, best: Candidate) -> bool:
    return (one.start, one.end, one.type, one.source) == (
        best.start,
        best.end,
        best.type,
        best.source,
    )


def _said(one: Candidate, headed: Headed, origins: Mapping[str, str]) -> Said:
    in_title = one.start < headed.behind
    before = 0 if in_title else headed.behind
    return Said(
        one.source,
        one.type,
        one.name,
        headed.both.text[one.start : one.end],
        one.start - before,
        one.end - before,
        one.confidence,
        _entry(one.target, origins) if one.target is not None else None,
        in_title,
    )


def _entry(target: Known, origins: Mapping[str, str]) -> str:
    if isinstance(target, Country):
        return f"iso-3166:{target.code} in rigour, CLDR or places/countries.toml"
    if isinstance(target, City):
        return f"geonames:{target.id} in GeoNames"
    if isinstance(target, Region) and target.id_source != "communique":
        return f"{target.id_source}:{target.id} in rigour"
    file = origins.get(target.id, "places/regions.toml")
    return f"{target.id} in {file}"


def _why_lost(one: Candidate, best: Candidate) -> str:
    if one.rank != best.rank:
        return f"{_words(best)} goes before {_words(one)}"
    return "the longer one wins" if _length(one) < _length(best) else "came second"


def _words(one: Candidate) -> str:
    return one.rank.name.lower().replace("_", " ")


def _length(one: Candidate) -> int:
    return one.end - one.start


def _theme(
    slug: str,
    score: float,
    found: Found,
    weight: float,
    taxonomy: Taxonomy,
    silent: Mapping[str, Sequence[tuple[str, str]]],
) -> ThemeReason:
    phrases = [_phrase(key, weights, found) for key, weights in found.weights.items()]
    return ThemeReason(
        slug,
        score,
        round(weight, 2),
        round(needed(slug, found, taxonomy), 2),
        supported(found),
        tuple(sorted(phrases, key=lambda one: -one.counted)),
        tuple(silent.get(slug, ())),
    )


def _phrase(key: str, weights: Sequence[float], found: Found) -> PhraseReason:
    base = max(found.best.get(key, 0.0), found.in_title.get(key, 0.0))
    places = [
        "title"
        if weight >= base * TITLE
        else "lead"
        if weight >= base * LEAD
        else "text"
        for weight in weights
    ]
    single = Found(weights={key: list(weights)})
    return PhraseReason(key, base, round(single.weight, 2), tuple(places))


def _suppressed(
    prose: Prose, phrases: Gazetteer[Phrase]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield, by slug, the phrases in the text that do not count there, and why."""
    hits = [(hit, phrase) for hit in phrases.hits(prose) for phrase in hit.values]
    others = [pair for pair in hits if pair[1].weight == 0]
    by_slug: dict[str, dict[tuple[str, str], None]] = {}
    for hit, phrase in hits:
        if phrase.weight == 0:
            continue
        why = None
        if prose.not_prose.touch(hit.start, hit.end):
            why = "it stands in an address"
        elif not in_context(hit, phrase, prose.folded):
            why = "what it needs is not near, or what it must not meet is"
        elif cover := _covering(hit, phrase.slug, others):
            why = f"it is part of {prose.text[cover.start : cover.end]!r}"
        if why is not None:
            told = by_slug.setdefault(phrase.slug, {})
            told[prose.text[hit.start : hit.end], why] = None
    for slug, told in by_slug.items():
        yield slug, list(told)


def _covering(
    hit: Hit[Phrase], slug: str, others: Iterable[tuple[Hit[Phrase], Phrase]]
) -> Hit[Phrase] | None:
    """Return the phrase of something else that takes this one away, if one does."""
    for other, phrase in others:
        inside = other.start <= hit.start and hit.end <= other.end
        if phrase.slug == slug and inside:
            return other
    return None
