"""Laws of a visit: whatever a server's headers say, it is an answer or a reason."""

import asyncio

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from communique.safe_http import safe_client
from feed_poller.fetch import Failed, Fetched, NotModified, fetch
from feed_poller.validators import Validators

CLIENT = safe_client(user_agent="test")
PIECES = """
http://
https://a.example
//
[
]
:
@
/
?
#
..
%zz
%00
xn--
ä
99999999999999999999
-1
1e9
Mon, 23 Nov 2026 10:00:00 GMT
Mon, 01 Jan 99999999999 00:00:00 +9999
31 Feb
max-age=
no-cache
;
,
=
"
W/
<
>
rel=hub
rel="self
gzip
br
zstd
deflate
utf-16
session=1
Domain=.a.example
Expires=
Max-Age=
""".splitlines()
values = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
NAMES = (
    "Location", "Set-Cookie", "Retry-After", "Date", "Expires", "Cache-Control", "Age",
    "ETag", "Last-Modified", "Link", "Content-Type", "Content-Encoding",
    "Content-Length",
)  # fmt: skip
headers = st.lists(
    st.tuples(st.sampled_from(NAMES), values | st.text(max_size=20)), max_size=8
)
statuses = st.sampled_from([200, 204, 301, 302, 304, 308, 400, 410, 429, 500, 599, 999])
bodies = st.sampled_from([b"", b"<rss/>", b"\x1f\x8b\x08", b"\xff" * 9])


@settings(max_examples=300, deadline=None)
@example([(301, [("Location", "/"), ("Set-Cookie", "\x80")], b"")])
@example([(301, [("Location", "http://xn--")], b"")])
@example([(429, [("Retry-After", "Mon, 01 Jan 99999999999 00:00:00 GMT")], b"")])
@given(st.lists(st.tuples(statuses, headers, bodies), min_size=1, max_size=3))
def test_whatever_a_server_says_is_a_document_or_a_reason(answers):
    left = list(answers)

    def ministry(_request: httpx.Request) -> httpx.Response:
        status, said, body = left.pop(0) if len(left) > 1 else left[0]
        raw = [
            (name.encode(), value.encode("latin-1", "replace")) for name, value in said
        ]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))

    CLIENT._transport = httpx.MockTransport(ministry)
    seen = asyncio.run(fetch(CLIENT, "https://a.example/feed", Validators(etag='"1"')))
    assert isinstance(seen, Fetched | NotModified | Failed)
