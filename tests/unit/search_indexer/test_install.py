"""What is asked of a server: lifecycle policies, and an index for each time."""

import json
from datetime import timedelta

import pytest
from elasticsearch import AuthorizationException

from communique.errors import NotReadyError
from search_indexer.families import RELEASES
from search_indexer.install import NO_ILM, install
from search_indexer.ready import check_mapping, ensure_index
from tests.unit.search_indexer.fake_elasticsearch import FakeElasticsearch

KEPT = {RELEASES: timedelta(days=100)}


class Server(FakeElasticsearch):
    """One that remembers what was put, and answers `ilm` where it is asked for ILM."""

    def __init__(self, ilm):
        super().__init__()
        self.ilm = ilm
        self.put = {}

    async def answer(self, method, target, body):
        path = target.partition("?")[0]
        if path.startswith("/_ilm") and method == "GET":
            return self.ilm
        if method == "PUT":
            self.put[path] = json.loads(body)
            return 200, {"acknowledged": True}
        return 404, {"error": {"type": "not_found", "root_cause": [], "reason": ""}}


def error(status):
    return status, {"error": f"no handler found for uri, {status}"}


def managed(server):
    body = server.put[f"/_index_template/{RELEASES}"]
    return body.get("template", {}).get("settings", {}).get("index", {})


async def test_a_server_with_ilm_gets_a_policy_and_templates_that_name_it():
    server = Server((200, {}))
    async with server.client() as client:
        done = await install(client, language_analyzers=True, retention=KEPT)
    policy = server.put[f"/_ilm/policy/{RELEASES}"]["policy"]
    assert policy["phases"]["delete"]["min_age"] == "466d"
    assert managed(server) == {"lifecycle": {"name": RELEASES}}
    assert done.notes == ()
    assert done.differences[0].kind == "lifecycle policy"


@pytest.mark.parametrize(
    ("min_age", "told"),
    [("466d", []), ("1d", ["changed"])],
)
async def test_a_policy_is_put_again_only_if_it_differs(min_age, told):
    policy = {"phases": {"delete": {"min_age": min_age, "actions": {"delete": {}}}}}
    server = Server((200, {RELEASES: {"policy": policy}}))
    async with server.client() as client:
        done = await install(client, language_analyzers=True, retention=KEPT)
    found = [d.state for d in done.differences if d.kind == "lifecycle policy"]
    assert found == told
    assert (f"/_ilm/policy/{RELEASES}" in server.put) == bool(told)


@pytest.mark.parametrize("status", [400, 405])
async def test_a_server_without_ilm_is_told_of_in_a_sentence(status):
    server = Server(error(status))
    async with server.client() as client:
        done = await install(client, language_analyzers=True, retention=KEPT)
    assert done.notes == (NO_ILM,)
    assert managed(server) == {}


async def test_who_may_not_ask_is_told_so():
    async with Server(error(403)).client() as client:
        with pytest.raises(AuthorizationException):
            await install(client, language_analyzers=True, retention=KEPT)


async def test_a_dry_run_puts_nothing():
    server = Server((200, {}))
    async with server.client() as client:
        done = await install(
            client, language_analyzers=True, retention=KEPT, dry_run=True
        )
    assert server.put == {}
    assert len(done.differences) > 2


@pytest.mark.parametrize(
    ("wanted", "there", "why"),
    [
        pytest.param(1, 2, "update this one", id="a newer one"),
        pytest.param(2, 1, "run `communique index reindex`", id="an older one"),
    ],
)
async def test_a_time_whose_index_has_another_layout_gets_no_second_one(
    wanted, there, why
):
    fake = FakeElasticsearch()
    fake.indices[f"{RELEASES}-v{there}-2025"] = {}
    async with fake.client() as client:
        with pytest.raises(NotReadyError, match=f"we need {wanted}: .*{why}"):
            await ensure_index(client, f"{RELEASES}-v{wanted}-2025")
    assert len(fake.indices) == 1


async def test_templates_of_a_newer_layout_make_no_index_of_ours():
    fake = FakeElasticsearch(layout=2)
    async with fake.client() as client:
        with pytest.raises(NotReadyError, match=r"has layout 2: .* update this one"):
            await check_mapping(client)
        with pytest.raises(NotReadyError, match="has layout 2"):
            await ensure_index(client, f"{RELEASES}-v1-2025")


async def test_what_is_called_otherwise_is_no_index_of_ours():
    async with FakeElasticsearch().client() as client:
        with pytest.raises(NotReadyError, match="other is no name"):
            await ensure_index(client, "other")
