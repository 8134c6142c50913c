"""
Every field of every index in one line: shared/schemas/index-fields.md.

`python -m search_indexer.fields FILE` (or `make schemas`) writes it; a test holds it
equal to the mappings. What a field is stands beside its mapping, in a TOML file of the
same name: Elasticsearch's own place for it takes fifty characters.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from search_indexer.families import FAMILIES
from search_indexer.templates import mapping

INTRODUCTION = """\
# Fields in Elasticsearch

Written by `make schemas` from `services/search_indexer/mappings/`.

A field may have more forms, behind a dot: `.words` finds single words of it, `.lower` \
compares without regard to case, `.en`, `.fr` and `.es` find other forms of a word in \
that language. Fields of a *nested* one are searched by a nested query; facets and \
Kibana use the flat copies beside it.
"""


def fields_page() -> str:
    """
    Return the page, in Markdown: a table a mapping.

    Raises KeyError if a field is not described.
    """
    aliases: dict[str, list[str]] = {}
    for family in FAMILIES.values():
        aliases.setdefault(family.mapping, []).append(family.alias)
    sections = (_section(file, behind) for file, behind in aliases.items())
    return "\n".join([INTRODUCTION, *sections])


def paths(alias: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of each field of `alias` that is to be described, and its type."""
    yield from _paths(mapping(alias)["properties"], "")


def descriptions(file: str) -> dict[str, str]:
    """Return what is written beside the mapping `file`: path → one line."""
    beside = files("search_indexer") / "mappings" / file.replace(".json", ".toml")
    return tomllib.loads(beside.read_text("utf-8"))


def _paths(
    fields: Mapping[str, Any], at: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in fields.items():
        if "type" in field:  # an object without one is only a part of the names
            yield f"{at}{name}", field
        yield from _paths(field.get("properties", {}), f"{at}{name}.")


def _section(file: str, aliases: list[str]) -> str:
    described = descriptions(file)
    version = mapping(aliases[0])["_meta"]["version"]
    names = ", ".join(f"`{alias}`" for alias in aliases)
    rows = (
        f"| `{path}` | {_type(field)} | {described[path]} |"
        for path, field in paths(aliases[0])
    )
    return "\n".join(
        [
            f"## {names}",
            "",
            f"Version {version} of the mapping.",
            "",
            "| field | type | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _type(field: Mapping[str, Any]) -> str:
    forms = "".join(f", `.{name}`" for name in field.get("fields", {}))
    return f"{field['type']}{forms}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(fields_page(), "utf-8")
