"""What `enrich --explain` prints: for each tag, why."""

from collections import Counter
from dataclasses import asdict

from communique.events import EnrichedRelease, RawRelease
from enrichment_worker.explain import MentionReason, Said, ThemeReason, explain
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.settings import EnrichmentSettings
from enrichment_worker.vocabulary.load import organisation_origins
from operator_console.cli.output import console, plain, print_json, print_table


def print_explanation(
    release: RawRelease,
    enriched: EnrichedRelease,
    vocabulary: Vocabulary,
    settings: EnrichmentSettings,
    *,
    as_json: bool,
) -> None:
    """Print why `release` is tagged as it is, as tables or as one object."""
    origins = organisation_origins(settings.vocabulary_dir)
    why = explain(release, enriched, vocabulary, origins)
    if as_json:
        print_json({**enriched.model_dump(mode="json"), "why": asdict(why)})
        return
    print_table(
        ("text", "is", "says who", "sure", "against"),
        [
            (
                _place(one.won),
                f"{one.won.type} {one.won.name}",
                ", ".join(_who(said) for said in (one.won, *one.agreed)),
                f"{one.confidence:.2f}",
                _against(one),
            )
            for one in why.mentions
        ],
    )
    for theme in why.themes:
        console.print()
        _print_theme(theme)


def _print_theme(theme: ThemeReason) -> None:
    line = plain(f"{theme.slug} {theme.score:.2f}", "bold")
    line.append(f"  weight {theme.weight:.2f} of {theme.needed:.2f}", "dim")
    if not theme.supported:
        line.append("  one word alone, which must weigh more", "yellow")
    if not theme.tagged:
        line.append("  not tagged: below 0.5", "dim")
    console.print(line)
    print_table(
        ("phrase", "weight", "where", "counted"),
        [
            (
                one.phrase,
                f"{one.weight:.1f}",
                ", ".join(
                    f"{place} ×{times}" if times > 1 else place
                    for place, times in Counter(one.places).items()
                ),
                f"{one.counted:.2f}",
            )
            for one in theme.phrases
        ],
    )
    for text, reason in theme.suppressed:
        console.print(plain(f"  not counted: {text!r}: {reason}", "dim"))


def _place(said: Said) -> str:
    return f"{said.text} @{'title ' if said.in_title else ''}{said.start}"


def _who(said: Said) -> str:
    entry = f" ({said.entry})" if said.entry else ""
    return f"{said.source}{entry} {said.confidence:.2f}"


def _against(one: MentionReason) -> str:
    return "; ".join(
        f"{said.source}: {said.type} {said.name}, but {reason}"
        for said, reason in one.lost
    )
