"""One visit to the page of a release."""

import httpx
import pytest

from communique.safe_http import SafeClient
from page_fetcher.fetch import Page, PageFailed, fetch_page

URL = "https://ministry.example/1"


async def visit(answer):
    transport = httpx.MockTransport(answer if callable(answer) else lambda _: answer)
    async with SafeClient(transport=transport) as client:
        return await fetch_page(client, URL)


async def test_page_comes_with_its_type_and_where_it_was_found():
    def ministry(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/1":
            return httpx.Response(302, headers={"Location": "/one"})
        headers = {"Content-Type": "text/html; charset=Windows-1251"}
        return httpx.Response(200, headers=headers, content=b"<p>x")

    assert await visit(ministry) == Page(
        body=b"<p>x",
        content_type="text/html; charset=Windows-1251",
        charset="windows-1251",
        url="https://ministry.example/one",
        status=200,
    )


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        *[(status, False) for status in (204, 304, 400, 401, 403, 404, 410, 451)],
        *[(status, True) for status in (408, 425, 429, 500, 502, 503, 504)],
    ],
)
async def test_only_what_may_pass_is_tried_again(status, retry):
    seen = await visit(httpx.Response(status, headers={"Retry-After": "30"}))
    assert seen == PageFailed(
        f"the server answered {status}",
        status=status,
        retry=retry,
        retry_after_seconds=30.0,
    )


async def test_server_out_of_reach_is_tried_again():
    def ministry(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    seen = await visit(ministry)
    assert isinstance(seen, PageFailed)
    assert seen.retry


async def test_what_our_rules_forbid_is_not_tried_again():
    seen = await visit(httpx.Response(302, headers={"Location": "ftp://a.example/"}))
    assert seen == PageFailed("only http and https are visited, not ftp")
