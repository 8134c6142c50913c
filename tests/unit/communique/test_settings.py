"""Settings: one environment variable a field; a wrong one is refused."""

import pytest
from pydantic import ValidationError

from communique.settings import KafkaSettings, WorkerSettings
from communique.topics import PAGE_FETCHER


def test_the_defaults_are_for_one_machine():
    settings = WorkerSettings()
    assert settings.kafka_bootstrap_servers == "localhost:9092"
    assert settings.naming.group(PAGE_FETCHER) == "communique.page-fetcher"
    assert settings.instance is None
    assert settings.health_host == "127.0.0.1"


def test_the_environment_decides(monkeypatch):
    monkeypatch.setenv("COMMUNIQUE_TOPIC_PREFIX", "test-1.")
    monkeypatch.setenv("COMMUNIQUE_INSTANCE", "3")
    settings = WorkerSettings()
    assert settings.naming.prefix == "test-1."
    assert settings.instance == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOPIC_PREFIX", "a b"),
        ("TOPIC_PREFIX", "under_score."),
        ("INSTANCE", "-1"),
        ("INSTANCE", "first"),
        ("BATCH_SIZE", "0"),
        ("WITHIN_SECONDS", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_what_cannot_work_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"COMMUNIQUE_{name}", value)
    with pytest.raises(ValidationError):
        WorkerSettings()


def test_settings_do_not_change_while_running():
    with pytest.raises(ValidationError):
        KafkaSettings().topic_prefix = "other."
