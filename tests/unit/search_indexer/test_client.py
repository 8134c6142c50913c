"""The client of Elasticsearch: who it says it is, what is refused, what is hidden."""

import base64
from dataclasses import dataclass

import pytest
from aiohttp import web
from elasticsearch import AuthenticationException

from communique.errors import UsageError
from search_indexer.client import new_client, refusal
from search_indexer.settings import ElasticsearchSettings
from tests.certificates import make_certificate

SECRET = "correct horse battery staple"
API_KEY = "VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw=="


@pytest.fixture
def setting(monkeypatch):
    def set_all(values):
        for name, value in values.items():
            monkeypatch.setenv(f"COMMUNIQUE_ELASTICSEARCH_{name}", str(value))

    return set_all


@dataclass
class Door:
    """A server that lets in by API key alone; `seen` has what it was shown."""

    url: str
    seen: list[str | None]


@pytest.fixture
async def door():
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        known = seen[-1] == f"ApiKey {API_KEY}"
        body = {"cluster_name": "c"} if known else {"error": {"reason": "no"}}
        return web.json_response(
            body,
            status=200 if known else 401,
            headers={"X-Elastic-Product": "Elasticsearch"},
        )

    app = web.Application()
    app.router.add_get("/_cluster/health", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    yield Door(f"http://{host}:{port}", seen)
    await runner.cleanup()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def knock():
    async with new_client(ElasticsearchSettings()) as client:
        await client.cluster.health()


@pytest.mark.parametrize("in_a_file", [False, True], ids=["variable", "file"])
async def test_an_api_key_opens_the_door(door, setting, tmp_path, in_a_file):
    path = tmp_path / "key"
    path.write_text(API_KEY + "\n")
    setting({"HOSTS": door.url})
    setting({"API_KEY_FILE": path} if in_a_file else {"API_KEY": API_KEY})
    await knock()
    assert door.seen == [f"ApiKey {API_KEY}"]


async def test_a_wrong_key_is_said_without_showing_it(door, setting):
    setting({"HOSTS": door.url, "API_KEY": SECRET})
    with pytest.raises(AuthenticationException) as caught:
        await knock()
    said = refusal(caught.value, ElasticsearchSettings())
    assert "does not know us" in said
    assert SECRET not in said + repr(caught.value)


@pytest.mark.parametrize("in_the_address", [False, True], ids=["settings", "address"])
async def test_a_user_is_named_by_settings_or_in_the_address(
    door, setting, in_the_address
):
    if in_the_address:
        setting({"HOSTS": door.url.replace("//", "//me:p%40ss@")})
    else:
        setting({"HOSTS": door.url, "USERNAME": "me", "PASSWORD": "p@ss"})
    with pytest.raises(AuthenticationException):
        await knock()
    assert door.seen == [basic("me", "p@ss")]


REFUSED = {
    "password and key": (
        {"USERNAME": "me", "PASSWORD": SECRET, "API_KEY": SECRET},
        "Choose one way to log in, not COMMUNIQUE_ELASTICSEARCH_USERNAME and",
    ),
    "key and a user in the address": (
        {"HOSTS": f"https://me:{SECRET}@h:9200", "API_KEY": API_KEY},
        "a user in COMMUNIQUE_ELASTICSEARCH_HOSTS",
    ),
    "a user without a password": ({"USERNAME": "me"}, "go together"),
    "a password without a user": ({"PASSWORD": SECRET}, "go together"),
    "an authority without TLS": ({"CA_CERTS": __file__}, "say https://"),
    "no scheme": ({"HOSTS": "localhost:9200"}, "takes addresses like https://"),
    "no port": ({"HOSTS": f"https://me:{SECRET}@h:x"}, "takes addresses like https://"),
    "another scheme": ({"HOSTS": "ftp://h:9200"}, "takes addresses like https://"),
    "a file that is not there": (
        {"PASSWORD_FILE": "/nowhere/at/all"},
        "COMMUNIQUE_ELASTICSEARCH_PASSWORD_FILE names /nowhere/at/all, which cannot",
    ),
}


@pytest.mark.parametrize(("values", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_contradicts_itself_is_said_in_one_sentence(setting, values, sentence):
    setting(values)
    with pytest.raises(UsageError) as caught:
        ElasticsearchSettings()
    assert sentence in str(caught.value)
    assert SECRET not in str(caught.value)


async def test_an_authority_that_is_none_is_said_in_one_sentence(setting):
    setting({"HOSTS": "https://h:9200", "CA_CERTS": __file__})
    with pytest.raises(UsageError, match="has no certificates in PEM"):
        new_client(ElasticsearchSettings())


async def test_the_authority_of_the_settings_is_trusted(setting, tmp_path):
    setting(
        {
            "HOSTS": "https://h:9200",
            "CA_CERTS": make_certificate(tmp_path).certificate,
        }
    )
    async with new_client(ElasticsearchSettings()) as client:
        (node,) = client.transport.node_pool.all()
        assert len(node.config.ssl_context.get_ca_certs()) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"HOSTS": f"https://me:{SECRET.replace(' ', '@')}@h:9200"},
        {"USERNAME": "me", "PASSWORD": SECRET},
        {"API_KEY": SECRET},
    ],
    ids=["address", "password", "API key"],
)
def test_no_secret_is_shown_by_settings(setting, values):
    setting(values)
    settings = ElasticsearchSettings()
    shown = [repr(settings), str(settings), settings.shown_hosts]
    assert not [text for text in shown if "horse" in text]
