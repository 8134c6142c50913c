"""Lists of feeds as a spreadsheet keeps them: one feed a row; pure."""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from communique.errors import UsageError
from communique.events import Feed
from communique.safe_text import safe_cell
from feed_poller.declared import NAMES, declaration, declared_feed
from feed_poller.opml_names import column_name, free_name

URL, TITLE, FOLDER = "url", "title", "folder"
FOLDER_ATTRIBUTES = "folderAttributes"
"""In JSON, an object a folder; only where another reader's list said something."""
_FOLDERS = " / "
_BETWEEN = re.compile(r"(?<!\S)/(?!\S)")
"""A slash that stands alone; one within a name has a backslash before it."""
_SLASH = re.compile(r"(?<!\S)(\\*/)(?!\S)")
_ESCAPED = re.compile(r"(?<!\S)\\(\\*/)(?!\S)")
_ATTRIBUTES = TypeAdapter(tuple[dict[str, str], ...])
_PLACE = (URL, TITLE, FOLDER, FOLDER_ATTRIBUTES)
_OURS = (*_PLACE, *NAMES)
_COLUMNS = {name.lower(): name for name in _OURS}


def feeds_from_csv(data: bytes, registered_at: datetime) -> list[Feed]:
    """
    Return the feeds of a CSV file (RFC 4180) in UTF-8, in its order, each address once.

    The first row names the columns: `url`, and as one likes `title`, `folder`
    ("Asia / India"), FOLDER_ATTRIBUTES and the names in `declared.NAMES`; other columns
    are kept as `attributes`. A row without a url is passed over.

    Raises UsageError if it is none or a row says what cannot be; the sentence names
    the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("this CSV file is not in UTF-8; save it so") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    feeds: dict[str, Feed] = {}
    try:
        columns = map(_said, reader.fieldnames or ())
        names = [_COLUMNS.get(name.strip().lower(), name) for name in columns]
        if URL not in names:
            raise UsageError("the first row of this CSV file names no column url")
        reader.fieldnames = names
        for row in reader:
            # Cells beyond the columns come under None.
            said = {key: _said(row[key]) for key in row if key}
            if not (url := said.pop(URL, "").strip()):
                continue
            feed = declared_feed(
                url,
                said.pop(TITLE, None),
                {column_name(name): said[name] for name in said if name not in _PLACE},
                where=f"line {reader.line_num}",
                registered_at=registered_at,
                folder=[
                    _ESCAPED.sub(r"\1", part)
                    for one in _BETWEEN.split(said.get(FOLDER, ""))
                    if (part := one.strip())
                ],
                folder_attributes=_attributes(
                    said.get(FOLDER_ATTRIBUTES), f"line {reader.line_num}"
                ),
            )
            feeds.setdefault(feed.feed_id, feed)
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num}: this is no CSV: {error}") from None
    return list(feeds.values())


def csv_from_feeds(feeds: Iterable[Feed]) -> bytes:
    """Return a CSV file that lists `feeds`; no cell of it is a formula."""
    rows = [_row(feed) for feed in feeds]
    others = dict.fromkeys(name for row in rows for name in row if name not in _OURS)
    out = io.StringIO(newline="")
    ours = [n for n in _OURS if n != FOLDER_ATTRIBUTES or any(n in row for row in rows)]
    writer = csv.DictWriter(out, [*ours, *others])
    writer.writerow({name: safe_cell(name) for name in writer.fieldnames})
    for row in rows:
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
    return out.getvalue().encode()


def _row(feed: Feed) -> dict[str, str]:
    row = {
        URL: feed.url,
        TITLE: feed.title,
        FOLDER: _FOLDERS.join(_SLASH.sub(r"\\\1", name) for name in feed.folder),
    }
    if feed.folder_attributes:
        said = [dict(kept) for kept in feed.folder_attributes]
        row[FOLDER_ATTRIBUTES] = json.dumps(said, ensure_ascii=False)
    # Another reader may have called something of its own "url".
    taken = {name.lower() for name in _PLACE}
    said_of_it = declaration(feed)
    return row | {free_name(name, taken): said_of_it[name] for name in said_of_it}


def _attributes(cell: str | None, where: str) -> tuple[dict[str, str], ...]:
    try:
        return _ATTRIBUTES.validate_json(cell) if cell else ()
    except ValidationError:
        raise UsageError(
            f"{where}: {FOLDER_ATTRIBUTES} {cell!r:.80} is no list of objects in JSON "
            "with words as values"
        ) from None


def _said(cell: str | None) -> str:
    """Return what a cell says, without the sign that keeps it from being a formula."""
    cell = cell or ""
    return cell[1:] if cell and safe_cell(cell[1:]) == cell else cell
