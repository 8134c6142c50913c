"""Words with a use of their own, of which names are not made."""

from collections.abc import Set

from enrichment_worker.knowledge import Titles

_ABSTRACT = ("tion", "tions", "ments", "ability", "fulness")
"""Ends of words that no surname has: Impersonation."""


def is_common(word: str, titles: Titles, subjects: Set[str]) -> bool:
    """Return whether a folded word is no name, as far as the word alone tells."""
    if word in titles.given_names:
        return False
    return word in titles.words or word in subjects or word.endswith(_ABSTRACT)
