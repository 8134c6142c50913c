"""Which engines a command speaks to, as whom, and how it says that it may not."""

import os

import pytest
from aiohttp import web
from typer.testing import CliRunner

from communique.errors import NotReadyError
from operator_console.cli.app import app
from operator_console.cli.connect import elasticsearch_client, kafka_settings
from operator_console.local.engines import Engines
from operator_console.local.home import Home, Running
from operator_console.local.stack import service_programs
from operator_console.reporting import report_errors
from search_indexer.settings import SearchIndexerSettings

SECRET = "correct horse battery staple"
ELSEWHERE = {
    "COMMUNIQUE_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "COMMUNIQUE_KAFKA_SASL_USERNAME": "me",
    "COMMUNIQUE_KAFKA_SASL_PASSWORD": SECRET,
    "COMMUNIQUE_ELASTICSEARCH_USERNAME": "me",
    "COMMUNIQUE_ELASTICSEARCH_PASSWORD": SECRET,
}


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    with home.claim():
        home.announce(
            Running(
                pid=os.getpid(),
                kafka="127.0.0.9:9092",
                elasticsearch="http://127.0.0.9:9200",
                state_dir=str(home.state),
            )
        )
        yield home


@pytest.fixture
def credentials_in_the_shell(monkeypatch):
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)


def test_the_embedded_kafka_is_not_shown_a_password(home, credentials_in_the_shell):
    connection = kafka_settings(home).connection
    assert connection.bootstrap_servers == "127.0.0.9:9092"
    assert connection.protocol == "PLAINTEXT"
    assert connection.password is None


def test_services_on_embedded_engines_are_not_told_a_password(
    home, credentials_in_the_shell, monkeypatch
):
    engines = Engines(kafka="127.0.0.9:9092", elasticsearch="http://127.0.0.9:9200")
    for name, value in service_programs(home, engines, {})[0].environment.items():
        monkeypatch.setenv(name, value)
    settings = SearchIndexerSettings()
    assert settings.connection.protocol == "PLAINTEXT"
    assert settings.elasticsearch_password is None


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(401, "does not know us"), (403, "does not allow it: no rights")],
)
async def test_a_refusal_of_elasticsearch_is_a_sentence(
    home, monkeypatch, status, sentence
):
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response(
            {"error": {"type": "security_exception", "reason": "no rights"}},
            status=status,
        )

    server = web.Application()
    server.router.add_get("/_cluster/health", refuse)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    where = "http://me:{}@{}:{}".format("pass", *runner.addresses[0])
    monkeypatch.setenv("COMMUNIQUE_ELASTICSEARCH_HOSTS", where)
    try:
        with pytest.raises(NotReadyError, match=sentence) as caught:
            async with elasticsearch_client(home) as client:
                await client.cluster.health()
    finally:
        await runner.cleanup()
    assert "pass@" not in str(caught.value)


def test_a_file_of_a_secret_that_is_missing_is_wrong_usage(monkeypatch, capsys):
    monkeypatch.setenv("COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("COMMUNIQUE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("COMMUNIQUE_KAFKA_SASL_USERNAME", "me")
    monkeypatch.setenv("COMMUNIQUE_KAFKA_SASL_PASSWORD_FILE", "/nowhere/at/all")
    with pytest.raises(SystemExit) as ended:
        report_errors(lambda: app(["topics", "create"], standalone_mode=False))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "/nowhere/at/all, which cannot be read" in said


def test_the_rights_are_printed_for_the_prefix_of_the_settings(monkeypatch):
    monkeypatch.setenv("COMMUNIQUE_TOPIC_PREFIX", "desk.")
    printed = CliRunner().invoke(app, ["topics", "acls"])
    assert printed.exit_code == 0
    assert "User:desk.search-indexer" in printed.stdout
    assert "communique.releases" not in printed.stdout
