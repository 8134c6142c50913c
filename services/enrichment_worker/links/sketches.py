"""
A release and what of its text is kept to find it again: pure.

A sketch is a bottom-k MinHash (Broder, "On the resemblance and containment of
documents", 1997): the smallest digests of all runs of three words. Two sketches tell
how much two texts share, also when one of them is much longer.
"""

import re
from collections.abc import Collection
from hashlib import blake2b

from communique.events import RawRelease, Signature
from enrichment_worker.text import fold

RULES = 1
"""The version of these rules: signatures of other rules are never compared."""

DIGEST_BYTES = 6
MOST_WORDS = 100_000
"""Of a longer text the beginning is taken."""
SHORT = 30
"""Words below which a text is known by its fingerprint only, title included."""
FEWEST, MOST = 128, 512
"""Digests of a sketch: an eighth of all, within these bounds."""
FIGURES = 32
REFERENCES = 16

# Han and kana are written without spaces: each character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_FIGURE = re.compile(r"\d(?:[.,]?\d)+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_REFERENCE = re.compile(
    r"\b(?:release|press note|pr|communiqu[eé]|comunicado|nota de prensa)\s{0,3}"
    r"(?:(?:no|nr|num|núm|number|n)\b[.:°º]{0,2}|[°º#:]|n[°º]|id\s?:?)\s{0,3}"
    r"([\w./-]{0,20}\d[\w./-]{0,20})",
    re.IGNORECASE,
)


def signature(release: RawRelease) -> Signature | None:
    """Return what is kept of `release`; None if its text has no words."""
    words = _WORD.findall(fold(release.text))
    if not words:
        return None
    return Signature(
        release_id=release.release_id,
        revision=release.revision,
        revision_seen_at=release.revision_seen_at,
        rules=RULES,
        words=len(words),
        sketch=sketch(_runs(words, release.fingerprint)),
        figures=_smallest(_figures(release.text), FIGURES),
        references=_references(release.text),
        ministries=tuple(
            dict.fromkeys(
                one.ministry or one.organisation or one.title for one in release.issuers
            )
        ),
    )


def sketch(runs: Collection[str]) -> bytes:
    """Return the smallest digests of `runs`, one behind the other, in order."""
    return _smallest(runs, min(max(FEWEST, len(runs) // 8), MOST))


def digest(text: str) -> bytes:
    """Return the few bytes that stand for `text`."""
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()


def digests(sketch: bytes) -> list[bytes]:
    """Return the digests of a sketch, in order."""
    return [
        sketch[start : start + DIGEST_BYTES]
        for start in range(0, len(sketch), DIGEST_BYTES)
    ]


def _runs(words: list[str], fingerprint: str) -> set[str]:
    if len(words) < SHORT:
        return {fingerprint}
    words = words[:MOST_WORDS]
    return {
        f"{one} {two} {three}"
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    }


def _figures(text: str) -> set[str]:
    """Return the numbers of two digits or more in `text`, years excepted."""
    found = {match.group() for match in _FIGURE.finditer(text)}
    return {
        figure.replace(",", "").replace(".", "")
        for figure in found
        if not _YEAR.fullmatch(figure)
    }


def _references(text: str) -> tuple[str, ...]:
    found = (match[1].lower().strip("./-") for match in _REFERENCE.finditer(text))
    return tuple(dict.fromkeys(found))[:REFERENCES]


def _smallest(texts: Collection[str], count: int) -> bytes:
    return b"".join(sorted(map(digest, texts))[:count])
