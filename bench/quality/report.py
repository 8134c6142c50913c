"""Pure: labelled releases and their tags in; the tables and the errors out."""

from collections.abc import Callable, Iterator, Sequence

from bench.quality.releases import KINDS, Kind, Labelled
from bench.quality.scoring import (
    Counts,
    Links,
    Matched,
    calibration_error,
    counts,
    links,
    match,
    theme_counts,
)
from bench.quality.taggers import Tags

Pairs = Sequence[tuple[Labelled, Tags]]

GROUPS: dict[str, Callable[[Labelled], bool]] = {
    "all": lambda one: True,
    "en": lambda one: one.language == "en",
    "fr": lambda one: one.language == "fr",
    "es": lambda one: one.language == "es",
    "develop": lambda one: one.half == "develop",
    "test": lambda one: one.half == "test",
    "test en": lambda one: one.half == "test" and one.language == "en",
}


def entities(ours: Pairs, bare: Pairs) -> Iterator[str]:
    """Yield the table of precision, recall and F1 per type, language and half."""
    yield f"{'entities':<24} | {'enrichment':<25} | bare model"
    yield f"{'group':<10} {'type':<13}" + 2 * " | P     R     F1     F1*   "
    for group, belongs in GROUPS.items():
        for kind, plural in KINDS.items():
            columns = [_figures(total(pairs, kind, belongs)) for pairs in (ours, bare)]
            yield f"{group:<10} {plural:<13} | " + " | ".join(columns)


def places(ours: Pairs) -> Iterator[str]:
    """Yield the table of links."""
    yield (
        "links      | country right wrong invented none  share | city right wrong none"
    )
    for group, belongs in GROUPS.items():
        sums = sum(
            (links(_matched(one, tags, "place")) for one, tags in ours if belongs(one)),
            Links(),
        )
        judged = sums.right + sums.wrong + sums.invented
        share = sums.right / judged if judged else 1.0
        yield (
            f"{group:<10} | {sums.right:>13} {sums.wrong:>5} {sums.invented:>8} "
            f"{sums.unlinked:>4}  {share:.3f} | {sums.cities_right:>10} "
            f"{sums.cities_wrong:>5} {sums.cities_unlinked:>4}"
        )


def themes(ours: Pairs) -> Iterator[str]:
    """Yield the table of themes, and how far their scores are from what comes true."""
    yield "themes     |   P     R     F1   | required | calibration error (scores)"
    for group, belongs in GROUPS.items():
        here = [(one, tags) for one, tags in ours if belongs(one)]
        sums = sum(
            (theme_counts(tags.themes, one.themes) for one, tags in here), Counts()
        )
        core = sum(
            (theme_counts(tags.themes, one.required) for one, tags in here), Counts()
        )
        scored = [
            (score, slug in one.themes)
            for one, tags in here
            for slug, score in tags.themes.items()
        ]
        yield (
            f"{group:<10} | {sums.precision:.3f} {sums.recall:.3f} {sums.f1:.3f} "
            f"|  {core.recall:.3f}   | {calibration_error(scored):.3f} ({len(scored)})"
        )


def errors(ours: Pairs) -> Iterator[str]:
    """Yield every error, by release."""
    for one, tags in ours:
        found: list[str] = []
        for kind in KINDS:
            matched = _matched(one, tags, kind)
            found += [f"  {kind} missed: {label.name}" for label in matched.missed]
            found += [f"  {kind} wrong: {tag.name}" for tag in matched.spurious]
            found += [
                f"  {kind} twice: {tag.name} is {label.name}"
                for tag, label in matched.repeated
            ]
            if kind == "place":
                found += list(_bad_links(matched))
        given = {slug for slug, score in tags.themes.items() if score >= 0.5}
        found += [
            f"  theme missed: {slug} ({tags.themes.get(slug, 0.0):.2f})"
            f"{', required' if slug in one.required else ''}"
            for slug in sorted(one.themes - given)
        ]
        found += [
            f"  theme wrong: {slug} ({tags.themes[slug]:.2f})"
            for slug in sorted(given - one.themes)
        ]
        if found:
            yield f"{one.name} ({one.half})"
            yield from found


def total(pairs: Pairs, kind: Kind, belongs: Callable[[Labelled], bool]) -> Counts:
    """Return the counts of one kind over the releases that belong."""
    return sum(
        (counts(_matched(one, tags, kind)) for one, tags in pairs if belongs(one)),
        Counts(),
    )


def _matched(one: Labelled, tags: Tags, kind: Kind) -> Matched:
    return match(tags.entities[kind], one.labels[kind], persons=kind == "person")


def _figures(sums: Counts) -> str:
    return (
        f"{sums.precision:.3f} {sums.recall:.3f} {sums.f1:.3f}  "
        f"{sums.f1_of_mentions:.3f} "
    )


def _bad_links(matched: Matched) -> Iterator[str]:
    for tag, label in matched.pairs:
        if label.country != "?" and tag.country != label.country:
            yield f"  country: {label.name} is in {label.country}, not {tag.country}"
        if label.geonames is not None and tag.geonames != label.geonames:
            yield f"  city: {label.name} is {label.geonames}, not {tag.geonames}"
