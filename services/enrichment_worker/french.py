"""
Edge: spaCy's French, known to it by `register`, without the seconds of its tokenizer.

What keeps "Val-de-Marne" one token is a pattern of 1.4 MB, nearly all of it one class
of small letters written 500 times; `re` works on it for 4 s. The same pattern with
every tail told once takes a twentieth of that.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import srsly
from spacy.language import BaseDefaults, Language
from spacy.tokenizer import Tokenizer
from spacy.util import registry

_LARGE_CLASS = re.compile(r"\[[^\]]{200,}\]")
_OPENING = "(?iu)"


class French(Language):  # type: ignore[no-untyped-call]  # of spaCy, as it is loaded
    """French as its models were saved; `spacy.lang.fr` is slow and not imported."""

    lang = "fr"
    Defaults = BaseDefaults

    def from_disk(
        self,
        path: str | Path,
        *,
        exclude: Iterable[str] = (),
        overrides: dict[str, Any] | None = None,
    ) -> "French":
        """Load a model as Language does, and its tokenizer with a smaller pattern."""
        tokenizer: Any = self.tokenizer
        if not isinstance(tokenizer, Tokenizer):  # a model may bring another
            super().from_disk(path, exclude=exclude, overrides=overrides or {})
            return self
        super().from_disk(
            path, exclude=[*exclude, "tokenizer"], overrides=overrides or {}
        )
        saved = srsly.msgpack_loads((Path(path) / "tokenizer").read_bytes())
        if pattern := saved["token_match"]:
            saved["token_match"] = tails_once(pattern)
        tokenizer.from_bytes(srsly.msgpack_dumps(saved))
        return self


def register() -> None:
    """Let spaCy take this French for every model that is French."""
    registry.languages.register("fr", func=French)


def tails_once(pattern: str) -> str:
    """
    Return a pattern that matches the same, with the alternatives of one tail together.

    `pattern` is what spaCy makes of a list: `(?iu)(?:^one[a-z]*$)|(?:^two[a-z]*$)`;
    a tail begins at the first large class. Any other pattern is returned as it is.
    """
    opened, _, alternatives = pattern.partition("(?:")
    listed = alternatives.removesuffix(")").split(")|(?:")
    whole = all(one.startswith("^") and one.endswith("$") for one in listed)
    if opened != _OPENING or not whole:
        return pattern
    heads: dict[str, list[str]] = {}
    for one in listed:
        found = _LARGE_CLASS.search(one)
        end = found.start() if found else len(one)
        heads.setdefault(one[end:], []).append(f"(?:{one[1:end]})")
    return _OPENING + "|".join(
        f"^(?:{'|'.join(some)}){tail}" for tail, some in heads.items()
    )
