"""A person's word about a theme or subtheme: pure."""

from typing import TypeVar

from communique.corrections import AppliedCorrection, TagRef
from communique.events import EnrichedRelease
from communique.tags import Evidence, Subtheme, Theme

T = TypeVar("T", Theme, Subtheme)

_SAID = 1.0
"""The score of a theme that a person gives."""


def corrected(
    release: EnrichedRelease, one: AppliedCorrection, tag: TagRef
) -> EnrichedRelease:
    """Return `release` with the theme `tag` as `one` says; itself if it is so."""
    if one.action == "add":
        return _given(release, tag, (), one.number)
    gone = [
        theme
        for theme in (*release.themes, *release.subthemes)
        if theme.slug == tag.name
    ]
    if not gone or (one.into is not None and one.into.name == tag.name):
        return release
    left = _without(release, tag.name)
    if one.into is None:
        return left
    evidence = tuple(place for theme in gone for place in theme.evidence)
    return _given(left, one.into, evidence, one.number)


def _without(release: EnrichedRelease, slug: str) -> EnrichedRelease:
    """Return `release` without a theme and what stands below it, or a subtheme."""
    return release.model_copy(
        update={
            "themes": tuple(one for one in release.themes if one.slug != slug),
            "subthemes": tuple(
                one for one in release.subthemes if slug not in {one.slug, one.parent}
            ),
        }
    )


def _given(
    release: EnrichedRelease,
    tag: TagRef,
    evidence: tuple[Evidence, ...],
    number: int,
) -> EnrichedRelease:
    """Return `release` with a theme for certain, and so the theme that it is below."""
    themes = {one.slug: one for one in release.themes}
    subthemes = {one.slug: one for one in release.subthemes}
    if tag.type == "subtheme" and tag.parent is not None:
        sub = subthemes.get(tag.name)
        new = sub or Subtheme(slug=tag.name, score=0, evidence=(), parent=tag.parent)
        subthemes[tag.name] = _sure(new, evidence, number)
        slug = tag.parent
        evidence = ()
    else:
        slug = tag.name
    themes[slug] = _sure(
        themes.get(slug) or Theme(slug=slug, score=0, evidence=()), evidence, number
    )
    return release.model_copy(
        update={
            "themes": tuple(sorted(themes.values(), key=_best_first)),
            "subthemes": tuple(sorted(subthemes.values(), key=_best_first)),
        }
    )


def _sure(theme: T, evidence: tuple[Evidence, ...], number: int) -> T:
    places = {(one.start, one.end): one for one in (*theme.evidence, *evidence)}
    return theme.model_copy(
        update={
            "score": _SAID,
            "evidence": tuple(places[span] for span in sorted(places)),
            "corrections": (*theme.corrections, number),
        }
    )


def _best_first(theme: Theme) -> tuple[float, str]:
    return -theme.score, theme.slug
