"""The one way out: addresses, redirects, TLS; against real servers on loopback."""

import asyncio
import ssl
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import httpcore
import httpx
import pytest

from communique.safe_http import (
    FetchFailedError,
    RefusedError,
    Response,
    SafeClient,
    SafeTransport,
    get,
    retry_after_seconds,
    safe_client,
)
from tests.unit.communique.web_server import (
    LOOPBACK,
    always,
    answer,
    fetch,
    server,
)


async def test_document_is_read_with_its_facts():
    body = answer("200 OK", b"<rss/>", "Content-Type: text/xml", 'ETag: "1"')
    async with server(always(body)) as url:
        seen = await fetch(f"{url}/rss")
    assert (seen.status, seen.body, seen.url) == (200, b"<rss/>", f"{url}/rss")
    assert (seen.content_type, seen.headers["etag"]) == ("text/xml", '"1"')
    assert (seen.redirected, seen.moved_to) == (False, None)


async def test_answer_without_a_header_for_its_type_has_none():
    async with server(always(answer("200 OK"))) as url:
        assert (await fetch(url)).content_type is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433"])
async def test_private_address_is_refused_in_any_spelling(host):
    async with server(always(answer("200 OK"))) as url:
        port = url.rpartition(":")[2]
        with pytest.raises(RefusedError, match="not a public address"):
            await fetch(f"http://{host}:{port}/", allow=())


@pytest.mark.parametrize(
    ("allow", "allowed"),
    [
        (["127.0.0.1"], True),
        (["127.0.0.0/8"], True),
        (["*.GOV.example"], True),
        (["intranet.gov.example"], True),
        (["10.0.0.0/8", "::/0", "gov.example"], False),
    ],
    ids=["address", "network", "pattern", "host", "others"],
)
async def test_operator_lists_what_may_be_private(allow, allowed):
    async def resolve(_host, _port):
        return ["127.0.0.1"]

    async with server(always(answer("200 OK", b"in"))) as url:
        target = url.replace("127.0.0.1", "intranet.gov.example")
        if allowed:
            assert (await fetch(target, allow=allow, resolve=resolve)).body == b"in"
        else:
            with pytest.raises(RefusedError, match=r"intranet\.gov\.example leads to"):
                await fetch(target, allow=allow, resolve=resolve)


class RecordingBackend(httpcore.AsyncNetworkBackend):
    """Connects to nothing and remembers what it was asked for."""

    def __init__(self, refuse: Iterable[str] = ()) -> None:
        self.asked: list[str] = []
        self._refuse = set(refuse)

    async def connect_tcp(self, host, port, timeout=None, *_, **__):  # noqa: ASYNC109
        self.asked.append(host)
        if host in self._refuse:
            raise httpcore.ConnectError("unreachable")
        return httpcore.AsyncMockStream([answer("200 OK", b"hello")])

    async def sleep(self, seconds: float) -> None: ...


async def test_name_that_changes_its_answer_gains_nothing():
    answers = [["8.8.8.8"], ["127.0.0.1"]]

    async def rebinding(_host, _port):
        return answers.pop(0)

    backend = RecordingBackend()
    transport = SafeTransport(resolve=rebinding, backend=backend)
    async with SafeClient(transport=transport) as client:
        assert (await get(client, "http://rebind.example/")).body == b"hello"
        assert backend.asked == ["8.8.8.8"]  # what was judged, and no name
        with pytest.raises(RefusedError):
            await get(client, "http://rebind.example/")
    assert backend.asked == ["8.8.8.8"]


async def test_public_address_is_taken_where_a_name_has_both_kinds():
    async def mixed(_host, _port):
        return ["10.0.0.1", "2606:4700::1", "8.8.8.8", "fe80::1"]

    backend = RecordingBackend(refuse=["2606:4700::1"])
    transport = SafeTransport(resolve=mixed, backend=backend)
    async with SafeClient(transport=transport) as client:
        assert (await get(client, "http://mixed.example/")).status == 200
    assert backend.asked == ["2606:4700::1", "8.8.8.8"]


