"""`communique index …` on an empty, an older, a red and an absent Elasticsearch."""

import asyncio
import json
import sys
import uuid

import pytest
from elasticsearch import AsyncElasticsearch

from operator_console import __main__
from search_indexer.documents import documents
from search_indexer.families import FAMILIES, RELEASES, REVISIONS, write_alias
from search_indexer.install import NO_ILM
from search_indexer.templates import version
from tests.engines.noida import NoidaServer
from tests.integration.test_indexing import new_writer
from tests.unit.search_indexer.examples import FIRST_SEEN, release

YEAR = 1997
INDEX = f"{RELEASES}-v1-{YEAR}"


@pytest.fixture
def engines(engine_dir):
    """An embedded Elasticsearch of its own, empty."""
    with NoidaServer(engine_dir) as server:
        yield server.engines


@pytest.fixture
def shell(engines, tmp_path, monkeypatch, capfd):
    """Run `communique` against these engines; code, stdout, stderr."""
    return command_line(engines.elasticsearch, tmp_path, monkeypatch, capfd)


def command_line(url, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_ELASTICSEARCH_HOSTS", url)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["communique", *arguments])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return run


def fresh():
    seen = FIRST_SEEN.replace(year=YEAR)
    return release(release_id=str(uuid.uuid4()), first_seen_at=seen)


def on(engines, act):
    """Do `act` with a client, in a loop of its own."""

    async def run():
        async with AsyncElasticsearch(engines.elasticsearch) as client:
            return await act(client)

    return asyncio.run(run())


async def write(client, *events):
    await new_writer(client).write([documents(event) for event in events])
    await client.indices.refresh(index="communique-*")


def test_install_says_what_is_new_and_the_second_time_nothing(shell):
    code, out, err = shell("index", "install", "--dry-run")
    assert (code, err) == (0, f"{NO_ILM}\n")
    assert f"index template {RELEASES}: would install" in out
    code, out, _ = shell("index", "install", "--json")
    assert code == 0
    told = [json.loads(line) for line in out.splitlines()]
    assert {one["state"] for one in told} == {"new"}
    assert {one["name"] for one in told} >= {"communique-settings", *FAMILIES}
    code, out, _ = shell("index", "install")
    assert (code, out) == (0, "Everything is installed as it should be.\n")


def test_before_install_nothing_is_reindexed_and_it_says_what_to_do(shell):
    code, out, err = shell("index", "reindex")
    assert (code, out) == (1, "")
    assert "run `communique index install`" in err
    assert err.count("\n") == 1


def test_without_indices_there_is_nothing_to_do(shell):
    shell("index", "install")
    assert shell("index", "reindex") == (
        0,
        "Every index is as it would be made today.\n",
        "",
    )
    assert shell("index", "expire", "--older-than", "1d") == (
        0,
        "No index is old enough to be deleted.\n",
        "",
    )


def test_an_older_mapping_is_named_then_mended_then_filled(shell, engines):
    shell("index", "install")
    event = fresh()
    on(engines, lambda client: write(client, event))

    async def age(client):
        await client.indices.put_mapping(index=INDEX, meta={"version": 1})

    on(engines, age)
    code, out, _ = shell("index", "install", "--dry-run")
    assert code == 0
    assert f"index {INDEX}: would change" in out
    assert f"index {INDEX}: wants `communique index reindex`" in out
    for command in (["--json"], ["--export", "-", "--format", "jsonl"]):
        code, out, err = shell("search", "measles", *command)
        assert (code, json.loads(out)["release_id"]) == (1, event.release_id)
        assert f"communique: Releases in {INDEX} are from before version" in err
        assert "then communique index reindex" in err
    shell("index", "install")
    code, out, err = shell("index", "reindex", "--json")
    assert (code, err) == (0, "")
    (moved,) = [json.loads(line) for line in out.splitlines()]
    assert (moved["from"], moved["to"], moved["documents"]) == (
        INDEX,
        f"{INDEX}-2",
        1,
    )
    code, out, _ = shell("index", "reindex", "--drop-old", "--dry-run")
    assert f"would delete {INDEX}\n" in out
    code, out, _ = shell("index", "reindex", "--drop-old")
    assert f"deleted {INDEX}\n" in out
    code, out, err = shell("search", "measles", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["release_id"] == event.release_id


def test_expire_deletes_what_is_old_enough_and_says_so_before(shell, engines):
    shell("index", "install")
    on(engines, lambda client: write(client, fresh()))
    _, out, _ = shell("index", "expire")
    assert out == "No index is old enough to be deleted.\n"
    names = [INDEX, f"{REVISIONS}-v1-{YEAR}"]
    _, out, _ = shell("index", "expire", "--older-than", "5y", "--dry-run")
    assert out == "".join(f"would delete {name}\n" for name in names)
    _, out, _ = shell("index", "expire", RELEASES, "--older-than", "5y", "--json")
    assert json.loads(out) == {"index": INDEX, "deleted": True}
    assert f"deleted {names[1]}\n" in shell("index", "expire", "--older-than", "5y")[1]
    # Who writes the year again makes it again.
    on(engines, lambda client: write(client, fresh()))


def test_expire_goes_by_the_setting(shell, engines, monkeypatch):
    shell("index", "install")
    on(engines, lambda client: write(client, fresh()))
    monkeypatch.setenv("COMMUNIQUE_INDEX_RETENTION_DAYS", f'{{"{RELEASES}": 30}}')
    assert shell("index", "expire")[1] == f"deleted {INDEX}\n"
    _, _, err = shell("index", "install")
    assert "no index lifecycle management: run `communique index expire`" in err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["reindex", "other"], id="no family"),
        pytest.param(["expire", "--older-than", "old"], id="no time"),
    ],
)
def test_wrong_usage_is_said_and_2(shell, arguments):
    code, out, err = shell("index", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "command", [["install"], ["reindex"], ["expire", "--older-than", "1y"]], ids=str
)
def test_without_elasticsearch_it_says_so_and_1(command, tmp_path, monkeypatch, capfd):
    shell = command_line("http://127.0.0.1:9", tmp_path, monkeypatch, capfd)
    code, out, err = shell("index", *command)
    assert (code, out) == (1, "")
    assert err == "communique: Elasticsearch at http://127.0.0.1:9 does not answer.\n"


