"""OPML 2.0, the format in which feed readers exchange their lists, and feeds; pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lxml import etree

from communique.errors import UsageError
from communique.events import Feed
from feed_poller.declared import NAMES, declaration, declared_feed
from feed_poller.document import xml_characters
from feed_poller.opml_names import STRUCTURE, attribute_name, column_name

MAX_BYTES = 5 * 1024 * 1024
MAX_FOLDERS = 20
"""How deep folders may be nested before the outer ones are left out."""
_OURS = {name.lower(): name for name in NAMES}
_TEXT, _TITLE, _URL, _TYPE = "text", "title", "xmlUrl", "type"


def feeds_from_opml(data: bytes, registered_at: datetime) -> list[Feed]:
    """
    Return the feeds that an OPML file lists, in its order, each address once.

    Folders may be nested, and are kept. Beside `text` and `xmlUrl` an outline may carry
    what `declared.NAMES` names; other attributes are kept as they are, also those of
    the folders.

    Raises UsageError if it is no OPML or an outline says what cannot be; the sentence
    names the line.
    """
    feeds: dict[str, Feed] = {}
    for outline in _root(data).iter("{*}outline"):
        if url := _attribute(outline, _URL):
            folders = _folders(outline)
            feed = declared_feed(
                url,
                _attribute(outline, _TEXT) or _attribute(outline, _TITLE),
                dict(_said(outline)),
                where=f"line {outline.sourceline}",
                registered_at=registered_at,
                folder=[_name(one) for one in folders],
                folder_attributes=[_kept(one) for one in folders],
            )
            feeds.setdefault(feed.feed_id, feed)
    return list(feeds.values())


def opml_from_feeds(feeds: Iterable[Feed], *, title: str, made_at: datetime) -> bytes:
    """Return an OPML file that lists `feeds` in their folders; it reads back alike."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateCreated").text = made_at.strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        parent = body
        for depth in range(1, len(feed.folder) + 1):
            path = feed.folder[:depth]
            if path not in folders:
                folders[path] = _outline(parent, {_TEXT: path[-1]})
            parent = folders[path]
            for kept in feed.folder_attributes[depth - 1 : depth]:
                _say(parent, kept)
        outline = _outline(parent, {_TYPE: "rss", _TEXT: feed.title, _URL: feed.url})
        _say(outline, declaration(feed))
    data: bytes = etree.tostring(
        root, encoding="utf-8", xml_declaration=True, pretty_print=True
    )
    return data


def _outline(parent: etree._Element, said: Mapping[str, str]) -> etree._Element:
    words = {name: xml_characters(word) for name, word in said.items()}
    return etree.SubElement(parent, "outline", words)


def _say(outline: etree._Element, said: Mapping[str, str]) -> None:
    for name, word in said.items():
        outline.set(attribute_name(name), xml_characters(word))


def _root(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise UsageError(f"an OPML file above {MAX_BYTES // 1024 // 1024} MiB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"this is no OPML file: {error}") from None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise UsageError("this is no OPML file: it has no <opml> at its top")
    return root


def _attribute(outline: etree._Element, name: str) -> str | None:
    """Return an attribute whatever its case: readers write xmlurl and XMLURL too."""
    for key, value in outline.attrib.items():
        if key.lower() == name.lower():
            return " ".join(value.split()) or None
    return None


def _said(outline: etree._Element) -> Iterator[tuple[str, str]]:
    for key, value in outline.attrib.items():
        if key.lower() not in STRUCTURE:
            yield _OURS.get(key.lower(), column_name(key)), value


def _folders(outline: etree._Element) -> list[etree._Element]:
    """Return the folders with a name that it is in, the outermost first."""
    named = [one for one in outline.iterancestors("{*}outline") if _name(one)]
    return named[:MAX_FOLDERS][::-1]


def _name(folder: etree._Element) -> str:
    return _attribute(folder, _TEXT) or _attribute(folder, _TITLE) or ""


def _kept(folder: etree._Element) -> dict[str, str]:
    return {
        column_name(key): value
        for key, value in folder.attrib.items()
        if key.lower() not in STRUCTURE
    }