async def test_host_out_of_reach_at_all_its_addresses_may_come_back():
    async def resolve(_host, _port):
        return ["8.8.8.8"]

    transport = SafeTransport(resolve=resolve, backend=RecordingBackend(["8.8.8.8"]))
    async with SafeClient(transport=transport) as client:
        with pytest.raises(FetchFailedError, match="unreachable"):
            await get(client, "http://down.example/")


@pytest.mark.parametrize(
    "failure", [OSError("no such name"), UnicodeError("label too long"), []],
    ids=["unknown", "unspeakable", "empty"],
)  # fmt: skip
async def test_name_without_address_may_come_back(failure):
    async def resolve(_host, _port):
        if isinstance(failure, Exception):
            raise failure
        return failure

    with pytest.raises(FetchFailedError, match="has no address"):
        await fetch("http://nowhere.example/", resolve=resolve)


async def test_name_server_that_does_not_answer_is_not_waited_for():
    async def resolve(_host, _port):
        await asyncio.sleep(60)
        return []

    with pytest.raises(FetchFailedError):
        await fetch("http://slow.example/", resolve=resolve, timeout_seconds=0.1)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://a.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("a.example", "only http and https"),
        ("http:///path", "names no host"),
        ("http://a.example/" + "x" * 2048, "above 2048"),
        ("http://a.example:99999/", "no port|not an address"),
        ("http://[::1/", "not an address"),
        ("http://a\u0000b/", "not an address"),
    ],
    ids=["ftp", "file", "relative", "no host", "long", "port", "broken", "null"],
)
async def test_what_is_no_address_of_the_web_is_refused(url, words):
    with pytest.raises(RefusedError, match=words):
        await fetch(url)


async def test_redirects_are_followed_and_each_address_is_looked_at():
    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        there = {"/": "/b?x=1#frag", "/b?x=1": f"http://127.0.0.2:{port}/c"}.get(path)
        writer.write(
            answer("301 Moved", b"", f"Location: {there}")
            if there
            else answer("200 OK", b"end")
        )

    async with server(serve) as url:
        with pytest.raises(RefusedError, match=r"127\.0\.0\.2"):
            await fetch(url, allow=["127.0.0.1/32"])


async def test_redirects_say_where_a_document_lives_now():
    steps = {
        "/": ("308 P", "/one#f"),
        "/one": ("301 P", "two"),
        "/two": ("302 T", "/three"),
        "/three": ("301 P", "/four"),
    }

    async def serve(path: str, writer: asyncio.StreamWriter) -> None:
        status, there = steps.get(path, ("200 OK", ""))
        where = [f"Location: {there}"] if there else []
        writer.write(answer(status, path.encode(), *where))

    async with server(serve) as url:
        seen = await fetch(url)
    assert seen.body == b"/four"
    assert (seen.url, seen.redirected) == (f"{url}/four", True)
    assert seen.moved_to == f"{url}/two"


async def test_redirects_end():
    async with server(always(answer("302 T", b"", "Location: /again"))) as url:
        with pytest.raises(RefusedError, match="more than 5 redirects"):
            await fetch(url)


@pytest.mark.parametrize(
    "there",
    ["file:///etc/passwd", "gopher://a.example/", "http:///", "javascript:1"],
)
async def test_redirects_lead_nowhere_else(there):
    async with server(always(answer("302 T", b"", f"Location: {there}"))) as url:
        with pytest.raises(RefusedError):
            await fetch(url)


async def test_redirect_to_what_is_no_address_is_a_mistake_of_the_server():
    async with server(always(answer("302 T", b"", "Location: http://[::1"))) as url:
        with pytest.raises(FetchFailedError):
            await fetch(url)


async def test_redirect_without_a_place_is_an_answer():
    async with server(always(answer("302 T"))) as url:
        assert (await fetch(url)).status == 302


