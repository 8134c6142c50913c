"""
How a ministry neglects its feed: functions that spoil a true document in RSS.

They are behaviours like those in `behaviours`, and can be put on a path with them.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from operator_console.demo.answer import Answer
from operator_console.demo.behaviours import Behaviour

_FACTS = re.compile(r"\s*<(pubDate|description|guid|atom:updated)\b.*?</\1>", re.DOTALL)
_DATE = re.compile(r"(<pubDate>)(.*?)(</pubDate>)")
_LINK = re.compile(r"(<link>)https?://[^/<]+(/[^<]+</link>)")
_TITLE = re.compile(r"(<item>\s*<title>)(.*?)(</title>)")


def bare(answer: Answer) -> Answer:
    """Give title and link of each entry, and nothing else."""
    return _rewritten(answer, lambda text: _FACTS.sub("", text))


def without_zones(answer: Answer) -> Answer:
    """Print dates in the ministry's own time and do not say so."""
    return _rewritten(
        answer,
        lambda text: _DATE.sub(
            lambda date: f"{date[1]}{date[2].rpartition(' ')[0]}{date[3]}", text
        ),
    )


def impossible_dates(answer: Answer) -> Answer:
    """Date every entry on a day that no calendar has."""
    wrong = r"\g<1>Tue, 31 Feb 2026 10:00:00 GMT\g<3>"
    return _rewritten(answer, lambda text: _DATE.sub(wrong, text))


def relative_links(answer: Answer) -> Answer:
    """Leave out of every link where the site is."""
    return _rewritten(answer, lambda text: _LINK.sub(r"\1\2", text))


def markup_in_titles(answer: Answer) -> Answer:
    """Put titles in bold, as markup that was escaped."""
    return _rewritten(
        answer, lambda text: _TITLE.sub(r"\1&lt;b&gt;\2&lt;/b&gt;&amp;nbsp;\3", text)
    )


def in_every_item(xml: str) -> Behaviour:
    """Put `xml` into every entry, such as an enclosure."""
    return lambda answer: _rewritten(
        answer, lambda text: text.replace("</item>", f"{xml}</item>")
    )


def among_the_items(xml: str) -> Behaviour:
    """Put `xml` before the first entry, such as one with nothing in it."""
    return lambda answer: _rewritten(
        answer, lambda text: text.replace("<item>", f"{xml}<item>", 1)
    )


def with_doctype(declarations: str) -> Behaviour:
    """Declare entities before the feed begins."""
    doctype = f"<!DOCTYPE rss [{declarations}]>"
    return lambda answer: _rewritten(
        answer, lambda text: text.replace("<rss", f"{doctype}<rss", 1)
    )


def _rewritten(answer: Answer, spoil: Callable[[str], str]) -> Answer:
    return replace(answer, body=spoil(answer.body.decode()).encode())
