"""Who may do what on Kafka: enough for each of us, and no more."""

from pathlib import Path

import pytest

from communique.access import acl_script, grants
from communique.topics import (
    FEEDS,
    FEEDS_POLLED,
    RELEASES_ENRICHED,
    RELEASES_RAW,
    SEARCH_INDEXER,
    SERVICES,
    Naming,
    all_topics,
)

NAMING = Naming()
SHIPPED = Path(__file__).parents[3] / "deploy" / "kafka" / "acls.sh"


def names(principal, operation, resource="topic"):
    return {
        name
        for grant in grants(NAMING)
        if (grant.principal, grant.operation, grant.resource)
        == (principal, operation, resource)
        for name in grant.names
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_may_touch_all_that_it_needs_and_nothing_else(service):
    who = NAMING.group(service)
    may = names(who, "Read") | names(who, "Write") | names(who, "Describe")
    assert may == {NAMING.topic(topic) for topic in service.needs}
    assert names(who, "Read", "group") == {who}
    assert not names(who, "Create")


@pytest.mark.parametrize(
    "topic", [RELEASES_RAW, RELEASES_ENRICHED, FEEDS_POLLED], ids=lambda t: t.name
)
def test_an_event_has_one_writer(topic):
    name = NAMING.topic(topic)
    writers = {g.principal for g in grants(NAMING) if g.operation == "Write"}
    assert len([who for who in writers if name in names(who, "Write")]) == 1


def test_dead_letters_are_written_by_their_group_and_also_read_by_the_indexer():
    indexer = NAMING.group(SEARCH_INDEXER)
    for service in SERVICES:
        name, who = NAMING.topic(service.dead_letters), NAMING.group(service)
        users = {
            (grant.principal, grant.operation)
            for grant in grants(NAMING)
            if name in grant.names
        }
        assert users == {(who, "Write"), (indexer, "Read")}


def test_the_indexer_sees_where_every_input_ends_and_of_others_reads_the_registry():
    who = NAMING.group(SEARCH_INDEXER)
    may = names(who, "Read") | names(who, "Describe")
    for service in SERVICES:
        assert {NAMING.topic(topic) for topic in service.inputs} <= may
        if service != SEARCH_INDEXER:
            inputs = {NAMING.topic(topic) for topic in service.inputs}
            assert inputs & names(who, "Read") <= {NAMING.topic(FEEDS)}


def test_every_topic_has_somebody_who_writes_it():
    written = {n for g in grants(NAMING) if g.operation == "Write" for n in g.names}
    assert written == {NAMING.topic(topic) for topic in all_topics()}


def test_a_whole_cluster_of_ours_has_no_prefix_to_go_by():
    operator = [g for g in grants(Naming("")) if g.principal == "operator"]
    everything = [g for g in operator if g.operation in ("Create", "Describe")]
    assert [(g.names, g.is_prefix) for g in everything] == [(("*",), False)] * 2


def test_the_shipped_script_is_the_one_that_follows_from_the_topics():
    assert SHIPPED.read_text("utf-8") == acl_script(NAMING), (
        "write it anew: communique topics acls > deploy/kafka/acls.sh"
    )


@pytest.mark.parametrize("prefix", ["desk-2.", ""])
def test_another_prefix_is_carried_through(prefix):
    assert "communique.feeds" not in acl_script(Naming(prefix))
