"""
How a server misbehaves: functions that turn its true answer into a bad one.

`Site.behave` puts them on a path, one after another from left to right, so that
`behave(path, slow(2), first(3, status(503)))` is slow always and down three times.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Literal

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


def too_large(size_bytes: int) -> Behaviour:
    """Pad the body with white space up to `size_bytes`, and send it uncompressed."""
    return lambda answer: replace(
        answer,
        body=answer.body.ljust(size_bytes),
        compressible=False,
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