async def test_cookies_live_within_one_visit():
    seen: list[str | None] = []

    def ministry(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        if request.url.path == "/":
            headers = {"Location": "/in", "Set-Cookie": "checked=1"}
            return httpx.Response(302, headers=headers)
        return httpx.Response(200)

    client = safe_client(user_agent="test")
    client._transport = httpx.MockTransport(ministry)
    async with client:
        for _ in range(2):
            await get(client, "https://ministry.example/")
    assert seen == [None, "checked=1"] * 2


async def test_proxy_of_the_environment_is_not_used(monkeypatch):
    async with (
        server(always(answer("200 OK", b"proxy"))) as proxy,
        server(always(answer("200 OK", b"origin"))) as url,
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert (await fetch(url)).body == b"origin"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-keyout", path, "-out", path.with_suffix(".crt"),
        "-subj", "/CN=ministry.example", "-addext",
        "subjectAltName=DNS:ministry.example",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl makes the certificate of this test")
    with path.open("ab") as both:
        both.write(path.with_suffix(".crt").read_bytes())
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "words"),
    [
        ("ministry.example", True, None),
        ("other.example", True, r"certificate is not valid for 'other.example'"),
        ("ministry.example", False, "name its CA in COMMUNIQUE_HOSTS_FILE"),
    ],
    ids=["right", "another name", "nobody knows it"],
)
async def test_certificate_is_verified_against_the_name(
    certificate, host, trusted, words
):
    async def resolve(_host, _port):
        return ["127.0.0.1"]

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=certificate) if trusted else None
    async with server(always(answer("200 OK", b"secret")), tls) as url:
        target = url.replace("127.0.0.1", host)
        visit = fetch(target, resolve=resolve, ssl_context=ours)
        if words is None:
            assert (await visit).body == b"secret"
        else:
            with pytest.raises(FetchFailedError, match=words):
                await visit


async def speak_http2(reader, writer, *, headers=(), hangs_up=False):
    """Answer every request of a connection in HTTP/2, with the version as its body."""
    speaker = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    speaker.initiate_connection()
    writer.write(speaker.data_to_send())
    while data := await reader.read(65_536):
        for event in speaker.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                speaker.send_headers(event.stream_id, [(":status", "200"), *headers])
                speaker.send_data(event.stream_id, b"HTTP/2", end_stream=True)
        writer.write(speaker.data_to_send())
        if hangs_up and speaker.highest_inbound_stream_id:
            await asyncio.sleep(0.05)  # the answer has been read
            speaker.close_connection()
            writer.write(speaker.data_to_send())
            break
    writer.close()


async def fetch_in_http_2(certificate, *, times=1, **answer) -> Response:
    async def resolve(_host, _port):
        return ["127.0.0.1"]

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    tls.set_alpn_protocols(["h2", "http/1.1"])
    speak = partial(speak_http2, **answer)
    running = await asyncio.start_server(speak, "127.0.0.1", 0, ssl=tls)
    async with running:
        port = running.sockets[0].getsockname()[1]
        ours = ssl.create_default_context(cafile=certificate)
        url = f"https://ministry.example:{port}/feed"
        async with safe_client(
            user_agent="test", allow_private=LOOPBACK, resolve=resolve, ssl_context=ours
        ) as client:
            for _ in range(times - 1):
                await get(client, url)
                await asyncio.sleep(0.1)
            return await get(client, url)


async def test_a_server_that_hangs_up_between_two_visits_in_http_2_is_no_failure(
    certificate,
):
    seen = await fetch_in_http_2(certificate, times=2, hangs_up=True)
    assert seen.body == b"HTTP/2"


async def test_a_server_that_speaks_http_2_is_spoken_to_in_http_2(certificate):
    assert (await fetch_in_http_2(certificate)).body == b"HTTP/2"


async def test_headers_without_end_are_cut_in_http_2_too(certificate):
    headers = [(f"x-{number}", "x" * 1000) for number in range(200)]
    with pytest.raises(FetchFailedError, match="the connection failed"):
        await fetch_in_http_2(certificate, headers=headers)


async def test_sockets_of_the_machine_are_no_servers():
    transport = SafeTransport()
    backend = transport._pool._network_backend
    with pytest.raises(RefusedError):
        await backend.connect_unix_socket("/run/docker.sock")
    await backend.sleep(0)
    await transport.aclose()


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 400}, 999999999999),
        ({"retry-after": "Mon, 23 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 10:01:00 GMT",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            60,
        ),
        ({"retry-after": "Mon, 23 Nov 2026 12:01:00", "date": "never"}, 60),
        ({"retry-after": "Mon, 01 Jan 99999999999 00:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers, seconds):
    assert retry_after_seconds(headers, now=NOW) == seconds