@pytest.mark.engines
def test_a_red_index_is_named_and_loses_nothing(
    real_engines, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("COMMUNIQUE_LANGUAGE_ANALYZERS", "false")
    monkeypatch.setattr("search_indexer.reindex.REQUEST_SECONDS", 20)
    shell = command_line(real_engines.elasticsearch, tmp_path, monkeypatch, capfd)
    assert shell("index", "install")[0] == 0
    away = "index.routing.allocation.require._name"

    async def redden(client):
        await client.indices.create(
            index=INDEX,
            aliases={RELEASES: {}, write_alias(INDEX): {"is_write_index": True}},
            settings={away: "nobody"},
            wait_for_active_shards="0",
        )
        meta = {"version": version(RELEASES), "filled": 1}
        await client.indices.put_mapping(index=INDEX, meta=meta)

    async def mend(client):
        await client.indices.put_settings(index=INDEX, settings={away: None})
        await write(client, fresh())

    try:
        on(real_engines, redden)
        code, out, err = shell("index", "reindex", RELEASES)
        assert (code, out) == (1, "")
        assert f"The index {INDEX} cannot be read: a shard of it is away." in err
        assert err.count("\n") == 1
        on(real_engines, mend)
        code, out, err = shell("index", "reindex", RELEASES)
        assert code == 0, err
        assert f"{INDEX} → {INDEX}-2: 1 documents, verified" in out
    finally:
        shell("index", "expire", "--older-than", "20y")
