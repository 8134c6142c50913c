"""What tests of the command line write into files, and read of what it says."""

import json
from pathlib import Path

RSS = (
    '<rss version="2.0"><channel><title>M</title><item><title>{title}</title>'
    "<link>/17</link><guid>17</guid><pubDate>Mon, 04 May 2026 09:30:00 {zone}</pubDate>"
    "</item></channel></rss>"
)


def write(name, text):
    Path(name).write_text(text, encoding="utf-8")
    return name


def feed(name="a.xml", title="Ministers meet", zone="GMT"):
    return write(name, RSS.format(title=title, zone=zone))


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def one_sentence(err):
    return err.startswith("communique: ") and err.count("\n") == 1
