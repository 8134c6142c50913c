"""What is deployed is held to the code: settings, commands, files, limits."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic_settings import BaseSettings
from typer.core import TyperGroup

from communique.settings import KafkaSettings
from communique.topics import MAX_MESSAGE_BYTES, RELEASES_ENRICHED, SERVICES
from enrichment_worker.settings import EnrichmentSettings
from feed_poller.settings import FeedPollerSettings, PushListenerSettings
from operator_console.cli.app import app
from page_fetcher.settings import PageFetcherSettings
from search_indexer.settings import ElasticsearchSettings, SearchIndexerSettings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
RUNBOOK = (ROOT / "deploy/README.md").read_text("utf-8")

SETTINGS: dict[str, type[BaseSettings]] = {
    "feed-poller": FeedPollerSettings,
    "page-fetcher": PageFetcherSettings,
    "enrichment-worker": EnrichmentSettings,
    "search-indexer": SearchIndexerSettings,
}
EVERY = (*SETTINGS.values(), PushListenerSettings)
CONSOLE = (KafkaSettings, ElasticsearchSettings)
CONSOLE_VARIABLES = {"COMMUNIQUE_HOME"}
"""What the command line reads from the environment beside settings."""


def variables(*settings: type[BaseSettings]) -> set[str]:
    return {
        f"COMMUNIQUE_{name.upper()}" for each in settings for name in each.model_fields
    }


def workers() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield container, service and definition of all that `communique run` runs."""
    for name, container in CONTAINERS.items():
        match container.get("command"):
            case ["run", service]:
                yield name, service, container


def ours(environment: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if k.startswith("COMMUNIQUE_")}


def command_exists(words: list[str]) -> bool:
    """Return whether `words`, up to the first argument, name a command of the CLI."""
    command = typer.main.get_command(app)
    for word in words:
        if not isinstance(command, TyperGroup):
            return True
        if word not in command.commands:
            return False
        command = command.commands[word]
    return not isinstance(command, TyperGroup)


WORKERS = pytest.mark.parametrize(
    ("service", "container"),
    [pytest.param(service, held, id=name) for name, service, held in workers()],
)


def test_every_service_of_ours_is_there():
    assert set(SETTINGS) == {service.name for service in SERVICES}
    assert {service for _, service, _ in workers()} == set(SETTINGS)
    assert all(service in CONTAINERS for service in SETTINGS)


@WORKERS
def test_every_variable_that_is_set_is_a_setting_of_that_service(service, container):
    assert ours(container["environment"]).keys() <= variables(SETTINGS[service])


@WORKERS
def test_every_value_is_taken(service, container, monkeypatch):
    for name, value in ours(container["environment"]).items():
        assert isinstance(value, str), f"{name}: YAML made it a {type(value).__name__}"
        monkeypatch.setenv(name, value)
    settings = SETTINGS[service]()
    assert settings.kafka_bootstrap_servers == "kafka:19092"


def test_the_one_shot_sets_what_the_command_line_reads():
    set_there = ours(CONTAINERS["setup"]["environment"])
    assert set_there.keys() <= variables(*CONSOLE) | CONSOLE_VARIABLES


def test_no_two_containers_of_a_service_have_the_same_number():
    numbers = [
        (service, container["environment"]["COMMUNIQUE_INSTANCE"])
        for _, service, container in workers()
    ]
    assert len(set(numbers)) == len(numbers)


def test_who_visits_ministries_says_who_answers_for_it():
    for name in ("feed-poller", "page-fetcher"):
        contact = CONTAINERS[name]["environment"]["COMMUNIQUE_CONTACT"]
        assert contact.startswith("${COMMUNIQUE_CONTACT:-")


def test_every_command_of_the_one_shot_and_the_runbook_exists():
    [script] = CONTAINERS["setup"]["command"]
    shell = "\n".join([script, *re.findall(r"```bash\n(.*?)```", RUNBOOK, re.DOTALL)])
    in_containers = re.findall(r"(?<!-)\bcommunique ([a-z][^|;)\n#]*)", shell)
    commands = [
        words.removeprefix("setup ")  # `run --entrypoint communique setup COMMAND`
        for words in in_containers
    ]
    assert len(commands) >= 6
    for words in commands:
        assert command_exists(shlex.split(words)), words


def test_what_does_not_exist_is_noticed():
    assert command_exists(["topics", "create"])
    assert not command_exists(["topics"])
    assert not command_exists(["topics", "destroy"])


def test_every_port_is_published_on_loopback_only():
    for name, container in CONTAINERS.items():
        for port in container.get("ports", []):
            assert port.startswith("127.0.0.1:"), name


def test_what_is_waited_for_exists_and_can_say_that_it_is_healthy():
    for container in CONTAINERS.values():
        for name, wait in container.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "test" in CONTAINERS[name]["healthcheck"]
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert CONTAINERS[name]["restart"] == "no"


def test_every_named_volume_is_declared_and_every_bound_folder_exists():
    for container in CONTAINERS.values():
        for volume in container.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_dir()
            else:
                assert source in COMPOSE["volumes"]


