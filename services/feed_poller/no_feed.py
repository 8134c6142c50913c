"""
What a document is that should be a feed and is none, in words; pure.

The words are for whoever reads why a visit failed: a firewall is asked for an
exception, a login is no feed, and an error page may be gone tomorrow.
"""

import html
import json
import re

from communique.markup import plain_line
from communique.safe_text import safe_text

_LOOKED_AT = 200_000
"""Characters of a page."""
_FEW_WORDS = 80

_HTML_START = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]{1,200})", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^<>]{1,300}type=[\"']?password", re.IGNORECASE)
_ERROR = re.compile(
    r"\b(?:40[0-9]|410|429|50[0-9])\b|not found|introuvable|no encontrad|"
    r"access denied|forbidden|unavailable|maintenance|bad gateway|gateway time|"
    r"server error|\berror\b|\berreur\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(?:Code|Message)>([^<]{1,200})<")

# By what their pages have had in common for years; the first that matches counts.
_GUARDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "a bot check by Cloudflare",
        ("cf-chl", "cf_chl_", "/cdn-cgi/challenge", "cf-browser-verification"),
    ),
    ("a refusal by Cloudflare", ("| cloudflare</title>", "cf-error-details")),
    (
        "a bot check by Imperva",
        ("_incapsula_resource", "incapsula incident id", "/_imperva/"),
    ),
    (
        "a bot check by Akamai",
        ("sec-if-cpt-container", "bm-verify", "/_sec/verify", "akam-sw"),
    ),
    ("a refusal by Akamai", ("errors.edgesuite.net", "reference&#32;&#35;")),
    ("a bot check by AWS", ("gokuprops", "awswafintegration", ".awswaf.com/")),
    ("a bot check by DataDome", ("captcha-delivery.com", "dd={'rt'")),
    ("a bot check by HUMAN", ("px-captcha", "_pxappid")),
    ("a bot check by DDoS-Guard", ("ddos-guard",)),
    ("a bot check by Radware", ("perfdrive.com", "rdwr")),
    ("a refusal by Sucuri", ("sucuri website firewall", "sucuri cloudproxy")),
    (
        "a refusal by a firewall",
        (
            "the requested url was rejected. please consult",
            "web page blocked",
            "fortiguard",
            "this request was blocked by",
            "mod_security",
        ),
    ),
    (
        "a captcha",
        ("g-recaptcha", "h-captcha", "hcaptcha.com", "cf-turnstile", "captcha"),
    ),
    (
        "a bot check",
        (
            "just a moment...",
            "checking your browser",
            "verify you are human",
            "are you a robot",
            "ddos protection by",
        ),
    ),
)
_WANTS_SCRIPT = (
    "enable javascript",
    "javascript is required",
    "javascript is disabled",
    "activer javascript",
    "document.cookie",
    "location.reload",
    "location.href=",
    "location.replace",
)


def is_html(text: str) -> bool:
    """Return whether `text` begins as an HTML page does."""
    return _HTML_START.match(text) is not None


def what_it_is(text: str) -> str:
    """Return what `text` seems to be, as the reason why it is no feed."""
    start = text.lstrip()[:200]
    if start.startswith(("{", "[")):
        return _json(text)
    if start.startswith("%PDF"):
        return "a PDF file, not a feed"
    if start.startswith("<") or "<html" in start.lower():
        return _page(text[:_LOOKED_AT])
    shown = safe_text(start, limit=60)
    named = f" ({shown!r})" if shown else ""
    return f"neither RSS nor Atom nor RDF nor JSON Feed{named}"


def guard(text: str) -> str | None:
    """Return who keeps programs from an HTML page, if one does: "a captcha"."""
    page = text[:_LOOKED_AT].lower()
    for name, marks in _GUARDS:
        if any(mark in page for mark in marks):
            return name
    few = len(plain_line(page).split()) < _FEW_WORDS
    if few and "<script" in page and any(mark in page for mark in _WANTS_SCRIPT):
        return "a page that only opens in a browser"
    return None


def _page(text: str) -> str:
    found = _HTML_TITLE.search(text)
    title = safe_text(html.unescape(found[1]), limit=80) if found else ""
    named = f" ({title!r})" if title else ""
    if not (is_html(text) or found or "<body" in text.lower()):
        code = _CODE.search(text)
        said = f" ({safe_text(code[1], limit=80)!r})" if code else ""
        return f"XML or HTML without a feed in it{said}"
    if name := guard(text):
        return f"{name}{named}, not a feed"
    if _PASSWORD.search(text):
        return f"a page to log in at{named}, not a feed"
    if _ERROR.search(title):
        return f"an error page{named}, not a feed"
    return f"an HTML page{named}, not a feed"


def _json(text: str) -> str:
    try:
        value = json.loads(text[:_LOOKED_AT])
    except (ValueError, RecursionError):
        value = None
    said = ""
    if isinstance(value, dict):
        for key in ("message", "error", "detail", "title"):
            if isinstance(words := value.get(key), str) and words.strip():
                said = f" ({safe_text(words, limit=80)!r})"
                break
    return f"JSON, not a feed{said}"
