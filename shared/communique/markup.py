"""Foreign text made plain: markup taken off, lines kept, nothing that breaks JSON."""

import html
import re

from lxml import etree

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>|<!--|<!\[CDATA\[")
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)([^<>]{1000,})")
_SEPARATOR = re.compile(r"[\s/\"'=]")
_MAX_SEPARATORS = 300
"""Of the attributes of one tag."""
_ENTITY = re.compile(
    r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_SHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates (categories Cc and Cs)."""

_UNSEEN = frozenset(["script", "style", "template", "noscript", "iframe", "object"])
_BLOCK_NAMES = """
address article aside blockquote body br caption center dd details div dl dt figcaption
figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section
summary table tbody tfoot thead title tr ul
"""
_INLINE_NAMES = """
a abbr acronym b bdi bdo big button cite code del dfn em font i img input ins kbd label
link mark meta q s samp small span strike strong sub sup svg time tt u var wbr
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
_CELLS = frozenset(["td", "th"])
_KNOWN = _BLOCKS | _CELLS | _INLINE | _UNSEEN


def is_markup(text: str) -> bool:
    """Return whether `text` has a tag of HTML, or what only markup has."""
    return any(
        not match[1] or match[1].lower() in _KNOWN for match in _TAG.finditer(text)
    )


def plain_line(text: str) -> str:
    """Return `text` as one line without markup: a title, a name."""
    return " ".join(plain_text(text).split())


def plain_text(text: str) -> str:
    """
    Return `text` without markup, one block a line.

    A text without any tag keeps its own lines, and its references are resolved. What
    a publisher escaped once too often is taken off too.
    """
    for _ in range(2):
        if is_markup(text):
            text = _without_markup(text)
        elif _ENTITY.search(text):
            text = html.unescape(text)
    return tidy(text)


def tidy(text: str) -> str:
    """Return `text` in tidy lines, without control characters and lone surrogates."""
    text = _NOT_SHOWN.sub("", _LINE_ENDS.sub("\n", text))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def bare_if_crowded(page: str) -> str:
    """
    Return an HTML page whose tags with very many attributes have none of them.

    libxml2 compares all attributes of an element of a tree with each other: 40,000 of
    them, in 430 kB, take ten seconds.
    """
    return _LONG_TAG.sub(
        lambda tag: (
            f"<{tag[1]}"
            if len(_SEPARATOR.findall(tag[2])) > _MAX_SEPARATORS
            else tag[0]
        ),
        page,
    )


def _without_markup(text: str) -> str:
    collector = _Collector()
    parser = etree.HTMLParser(target=collector, encoding="utf-8", no_network=True)
    # libxml2 stops at the first null character.
    cleaned = text.replace("\x00", "").encode("utf-8", "ignore")
    try:
        parser.feed(b"<body>" + cleaned)
        parser.close()
    except etree.LxmlError:  # pragma: no cover - it recovers from all that we tried
        pass
    return "".join(collector.parts)


class _Collector:
    """Takes what the parser finds and keeps what a reader sees."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._hidden = 0

    def start(self, tag: str, _attributes: object) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden -= 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def data(self, text: str) -> None:
        if not self._hidden:
            # White space in a source is a space to a reader; `tidy` makes it one.
            self.parts.append(text.replace("\n", " ").replace("\r", " "))

    def comment(self, _text: str) -> None:
        pass

    def close(self) -> None:
        pass