def test_kafka_takes_our_largest_message_and_remembers_groups_as_long_as_releases():
    kafka = CONTAINERS["kafka"]["environment"]
    assert int(kafka["KAFKA_MESSAGE_MAX_BYTES"]) >= MAX_MESSAGE_BYTES
    remembered = timedelta(minutes=int(kafka["KAFKA_OFFSETS_RETENTION_MINUTES"]))
    assert RELEASES_ENRICHED.kept is not None
    assert remembered >= RELEASES_ENRICHED.kept


def test_elasticsearch_and_kibana_are_of_one_release_and_of_our_clients_line():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    [client] = [
        requirement
        for requirement in project["optional-dependencies"]["services"]
        if requirement.startswith("elasticsearch[")
    ]
    tags = {
        container["image"].rpartition(":")[2]
        for container in CONTAINERS.values()
        if container["image"].startswith("docker.elastic.co/")
    }
    [tag] = tags
    line = tag.rpartition(".")[0]
    assert f">={line}," in client


# --- the image


def copied() -> list[str]:
    """Return the files and folders that the Dockerfile copies from the repository."""
    sources = []
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        if not line.startswith("--from="):
            sources.extend(line.split()[:-1])
    return sources


def test_every_file_of_the_image_exists_and_is_let_into_the_build():
    let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "requirements.lock" in copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_in


def test_every_package_of_the_wheel_is_in_the_image():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    for package in wheel["packages"]:
        assert any(Path(package).is_relative_to(source) for source in copied())


def test_the_lock_has_what_builds_us_since_the_image_fetches_nothing_else():
    assert "--require-hashes --only-binary :all: -r requirements.lock" in DOCKERFILE
    assert "--no-build-isolation" in DOCKERFILE
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert re.search(r"^hatchling==", lock, re.MULTILINE)


def test_the_lock_has_a_version_that_every_requirement_of_ours_allows():
    # The image and `make setup` install us without looking at our requirements; who
    # installs the wheel with the lock as constraints would be the first to notice.
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    versions = dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        project["dependency-groups"]["dev"],  # `fuzz` is for who asks for it
    ]
    for requirement in (Requirement(text) for group in groups for text in group):
        if requirement.name != project["project"]["name"]:
            version = versions[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{requirement}: {version}"


def test_compose_and_the_image_agree():
    for _, _, container in workers():
        build = container["build"]
        assert (ROOT / build["context"] / build["dockerfile"]).is_file()
        environment = container["environment"]
        port = environment["COMMUNIQUE_HEALTH_PORT"]
        assert f"COMMUNIQUE_HEALTH_PORT={port}" in DOCKERFILE
        assert f"EXPOSE {port}" in DOCKERFILE
        assert container["ports"] == [f"127.0.0.1::{port}"]
        state = environment["COMMUNIQUE_STATE_DIR"]
        assert f"VOLUME {state}\n" in DOCKERFILE
        assert [volume.split(":")[1] for volume in container["volumes"]] == [state]
    [script] = CONTAINERS["setup"]["command"]
    [shipped] = re.findall(r"feeds import (\S+)", script)
    assert f"'{shipped}').symlink_to(here / 'data/feeds.opml')" in DOCKERFILE
    assert (ROOT / "services/feed_poller/data/feeds.opml").is_file()


def test_the_image_runs_the_command_and_not_as_root():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER communique$", last, re.MULTILINE)
    assert 'ENTRYPOINT ["communique"]' in last
    assert "/livez" in last


# --- env.example


def examples() -> dict[str, str]:
    text = (ROOT / "deploy/env.example").read_text("utf-8")
    lines = re.findall(r"^#?(COMMUNIQUE_[A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert len(dict(lines)) == len(lines), "a setting stands there twice"
    return {name: value.strip('"') for name, value in lines}


def test_the_example_has_every_setting_and_no_other():
    assert examples().keys() == variables(*EVERY) | CONSOLE_VARIABLES


def test_every_line_of_the_example_has_a_comment_above_it():
    lines = (ROOT / "deploy/env.example").read_text("utf-8").splitlines()
    for above, line in pairwise(lines):
        if line.startswith("#COMMUNIQUE_"):
            assert re.match(r"# \S", above), line


@pytest.mark.parametrize("name", sorted(examples().keys() - CONSOLE_VARIABLES))
def test_the_example_shows_the_default(name, monkeypatch):
    field = name.removeprefix("COMMUNIQUE_").lower()
    havers = [each for each in EVERY if field in each.model_fields]
    defaults = [getattr(each(), field) for each in havers]
    if examples()[name] == "":
        assert defaults == [None] * len(defaults)
        return
    monkeypatch.setenv(name, examples()[name])
    shown = [getattr(each(), field) for each in havers]
    # A service may have a default of its own; most of them have the one that is shown.
    assert sum(a == b for a, b in zip(shown, defaults, strict=True)) * 2 > len(havers)
