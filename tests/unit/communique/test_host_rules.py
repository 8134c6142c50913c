"""What an operator allows for single hosts, and for no other."""

import ssl
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from communique.errors import UsageError
from communique.host_rules import HostRule, read_host_rules, rule_for
from communique.ruled_transport import RuledTransport
from communique.safe_http import (
    FetchFailedError,
    RefusedError,
    SafeClient,
    get,
    safe_client,
)
from tests.certificates import make_certificate
from tests.unit.communique.web_server import always, answer, server

FILE = """
["intranet.example"]
allow_private = true

["*.gov.example"]
headers = {Authorization = "Bearer secret", X-Desk = "7"}
"""


def test_a_file_has_a_table_a_host(tmp_path: Path):
    path = tmp_path / "hosts.toml"
    path.write_text(FILE)
    rules = read_host_rules(path)
    assert rule_for("Intranet.example.", rules) == HostRule(
        "intranet.example", allow_private=True
    )
    found = rule_for("press.gov.example", rules)
    assert found is not None
    assert found.headers["Authorization"].get_secret_value() == "Bearer secret"
    assert "secret" not in repr(found)
    assert rule_for("gov.example", rules) is None
    assert read_host_rules(None) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "is no TOML"),
        ("a = 1", "a host is a table"),
        ('["a"]\nverify = false', "verify is none of"),
        ('["a"]\nallow_private = "yes"', "true or false"),
        ('["a"]\nca_file = "missing.pem"', "is not there"),
        ('["a"]\nheaders = "X: y"', "a table of names"),
        ('["a"]\nheaders = {X = "a\\r\\nY: b"}', "no printable ASCII"),
        ('["a"]\nheaders = {X = 1}', "no printable ASCII"),
    ],
)
def test_what_a_file_cannot_say_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "hosts.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=words):
        read_host_rules(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_host_rules(tmp_path / "hosts.toml")


async def sent(url: str, *rules: HostRule, hops: dict[str, str] | None = None):
    """Return the headers that each hop of a visit to `url` sees."""
    seen = {}

    def ministry(request: httpx.Request) -> httpx.Response:
        seen[str(request.url)] = request.headers
        if to := (hops or {}).get(str(request.url)):
            return httpx.Response(302, headers={"Location": to})
        return httpx.Response(200)

    transport = RuledTransport(httpx.MockTransport(ministry), {}, rules)
    async with SafeClient(transport=transport) as client:
        await get(client, url)
    return seen


SECRET = HostRule("a.example", headers={"X-Key": SecretStr("k")})


async def test_a_secret_header_goes_to_its_host_and_not_on_to_another():
    hops = {"https://a.example/": "https://b.example/"}
    seen = await sent("https://a.example/", SECRET, hops=hops)
    assert seen["https://a.example/"]["X-Key"] == "k"
    assert "X-Key" not in seen["https://b.example/"]


async def test_a_secret_header_is_never_sent_in_clear():
    seen = await sent("http://a.example/", SECRET)
    assert "X-Key" not in seen["http://a.example/"]


async def test_an_extra_ca_is_trusted_for_its_host_alone(tmp_path):
    made = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    async with server(always(answer("200 OK", b"hello")), context) as url:
        rules = (HostRule("127.0.0.1", allow_private=True, ca_file=made.certificate),)
        async with safe_client(user_agent="t", rules=rules) as client:
            assert (await get(client, url)).body == b"hello"
        other = (
            HostRule("127.0.0.1", allow_private=True),
            HostRule("b.example", ca_file=made.certificate),
        )
        async with safe_client(user_agent="t", rules=other) as client:
            with pytest.raises(FetchFailedError, match="certificate"):
                await get(client, url)


async def test_a_private_host_is_allowed_by_its_rule_alone():
    async with server(always(answer("200 OK"))) as url:
        async with safe_client(
            user_agent="t", rules=(HostRule("127.0.0.1", allow_private=True),)
        ) as client:
            assert (await get(client, url)).status == 200
        async with safe_client(
            user_agent="t", rules=(HostRule("127.0.0.2", allow_private=True),)
        ) as client:
            with pytest.raises(RefusedError, match="not a public address"):
                await get(client, url)


def test_a_ca_file_without_a_certificate_is_told(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    with pytest.raises(UsageError, match="holds no certificate"):
        safe_client(user_agent="t", rules=(HostRule("a", ca_file=file),))
