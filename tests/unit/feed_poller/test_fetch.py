"""One conditional GET of a feed, against a ministry that needs no network."""

import httpx
import pytest

from communique.safe_http import SafeClient
from feed_poller.fetch import Failed, Fetched, NotModified, fetch
from feed_poller.validators import Validators

URL = "https://ministry.example/rss.xml"
SEEN = Validators(etag='"v1"', last_modified="Fri, 20 Nov 2026 10:00:00 GMT")


async def visit(answer, validators=SEEN):
    transport = httpx.MockTransport(answer if callable(answer) else lambda _: answer)
    async with SafeClient(transport=transport) as client:
        return await fetch(client, URL, validators)


async def test_unchanged_feed_costs_one_empty_response():
    def ministry(request: httpx.Request) -> httpx.Response:
        assert request.headers["If-None-Match"] == '"v1"'
        assert request.headers["If-Modified-Since"] == SEEN.last_modified
        return httpx.Response(304)

    assert await visit(ministry) == NotModified(SEEN)


async def test_validators_of_a_304_are_kept_and_the_silent_ones_stay():
    answer = httpx.Response(304, headers={"ETag": '"v2"'})
    seen = await visit(answer)
    assert seen == NotModified(SEEN.model_copy(update={"etag": '"v2"'}))


async def test_304_that_nobody_asked_for_is_a_failure():
    assert isinstance(await visit(httpx.Response(304), Validators()), Failed)


async def test_changed_feed_brings_its_document_and_both_validators():
    headers = {"ETag": '"v2"', "Last-Modified": "today", "Content-Type": "text/xml"}
    seen = await visit(httpx.Response(200, headers=headers, content=b"<rss/>"))
    assert seen == Fetched(
        body=b"<rss/>",
        content_type="text/xml",
        validators=Validators(etag='"v2"', last_modified="today"),
        status=200,
        url=URL,
    )


async def test_feed_that_moved_for_good_says_where():
    def ministry(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/rss.xml":
            return httpx.Response(301, headers={"Location": "/new.xml"})
        return httpx.Response(200, content=b"<rss/>")

    seen = await visit(ministry)
    assert isinstance(seen, Fetched)
    assert seen.url == seen.moved_to == "https://ministry.example/new.xml"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(404, True), (410, True), (403, True), (429, False), (503, False), (204, False)],
)
async def test_every_other_answer_is_told_in_words(status, permanent):
    seen = await visit(httpx.Response(status, headers={"Retry-After": "120"}))
    assert isinstance(seen, Failed)
    assert str(status) in seen.reason
    assert (seen.status, seen.permanent) == (status, permanent)
    assert seen.retry_after_seconds == 120


async def test_status_without_a_name_is_told_too():
    seen = await visit(httpx.Response(599))
    assert seen == Failed("the server answered 599", status=599)


async def test_server_out_of_reach_may_come_back():
    def ministry(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    seen = await visit(ministry)
    assert isinstance(seen, Failed)
    assert not seen.permanent
    assert "refused" in seen.reason


async def test_what_our_rules_forbid_is_permanent():
    answer = httpx.Response(302, headers={"Location": "file:///etc/passwd"})
    seen = await visit(answer)
    assert isinstance(seen, Failed)
    assert seen.permanent


@pytest.mark.parametrize(
    "value", ["x" * 201, "caf\u00e9", "a\tb"], ids=["too long", "not ASCII", "a tab"]
)
def test_validators_that_cannot_be_sent_back_are_left_out(value):
    assert Validators.of({"etag": value}) == Validators()
    assert Validators().request_headers() == {}
