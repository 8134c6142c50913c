"""Bytes to text, by what they are; pure."""

import codecs
import re
from collections.abc import Iterable, Iterator

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_DETECTED_BYTES = 64 * 1024
# What publishers call by the first name is nearly always the second (WHATWG Encoding).
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}
# Codecs of Python that are no encodings of documents.
_NO_ENCODINGS = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"}
)


def decoded(body: bytes, *declared: str | None) -> str:
    """
    Return `body` as text, by what it is rather than by what it says it is.

    Text that is valid UTF-8 is UTF-8, whatever is declared; then the `declared` names
    count, the document's own before the server's; then what the bytes look like.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(body.translate(None, _BEYOND_ASCII))
    if beyond_ascii > 10 * broken:
        return text  # UTF-8, cut or spoiled in a few places
    for encoding in _candidates(body, declared):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def charset_of(content_type: str | None) -> str | None:
    """Return the parameter `charset` of a Content-Type, in lower case."""
    found = _CHARSET.search(content_type or "")
    return found[1].lower() if found else None


def _candidates(body: bytes, declared: Iterable[str | None]) -> Iterator[str]:
    for name in declared:
        if encoding := _known(name):
            yield encoding
    best = charset_normalizer.from_bytes(body[:_DETECTED_BYTES]).best()
    if best is not None and (encoding := _known(best.encoding)):
        yield encoding


def _known(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found in _NO_ENCODINGS else _MEANT.get(found, found)
