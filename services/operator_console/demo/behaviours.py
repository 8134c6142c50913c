"""
How a server misbehaves: functions that turn its true answer into a bad one.

`Site.behave` puts them on a path, one after another from left to right, so that
`behave(path, slow(2), first(3, status(503)))` is slow always and down three times.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from itertools import count
from typing import Literal

import brotli
import zstandard

from operator_console.demo.answer import HTML, Answer

Behaviour = Callable[[Answer], Answer]

_BOT_PAGE = b"""<!DOCTYPE html>
<html><head><title>Just a moment...</title></head>
<body><h1>Checking your browser</h1><p>Enable JavaScript to continue.</p></body></html>
"""

_GUARDS = {
    "cloudflare": "<!DOCTYPE html><title>Just a moment...</title>"
    "<script>window._cf_chl_opt = {};</script>",
    "akamai": "<HTML><TITLE>Access Denied</TITLE><BODY>Reference&#32;&#35;18.1"
    "<P>https://errors.edgesuite.net/18.1</BODY></HTML>",
    "imperva": '<html><iframe src="/_Incapsula_Resource?SWUDNSAI=31">'
    "Request unsuccessful. Incapsula incident ID: 1</iframe></html>",
}


def status(code: int, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with a status alone, such as 503 with {"Retry-After": "3"}."""
    body = f"<h1>{code}</h1>".encode()
    return lambda answer: Answer(code, body, headers=headers or {})


def redirect(to: str, code: int = 302) -> Behaviour:
    """Send every visitor on to the URL or path `to`."""
    return status(code, {"Location": to})


def slow(seconds: float) -> Behaviour:
    """Let the visitor wait for the first byte, in seconds."""
    return lambda answer: replace(answer, delay_seconds=answer.delay_seconds + seconds)


def dripping(byte_seconds: float) -> Behaviour:
    """Send the body byte by byte, so many seconds apart."""
    return lambda answer: replace(answer, byte_seconds=byte_seconds)


def bomb(encoding: Literal["gzip", "br", "zstd"], size_bytes: int) -> Behaviour:
    """Send a few compressed bytes that become `size_bytes` of white space."""
    compress = {
        "gzip": gzip.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }[encoding]
    body = compress(b" " * size_bytes)
    return lambda answer: replace(
        answer,
        body=body,
        headers={**answer.headers, "Content-Encoding": encoding},
        compressible=False,
    )


def too_large(size_bytes: int) -> Behaviour:
    """Pad the body with white space up to `size_bytes`, and send it uncompressed."""
    return lambda answer: replace(
        answer,
        body=answer.body.ljust(size_bytes),
        compressible=False,
    )


def announces(hub: str) -> Behaviour:
    """Name a hub of WebSub in a feed in RSS."""
    link = f'</title><atom:link rel="hub" href="{hub}"/>'.encode()
    return lambda answer: replace(
        answer, body=answer.body.replace(b"</title>", link, 1)
    )


def broken_xml(answer: Answer) -> Answer:
    """Cut the body in the middle, as a server does whose disk is full."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def not_a_feed(answer: Answer) -> Answer:
    """Answer 200 with the page that a firewall shows to robots."""
    return replace(answer, body=_BOT_PAGE, content_type=HTML)


def guarded(by: Literal["cloudflare", "akamai", "imperva"]) -> Behaviour:
    """Answer 200 with the page by which a service keeps programs out."""
    body = _GUARDS[by].encode()
    return lambda answer: replace(answer, body=body, content_type=HTML)


def within_html(answer: Answer) -> Answer:
    """Show the source of the feed on a page, as an editor pastes it."""
    source = escape(answer.body.decode())
    page = f"<!DOCTYPE html><title>Feed</title><body><pre>{source}</pre></body>"
    return replace(answer, body=page.encode(), content_type=HTML)


def wrong_encoding(answer: Answer) -> Answer:
    """Send windows-1252 and go on calling it UTF-8."""
    body = answer.body.decode().encode("cp1252", "xmlcharrefreplace")
    return replace(answer, body=body)


def wrong_content_type(answer: Answer) -> Answer:
    """Call the feed a page."""
    return replace(answer, content_type=HTML)


def undecodable(answer: Answer) -> Answer:
    """Call the body gzip although it is not."""
    headers = {**answer.headers, "Content-Encoding": "gzip"}
    return replace(answer, headers=headers, compressible=False)


def says(text: str, content_type: str = "text/plain; charset=utf-8") -> Behaviour:
    """Answer with `text`, whatever stands at the path, such as a robots.txt."""
    return lambda answer: replace(
        answer, status=200, body=text.encode(), content_type=content_type
    )


def with_headers(**headers: str) -> Behaviour:
    """Send these headers too; `cache_control` stands for Cache-Control."""
    more = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return lambda answer: replace(answer, headers={**answer.headers, **more})


def announcing(xml: str) -> Behaviour:
    """Put `xml` into the channel of an RSS feed, such as <ttl>60</ttl>."""
    return lambda answer: replace(
        answer, body=answer.body.replace(b"<item>", xml.encode() + b"<item>", 1)
    )


def compressed(encoding: Literal["br", "zstd"]) -> Behaviour:
    """Send the body compressed, whether the visitor asked for it or not."""
    compress = {"br": brotli.compress, "zstd": zstandard.compress}[encoding]
    return lambda answer: replace(
        answer,
        body=compress(answer.body),
        headers={**answer.headers, "Content-Encoding": encoding},
        compressible=False,
    )


def stuck_etag(answer: Answer) -> Answer:
    """Send one ETag for ever, whatever the feed lists."""
    return replace(answer, tag="v1", modified_at=None)


def false_304(answer: Answer) -> Answer:
    """Answer 304 to everybody who asks whether anything has changed."""
    return replace(answer, denies_changes=True)


def never_304(answer: Answer) -> Answer:
    """Send all of it to everybody, whatever they have already."""
    return replace(answer, ignores_questions=True)


def restless_etag() -> Behaviour:
    """Send another ETag with every answer, whether anything has changed or not."""
    tags = count()
    return lambda answer: replace(answer, tag=f"t{next(tags)}", modified_at=None)


def relaunched(answer: Answer) -> Answer:
    """Call every page of the feed by another address, and every entry by another id."""
    body = answer.body.replace(b"/releases/", b"/newsroom/")
    return replace(answer, body=body.replace(b"tag:demo.example,2025:", b"urn:demo:"))


def first(times: int, behaviour: Behaviour) -> Behaviour:
    """Misbehave on the first `times` requests, then answer truly."""
    left = times

    def only_first(answer: Answer) -> Answer:
        nonlocal left
        if left <= 0:
            return answer
        left -= 1
        return behaviour(answer)

    return only_first
