"""Laws of the codec: nothing is lost, and any bytes are an event or a dead letter."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from communique.codec import Message, dead_letter, decode, encode
from communique.errors import PermanentError, UndecodableError
from communique.events import EVENTS, Entry, FeedPushed, Issuer, LedgerLine
from communique.examples import EXAMPLES

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ID = "2f7988c9-9a29-5d31-8d8b-b09b64eb02d3"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
moments = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis wants them naive
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
entries = st.builds(
    Entry,
    release_id=st.uuids().map(str),
    fingerprint=st.binary(min_size=16, max_size=16).map(bytes.hex),
    issuer=st.builds(
        Issuer,
        feed_id=st.uuids().map(str),
        feed_url=texts,
        title=texts,
        ministry=st.none() | texts,
        country=st.none() | texts,
        organisation=st.none() | texts,
    ),
    guid=st.none() | texts,
    link=st.none() | texts,
    title=texts,
    text=texts,
    body=st.none() | texts,
    categories=st.lists(texts, max_size=3).map(tuple),
    published_at=st.none() | moments,
    seen_at=moments,
    backfill=st.booleans(),
)
ledger_lines = st.builds(
    LedgerLine,
    group=texts,
    topic=texts,
    partition=st.integers(0, 11),
    first=st.integers(0, 2**62),
    next_offset=st.integers(0, 2**62),
    outcomes=st.dictionaries(texts, st.integers(0, 2**62), max_size=4),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)


def read(value, headers=None):
    return Message(
        topic="communique.entries",
        partition=0,
        offset=7,
        key=b"key",
        value=value,
        headers=headers or {},
    )


@given(st.one_of(entries, ledger_lines))
def test_what_is_encoded_is_decoded_as_it_was(event):
    record = encode(
        event, topic="t", key="k", ce_id="1", ce_type="entry.seen", ce_time=AT
    )
    assert decode(read(record.value, dict(record.headers)), type(event)) == event


@given(st.binary(max_size=200), st.sampled_from(EVENTS))
def test_any_bytes_are_an_event_or_a_dead_letter(value, event):
    with suppress(PermanentError):
        assert isinstance(decode(read(value), event), event)


@given(st.data())
def test_an_event_with_one_field_changed_is_an_event_or_a_dead_letter(data):
    event = data.draw(st.sampled_from(EXAMPLES))
    fields = json.loads(event.model_dump_json())
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(json_values)
    with suppress(PermanentError):
        changed = decode(read(json.dumps(fields).encode()), type(event))
        assert isinstance(changed, type(event))


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"]
)
def test_a_time_that_utc_cannot_hold_is_a_dead_letter(moment):
    value = json.dumps({"feed_id": ID, "reason": "", "at": moment}).encode()
    with pytest.raises(PermanentError):
        decode(read(value), FeedPushed)


@given(st.binary(max_size=60))
@example(b"urn:communique:schema:feed-pushed:1")
@example(b"urn:communique:schema:feed-pushed:-1")
@example(b"urn:communique:schema:")
def test_any_schema_header_is_accepted_or_a_dead_letter(dataschema):
    (event,) = [e for e in EXAMPLES if isinstance(e, FeedPushed)]
    message = read(event.model_dump_json().encode(), {"ce_dataschema": dataschema})
    with suppress(PermanentError):
        assert decode(message, FeedPushed) == event


@given(
    value=st.none() | st.binary(max_size=100),
    key=st.none() | st.binary(max_size=20),
    headers=st.dictionaries(
        st.text(max_size=20).filter(lambda name: not name.startswith("communique_")),
        st.binary(max_size=20),
        max_size=4,
    ),
    reason=st.text(max_size=2000),
)
def test_a_dead_letter_keeps_key_value_and_headers_untouched(
    value, key, headers, reason
):
    message = Message("t", 3, 9, key, value, headers)
    letter = dead_letter(message, UndecodableError(reason), topic="dlq")
    assert letter.value == value
    assert letter.key == (key or b"")
    assert headers.items() <= dict(letter.headers).items()
    assert dict(letter.headers)["communique_origin"] == b"t/3/9"
