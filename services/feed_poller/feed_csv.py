"""Lists of feeds as a spreadsheet keeps them: one feed a row; pure."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from communique.errors import UsageError
from communique.events import Feed
from communique.safe_text import safe_cell
from feed_poller.declared import NAMES, declaration, declared_feed

URL, TITLE, FOLDER = "url", "title", "folder"
_FOLDERS = " / "
_BETWEEN = re.compile(r"(?<!\S)/(?!\S)")
"""A slash that stands alone; one within a name has a backslash before it."""
_SLASH = re.compile(r"(?<!\S)(\\*/)(?!\S)")
_ESCAPED = re.compile(r"(?<!\S)\\(\\*/)(?!\S)")
_COLUMNS = {name.lower(): name for name in (URL, TITLE, FOLDER, *NAMES)}


def feeds_from_csv(data: bytes, registered_at: datetime) -> list[Feed]:
    """
    Return the feeds of a CSV file (RFC 4180) in UTF-8, in its order, each address once.

    The first row names the columns: `url`, and as one likes `title`, `folder`
    ("Asia / India") and the names in `declared.NAMES`; other columns are kept as
    `attributes`. A row without a url is passed over.

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
                {name: said[name] for name in said if name != FOLDER},
                where=f"line {reader.line_num}",
                registered_at=registered_at,
                folder=[
                    _ESCAPED.sub(r"\1", part)
                    for one in _BETWEEN.split(said.get(FOLDER, ""))
                    if (part := one.strip())
                ],
            )
            feeds.setdefault(feed.feed_id, feed)
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num}: this is no CSV: {error}") from None
    return list(feeds.values())


def csv_from_feeds(feeds: Iterable[Feed]) -> bytes:
    """Return a CSV file that lists `feeds`; no cell of it is a formula."""
    listed = list(feeds)
    others = dict.fromkeys(name for feed in listed for name in feed.attributes)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [URL, TITLE, FOLDER, *NAMES, *others])
    writer.writerow({name: safe_cell(name) for name in writer.fieldnames})
    for feed in listed:
        row = {
            URL: feed.url,
            TITLE: feed.title,
            FOLDER: _FOLDERS.join(_SLASH.sub(r"\\\1", n) for n in feed.folder),
            **declaration(feed),
        }
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
    return out.getvalue().encode()


def _said(cell: str | None) -> str:
    """Return what a cell says, without the sign that keeps it from being a formula."""
    cell = cell or ""
    return cell[1:] if cell and safe_cell(cell[1:]) == cell else cell
