import json

import pytest

from communique.codec import Message
from communique.topics import Naming
from enrichment_worker.handle import Tagged, handle
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import RELEASE, VERSION, raw

DEAD = "communique.enrichment-worker.dlq"


def at(generation: int) -> Tagged:
    return lambda release, _: release.model_copy(update={"generation": generation})


def message(value: bytes | None, offset: int = 0) -> Message:
    return Message(
        "communique.releases.raw", 3, offset, RELEASE.encode(), value,
        {"traceparent": b"00-1-2-01"}, 1_714_979_289_123,
    )  # fmt: skip


def raw_bytes(text: str, **changes: object) -> bytes:
    return raw(text, **changes).model_dump_json().encode()


def test_a_release_becomes_one_enriched_record(without_model: Vocabulary):
    value = raw_bytes("It was agreed in Kenya.", change="revised", language="en")
    (settled,) = handle([message(value, 9)], without_model, at(5), Naming(), DEAD)
    assert settled.outcome == "enriched"
    (record,) = settled.records
    headers = {name: value.decode() for name, value in record.headers}
    assert record.topic == "communique.releases.enriched"
    assert record.key == RELEASE.encode()
    assert headers["ce_id"] == f"{RELEASE}:{VERSION}:5"
    assert headers["ce_type"] == "org.communique.release.revised.v1"
    assert headers["ce_time"] == "2024-05-06T07:08:09.123000Z"
    assert headers["ce_source"] == "https://ministry.example/feed.xml"
    assert headers["ce_subject"] == RELEASE
    assert headers["communique_version"] == str(VERSION)
    assert headers["communique_cause"] == "communique.releases.raw/3/9"
    assert headers["traceparent"] == "00-1-2-01"
    enriched = json.loads(record.value or b"")
    assert enriched["countries"] == ["KE"]
    assert enriched["change"] == "revised"


POISON = {
    "no JSON": (b"\xff{", "undecodable"),
    "null": (None, "undecodable"),
    "another event": (b"{}", "wrongschema"),
    "a file, not a text": (raw_bytes("\ufffd" * 300), "unusabletext"),
    "a version that is no time": (
        raw_bytes("Text.", version=10**17),
        "wrongschema",
    ),
}


@pytest.mark.parametrize(("value", "error"), POISON.values(), ids=POISON)
def test_one_bad_message_stops_none_of_the_others(
    without_model: Vocabulary, value: bytes | None, error: str
):
    good = raw_bytes("It was agreed in Kenya.")
    batch = [message(good, 0), message(value, 1), message(good, 2)]
    settled = handle(batch, without_model, at(0), Naming(), DEAD)
    assert [one.outcome for one in settled] == ["enriched", "dead", "enriched"]
    (dead,) = settled[1].records
    assert dead.topic == DEAD
    assert dead.value == value
    assert dict(dead.headers)["communique_error"].decode() == error


def test_a_result_above_the_size_of_a_record_is_dead_and_not_sent(
    without_model: Vocabulary, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("communique.codec.MAX_RECORD_BYTES", 100)
    (settled,) = handle(
        [message(raw_bytes("Kenya."))], without_model, at(0), Naming(), DEAD
    )
    assert settled.outcome == "dead"


def test_an_empty_batch_settles_nothing(without_model: Vocabulary):
    assert handle([], without_model, at(0), Naming(), DEAD) == []


def test_an_error_of_ours_is_let_out(without_model: Vocabulary):
    def broken(_: str) -> list[tuple[str, float]]:
        raise RuntimeError("the model is broken")

    from dataclasses import replace

    vocabulary = replace(without_model, detect=broken)
    with pytest.raises(RuntimeError):
        handle([message(raw_bytes("Kenya."))], vocabulary, at(0), Naming(), DEAD)
