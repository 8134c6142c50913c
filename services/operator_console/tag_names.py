"""Tags as people write them: `organisation:World Health Organization`; pure."""

from collections.abc import Mapping
from typing import get_args

from communique.corrections import TagRef
from communique.errors import UsageError
from communique.tags import Entity

ENTITIES: tuple[str, ...] = get_args(Entity.model_fields["type"].annotation)
ID_SOURCES = ("iso-3166", "iso-3166-2", "geonames", "communique", "local")
"""What ids of entities are from, as `communique enrich` prints it before them."""


def tag_named(
    text: str,
    themes: Mapping[str, str | None],
    *,
    identity: str | None = None,
    country: str | None = None,
) -> TagRef:
    """
    Return the tag that `text` names: TYPE:NAME or TYPE:SOURCE:ID, or theme:SLUG.

    `themes` are the slugs that there are, each with its parent if it is a finer one.
    `identity` is the SOURCE:ID that an entity shall have, `country` its country.

    Raises UsageError if it names none.
    """
    kind, _, name = (part.strip() for part in text.partition(":"))
    if kind == "theme":
        return _theme(name, themes)
    if kind not in ENTITIES or not name or len(name) > _LONGEST:
        raise UsageError(
            f"{text!r} is no tag: write {', '.join(ENTITIES)} or theme, a colon, and "
            "its name, as organisation:World Health Organization or theme:health."
        )
    source, number = _identity(identity) if identity else _identity_in(name)
    if source == "iso-3166" and country is None:
        country = number
    return TagRef.model_validate(
        {
            "type": kind,
            "name": name,
            "id": number,
            "id_source": source,
            "country": country.upper() if country else None,
        }
    )


def told(tag: TagRef) -> str:
    """Return a tag as a person writes it."""
    kind = tag.type if tag.type in ENTITIES else "theme"
    return f"{kind}:{tag.name}"


_LONGEST = 200


def _theme(slug: str, themes: Mapping[str, str | None]) -> TagRef:
    if slug not in themes:
        top = ", ".join(sorted(one for one, parent in themes.items() if not parent))
        raise UsageError(f"There is no theme {slug!r}; the themes are {top}.")
    parent = themes[slug]
    return TagRef(type="subtheme" if parent else "theme", name=slug, parent=parent)


def _identity(text: str) -> tuple[str, str]:
    source, number = _identity_in(text)
    if source is None or number is None:
        raise UsageError(
            f"{text!r} is no id: write SOURCE:ID as `communique enrich` prints it, "
            f"with {', '.join(ID_SOURCES)} as the source."
        )
    return source, number


def _identity_in(text: str) -> tuple[str, str] | tuple[None, None]:
    source, _, number = text.partition(":")
    if source in ID_SOURCES and number.strip():
        return source, number.strip()
    return None, None
