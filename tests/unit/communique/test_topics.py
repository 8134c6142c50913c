"""Every topic: its name, how it is kept, who reads it."""

import re
from datetime import timedelta

import pytest

from communique.topics import (
    ENTRIES,
    FEEDS,
    FEEDS_PUSHED,
    FEEDS_STATE,
    LEDGER,
    MAX_DEAD_LETTER_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_RECORD_BYTES,
    PAGE_FETCHER,
    PAGES_STATE,
    RELEASES_RAW,
    SERVICES,
    SHARED_TOPICS,
    TAGGINGS,
    Naming,
    Topic,
    all_topics,
)

DAY_MS = 86_400_000
TOPICS = list(all_topics())


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_names_are_fit_for_kafka_and_its_metrics(topic):
    assert re.fullmatch(r"[a-z.-]+", topic.name)  # `_` beside `.` collides in metrics
    assert "__" not in Naming().topic(topic)


def test_no_topic_is_created_twice():
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names)) == len(SHARED_TOPICS) + 2 * len(SERVICES)


@pytest.mark.parametrize(
    ("topic", "days"),
    [(ENTRIES, 7), (FEEDS_PUSHED, 1), (RELEASES_RAW, 400)],
    ids=lambda value: getattr(value, "name", None),
)
def test_streams_are_kept_for_their_days(topic, days):
    assert topic.config["cleanup.policy"] == "delete"
    assert topic.config["retention.ms"] == str(days * DAY_MS)


@pytest.mark.parametrize(
    "topic", [FEEDS, FEEDS_STATE, PAGES_STATE, LEDGER], ids=lambda topic: topic.name
)
def test_state_is_compacted_and_its_tombstones_outlive_an_old_file(topic):
    assert topic.config["cleanup.policy"] == "compact"
    assert topic.config["delete.retention.ms"] == str(14 * DAY_MS)
    assert "retention.ms" not in topic.config


def test_taggings_are_kept_for_ever_in_one_order():
    assert TAGGINGS.config["retention.ms"] == "-1"
    assert TAGGINGS.partitions == 1


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_settings_are_text_and_every_topic_takes_eight_mebibytes(topic):
    assert all(isinstance(value, str) for value in topic.config.values())
    takes = int(topic.config["max.message.bytes"])
    if topic.name.endswith((".dlq", ".replay")):  # what another took, and the reason
        assert takes > MAX_DEAD_LETTER_BYTES > MAX_MESSAGE_BYTES
    else:
        assert takes == MAX_MESSAGE_BYTES == 8 * 1024 * 1024


def test_producers_refuse_well_before_the_broker_does():
    assert MAX_RECORD_BYTES + 65_536 < MAX_MESSAGE_BYTES


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_what_a_service_reads_and_remembers_is_co_partitioned(service):
    topics = [*service.inputs]
    topics += [service.state] if service.state else []
    assert {topic.partitions for topic in topics} == {12}


def test_groups_and_their_topics_share_the_prefix():
    naming = Naming("test.")
    assert naming.group(PAGE_FETCHER) == "test.page-fetcher"
    assert naming.topic(PAGE_FETCHER.dead_letters) == "test.page-fetcher.dlq"
    assert naming.topic(PAGE_FETCHER.replay) == "test.page-fetcher.replay"
    assert PAGE_FETCHER.dead_letters.kept == timedelta(days=90)


def test_the_prefix_is_communique_unless_said_otherwise():
    assert Naming().topic(ENTRIES) == "communique.entries"
    assert Naming("").topic(Topic("x")) == "x"
