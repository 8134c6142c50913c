"""What a dead letter says, which ones are meant, and the record that puts one back."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.codec import Message, dead_letter
from communique.errors import UndecodableError, UsageError
from communique.safe_text import safe_text
from communique.topics import FEED_POLLER, SEARCH_INDEXER, Naming
from operator_console.dead_letters import (
    LetterId,
    Selection,
    cause_of,
    class_named,
    dead_letter_of,
    replay_record,
    service_named,
    shown_bytes,
    summary,
    told,
    told_whole,
)

NAMING = Naming()
DLQ = "communique.search-indexer.dlq"
REPLAY = "communique.search-indexer.replay"
DIED_MS = 1_777_887_000_000


def dead(value=b"{", key=b"k", headers=None, offset=17, service=SEARCH_INDEXER):
    """Return the message on the dead-letter topic that such a message becomes."""
    topic = NAMING.topic(service.reads[0])
    first = Message(topic, 5, 9, key, value, headers or {})
    return buried(first, offset, service)


def buried(message, offset=17, service=SEARCH_INDEXER, reason="no JSON"):
    topic = NAMING.topic(service.dead_letters)
    sent = dead_letter(message, UndecodableError(reason), topic=topic)
    headers = dict(sent.headers)
    return Message(topic, 0, offset, sent.key, sent.value, headers, DIED_MS)


def put_back(message, offset=3, service=SEARCH_INDEXER):
    """Return the message on the replay topic that a dead letter becomes."""
    sent = replay_record(message, service, NAMING)
    headers = dict(sent.headers)
    return Message(sent.topic, sent.partition, offset, sent.key, sent.value, headers)


def letter(message, service=SEARCH_INDEXER):
    return dead_letter_of(message, service)


def test_a_dead_letter_says_when_why_and_whence():
    found = letter(dead(b"{..."))
    assert told(found, replayed=True) == {
        "id": "search-indexer/0/17",
        "at": "2026-05-04T09:30:00+00:00",
        "error_class": "undecodable",
        "reason": "no JSON",
        "origin": "communique.releases.enriched/5/9",
        "attempts": 1,
        "size_bytes": 4,
        "replayed": True,
    }


@pytest.mark.parametrize(
    "text",
    ["search-indexer/0/17", "communique.search-indexer/0/17", f"{DLQ}/0/17"],
)
def test_an_id_is_typed_with_or_without_prefix(text):
    found = LetterId.of(text, NAMING)
    assert found == LetterId("search-indexer", 0, 17)
    assert LetterId.of(str(found), NAMING) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("17", "SERVICE/PARTITION/OFFSET"),
        ("search-indexer/0", "SERVICE/PARTITION/OFFSET"),
        ("search-indexer/0/-1", "SERVICE/PARTITION/OFFSET"),
        ("search-indexer/0/²", "SERVICE/PARTITION/OFFSET"),
        ("search-indexer/0/" + "9" * 5000, "SERVICE/PARTITION/OFFSET"),
        ("indexer/0/17", "choose of feed-poller, page-fetcher"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_id_is_wrong_usage(text, words):
    with pytest.raises(UsageError, match=words):
        LetterId.of(text, NAMING)


def test_a_group_is_named_as_kafka_or_as_we_call_it():
    for name in ("search-indexer", "communique.search-indexer"):
        assert service_named(name, NAMING) == SEARCH_INDEXER
    with pytest.raises(UsageError, match="no group 'x'; choose of feed-poller"):
        service_named("x", NAMING)


@pytest.mark.parametrize("name", ["refused", "RefusedError", "Refused"])
def test_a_reason_is_named_as_letters_or_as_the_code_has_it(name):
    assert class_named(name) == "refused"


def test_what_a_foreign_hand_wrote_is_listed_and_cannot_be_put_back():
    found = letter(Message(DLQ, 0, 1, None, None, {}, -1))
    assert (found.error_class, found.reason, found.attempts) == ("unknown", "", 0)
    assert (found.origin, found.target) == (None, None)
    assert found.at == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        (b"communique.releases.enriched/5/9", 5),
        (b"communique.search-indexer.replay/11/0", 11),
        (b"communique.releases.enriched/12/9", None),
        (b"communique.releases.enriched/-1/9", None),
        (b"5/9", None),
        (b"\xff/5/9", 5),
        (b"", None),
    ],
    ids=repr,
)
def test_a_letter_goes_back_to_the_partition_of_its_origin(origin, target):
    message = dataclasses.replace(dead(), headers={"communique_origin": origin})
    assert letter(message).target == target


NEW = letter(dead(offset=2))
OLD = dataclasses.replace(
    letter(dead(offset=1)), at=datetime(2026, 1, 1, tzinfo=UTC), error_class="crash"
)


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        pytest.param(Selection(), [OLD, NEW], id="all"),
        pytest.param(Selection(ids=frozenset({OLD.id})), [OLD], id="by id"),
        pytest.param(Selection(error_class="crash"), [OLD], id="by class"),
        pytest.param(Selection(error_class="none such"), [], id="by another class"),
        pytest.param(Selection(since=NEW.at), [NEW], id="since its very moment"),
        pytest.param(
            Selection(ids=frozenset({OLD.id}), since=NEW.at), [], id="by both"
        ),
    ],
)
def test_all_that_is_said_of_the_letters_counts(selection, meant):
    assert [one for one in (OLD, NEW) if selection.has(one)] == meant


def test_a_letter_is_put_back_as_it_was():
    headers = {"ce_id": b"a:1:0", "traceparent": b"00-1", "communique_cause": b"t/1/2"}
    again = put_back(dead(b"\xff\x00", headers=headers))
    assert (again.topic, again.partition) == (REPLAY, 5)
    assert (again.key, again.value) == (b"k", b"\xff\x00")
    assert again.headers == {
        "ce_id": b"a:1:0",
        "traceparent": b"00-1",
        "communique_origin": b"communique.releases.enriched/5/9",
        "communique_attempts": b"1",
        "communique_cause": f"{DLQ}/0/17".encode(),
    }


def test_a_null_value_is_put_back_as_null():
    assert put_back(dead(None, key=None)).value is None


def test_a_second_failure_is_a_new_letter_with_one_attempt_more():
    again = buried(put_back(dead()), offset=18, reason="still no JSON")
    found = letter(again)
    assert (found.attempts, found.reason) == (2, "still no JSON")
    assert found.origin == "communique.releases.enriched/5/9"
    assert cause_of(again, SEARCH_INDEXER, NAMING) == LetterId("search-indexer", 0, 17)
    third = put_back(again)
    assert third.partition == 5
    assert cause_of(third, SEARCH_INDEXER, NAMING) == LetterId("search-indexer", 0, 18)


def test_what_died_on_the_replay_topic_first_stays_in_its_partition():
    first = Message(REPLAY, 7, 1, b"k", b"{")
    assert put_back(buried(first)).partition == 7


@pytest.mark.parametrize(
    "cause",
    [None, b"", b"communique.feed-poller.dlq/0/17", DLQ.encode(), b"\xff/0/1"],
    ids=repr,
)
def test_only_a_letter_of_the_same_group_is_a_cause(cause):
    message = Message(REPLAY, 0, 0, b"k", b"", {"communique_cause": cause or b""})
    assert cause_of(message, SEARCH_INDEXER, NAMING) is None


def test_the_summary_counts_by_group_and_reason():
    other = letter(dead(service=FEED_POLLER), FEED_POLLER)
    assert summary([NEW, OLD, NEW, other]) == (
        "4 dead letters: 1 feed-poller undecodable, 1 search-indexer crash, "
        "2 search-indexer undecodable"
    )
    assert summary([OLD]) == "1 dead letter: 1 search-indexer crash"
    assert summary([]) == "no dead letters"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(b'{"a":["\xc3\xa9"]}', '{\n  "a": [\n    "é"\n  ]\n}', id="JSON"),
        pytest.param(b"two\nlines", "two\nlines", id="text"),
        pytest.param(b"\xff\x00\x1b[31m", r"\xff\u0000\u001b[31m", id="bytes"),
        pytest.param("a\u202eb".encode(), r"a\u202eb", id="turns the line around"),
        pytest.param(b'"\xe2\x80\xae\\u001b"', r'"\u202e\u001b"', id="JSON hides it"),
        pytest.param('{"a": 1}'.encode("utf-16"), None, id="no UTF-8"),
        pytest.param(b"[" * 100_000, None, id="too deep"),
        pytest.param(b"9" * 10_000, None, id="too long a number"),
        pytest.param(b"", "", id="empty"),
    ],
)
def test_a_value_is_shown_safely(value, shown):
    found = shown_bytes(value, limit=1000)
    assert shown is None or found == shown


@given(st.binary(max_size=200), st.integers(1, 50))
def test_whatever_the_bytes_no_terminal_obeys_them(value, limit):
    for line in shown_bytes(value, limit=limit).split("\n"):
        assert safe_text(line) == " ".join(line.split())


def test_what_is_left_out_is_said():
    assert shown_bytes(b"x" * 25, limit=10) == "x" * 10 + "\n… 15 more characters"
    assert shown_bytes(b"x" * 10, limit=10) == "x" * 10


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (b"{", {"value": "{"}),
        (b"\xff", {"value_base64": "/w=="}),
        (None, {"value": None}),
    ],
    ids=repr,
)
def test_json_carries_the_value_whole(value, carried):
    whole = told_whole(Message(DLQ, 0, 0, b"\xff", value, {"h": b"\xfe"}))
    assert whole == {"key": "\\xff", "headers": {"h": "\\xfe"}, **carried}
