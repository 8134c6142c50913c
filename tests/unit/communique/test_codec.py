"""The codec: events to messages and back; what cannot be read is a dead letter."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from communique.codec import Message, Record, dead_letter, decode, encode
from communique.errors import (
    PermanentError,
    TooLargeError,
    UndecodableError,
    UnknownVersionError,
    WrongSchemaError,
)
from communique.events import EVENTS, EnrichedRelease, Entry, FeedPushed, RawRelease
from communique.examples import EXAMPLES
from communique.topics import MAX_RECORD_BYTES
from communique.worker.producer import check_size

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PUSHED = next(event for event in EXAMPLES if isinstance(event, FeedPushed))
ENTRY = next(event for event in EXAMPLES if isinstance(event, Entry))
VALUE = PUSHED.model_dump_json().encode()


def record(event=PUSHED, **changes):
    given = {
        "topic": "communique.feeds.pushed",
        "key": "k",
        "ce_id": "1",
        "ce_type": "feed.pushed",
        "ce_time": AT,
    }
    return encode(event, **{**given, **changes})


def message(value=VALUE, headers=None, **changes):
    return Message(
        **{
            "topic": "communique.feeds.pushed",
            "partition": 2,
            "offset": 7,
            "key": b"k",
            "value": value,
            "headers": headers or {},
            **changes,
        }
    )


def received(sent: Record) -> Message:
    return message(sent.value, dict(sent.headers), key=sent.key)


def test_there_is_an_example_of_every_event():
    assert {type(event) for event in EXAMPLES} == set(EVENTS)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.topic_schema)
def test_every_event_comes_back_as_it_was_sent(event):
    assert decode(received(record(event)), type(event)) == event


def test_the_headers_are_cloud_events_in_binary_mode():
    sent = record(subject="s", version=17, source="https://x.example/feed")
    assert dict(sent.headers) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_type": b"org.communique.feed.pushed.v1",
        "ce_source": b"https://x.example/feed",
        "ce_time": b"2026-05-04T09:30:00Z",
        "ce_dataschema": b"urn:communique:schema:feed-pushed:1",
        "ce_subject": b"s",
        "communique_version": b"17",
    }


def test_a_time_in_another_zone_is_told_in_utc():
    local = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert record(ce_time=local) == record()


def test_the_cause_and_its_trace_are_handed_on():
    headers = dict(record(cause="t/2/3", trace=b"00-abc").headers)
    assert headers["communique_cause"] == b"t/2/3"
    assert headers["traceparent"] == b"00-abc"


def test_a_record_above_the_limit_is_refused_before_it_is_sent():
    with pytest.raises(TooLargeError, match="entry of"):
        record(ENTRY.model_copy(update={"body": "x" * MAX_RECORD_BYTES}))


def test_size_is_counted_in_bytes_not_characters():
    half = "ü" * (MAX_RECORD_BYTES // 2)
    with pytest.raises(TooLargeError):
        record(ENTRY.model_copy(update={"body": half}))


def test_a_message_written_by_hand_needs_no_headers():
    assert decode(message(), FeedPushed) == PUSHED


def test_fields_of_a_newer_release_of_us_are_passed_over():
    value = json.dumps({**json.loads(VALUE), "added_later": [1, {}]}).encode()
    assert decode(message(value), FeedPushed) == PUSHED


def schema(text):
    return {"ce_dataschema": text.encode()}


@pytest.mark.parametrize(
    ("broken", "error", "sentence"),
    [
        pytest.param(message(None), UndecodableError, "null value", id="null"),
        pytest.param(message(b""), UndecodableError, "not JSON", id="empty"),
        pytest.param(message(b"\xff\xfe{"), UndecodableError, "UTF-8", id="not utf-8"),
        pytest.param(
            message(VALUE.replace(b"WebSub", b"Web\xe9Sub")),
            UndecodableError,
            "UTF-8",
            id="latin-1 inside a string",
        ),
        pytest.param(message(b"{"), UndecodableError, "not JSON", id="cut short"),
        pytest.param(
            message(VALUE + b"}"), UndecodableError, "not JSON", id="too long"
        ),
        pytest.param(
            message(b"[" * 100_000), UndecodableError, "recursion", id="nested deeply"
        ),
        pytest.param(message(b"[]"), WrongSchemaError, "no feed-pushed", id="list"),
        pytest.param(
            message(b"null"), WrongSchemaError, "no feed-pushed", id="json null"
        ),
        pytest.param(message(b"{}"), WrongSchemaError, "feed_id", id="no fields"),
        pytest.param(
            message(VALUE.replace(b"2f79", b"ZZZZ")),
            WrongSchemaError,
            "feed_id",
            id="no uuid",
        ),
        pytest.param(
            message(VALUE.replace(b"09:30:00Z", b"09:30:00")),
            WrongSchemaError,
            "at: ",
            id="time without zone",
        ),
        pytest.param(
            message(headers=schema("urn:communique:schema:entry:1")),
            WrongSchemaError,
            "an? entry where a feed-pushed",
            id="another event",
        ),
        pytest.param(
            message(headers=schema("urn:communique:schema:feed-pushed:2")),
            UnknownVersionError,
            "update Communique",
            id="newer version",
        ),
        pytest.param(
            message(headers=schema("urn:communique:schema:feed-pushed")),
            UnknownVersionError,
            "feed-pushed",
            id="no version",
        ),
        pytest.param(
            message(headers=schema("https://schemas.example/x")),
            UnknownVersionError,
            "x",
            id="foreign schema",
        ),
        pytest.param(
            message(headers={"ce_dataschema": b"\xff\xfe"}),
            UnknownVersionError,
            "newer",
            id="schema not utf-8",
        ),
    ],
)
def test_what_is_not_the_event_is_permanent_and_says_why(broken, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        decode(broken, FeedPushed)
    assert isinstance(caught.value, PermanentError)
    assert str(VALUE) not in str(caught.value)


@pytest.mark.parametrize("version", ["²", "9" * 5000], ids=["superscript", "huge"])
def test_a_version_that_is_no_number_is_a_dead_letter(version):
    headers = schema(f"urn:communique:schema:feed-pushed:{version}")
    with pytest.raises(PermanentError):
        decode(message(headers=headers), FeedPushed)


def test_a_raw_release_is_not_taken_for_an_enriched_one():
    raw = next(event for event in EXAMPLES if type(event) is RawRelease)
    with pytest.raises(WrongSchemaError):
        decode(received(record(raw)), EnrichedRelease)


def bury(dead, reason="no JSON"):
    return dead_letter(dead, UndecodableError(reason), topic="g.dlq")


def test_a_dead_letter_has_the_original_bytes_and_says_whence_and_why():
    dead = message(b"\xff\x00", {"ce_id": b"9"}, timestamp_ms=5)
    letter = bury(dead)
    assert (letter.topic, letter.key, letter.value) == ("g.dlq", b"k", b"\xff\x00")
    assert dict(letter.headers) == {
        "ce_id": b"9",
        "communique_origin": b"communique.feeds.pushed/2/7",
        "communique_error": b"undecodable",
        "communique_reason": b"no JSON",
        "communique_attempts": b"1",
    }


def test_a_null_value_stays_null_and_a_missing_key_is_empty():
    letter = bury(message(None, key=None))
    assert (letter.key, letter.value) == (b"", None)


def test_a_dead_letter_that_dies_again_counts_one_attempt_more():
    first = bury(message(b"{"))
    again = bury(received(first), "still no JSON")
    headers = dict(again.headers)
    assert headers["communique_attempts"] == b"2"
    assert headers["communique_reason"] == b"still no JSON"
    assert len(again.headers) == len(headers), "no header stands there twice"
    assert again.value == b"{"


REPLAY = "communique.feed-poller.replay"


def test_a_letter_that_was_put_back_keeps_its_first_origin():
    first = bury(message(b"{"))
    again = dataclasses.replace(received(first), topic=REPLAY)
    headers = dict(bury(again).headers)
    assert headers["communique_origin"] == b"communique.feeds.pushed/2/7"
    assert headers["communique_attempts"] == b"2"


def test_what_stands_on_a_replay_topic_for_another_reason_is_its_own_origin():
    headers = dict(bury(message(b"{", topic=REPLAY)).headers)
    assert headers["communique_origin"] == b"communique.feed-poller.replay/2/7"


def test_no_other_message_may_claim_another_origin():
    claims = message(b"{", {"communique_origin": b"communique.feeds/0/0"})
    assert claims.origin == claims.place == "communique.feeds.pushed/2/7"


def test_a_long_reason_is_cut_and_a_surrogate_in_it_does_no_harm():
    reason = dict(bury(message(), "\udcff" + "x" * 5000).headers)["communique_reason"]
    assert len(reason) == 1000
    assert reason.startswith(b"?x")


@pytest.mark.parametrize(
    "attempts",
    [b"often", b"", None, b"9" * 5000],
    ids=["word", "empty", "null", "huge"],
)
def test_an_attempts_header_that_is_no_number_counts_as_none(attempts):
    letter = bury(message(headers={"communique_attempts": attempts}))
    assert dict(letter.headers)["communique_attempts"] == b"1"


def test_a_dead_letter_with_a_null_header_can_be_sent():
    check_size(bury(message(headers={"from-another-tool": None})))


def test_each_message_is_itself_alone():
    one = message()
    assert one != dataclasses.replace(one)
    assert len({one, dataclasses.replace(one)}) == 2
