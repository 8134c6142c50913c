import json

import pytest

from communique.codec import Message
from communique.topics import Naming
from enrichment_worker.enrich import enrich_all
from enrichment_worker.handle import Enrich, Tagged, handle
from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.pool import HungError
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


def here(vocabulary: Vocabulary) -> Enrich:
    """Enrich in this process."""

    async def enrich(releases):
        return list(enrich_all(releases, vocabulary, 0))

    return enrich


async def test_a_release_becomes_one_enriched_record(without_model: Vocabulary):
    value = raw_bytes("It was agreed in Kenya.", change="revised", language="en")
    (settled,) = await handle(
        [message(value, 9)], here(without_model), at(5), Naming(), DEAD
    )
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
async def test_one_bad_message_stops_none_of_the_others(
    without_model: Vocabulary, value: bytes | None, error: str
):
    good = raw_bytes("It was agreed in Kenya.")
    batch = [message(good, 0), message(value, 1), message(good, 2)]
    settled = await handle(batch, here(without_model), at(0), Naming(), DEAD)
    assert [one.outcome for one in settled] == ["enriched", "dead", "enriched"]
    (dead,) = settled[1].records
    assert dead.topic == DEAD
    assert dead.value == value
    assert dict(dead.headers)["communique_error"].decode() == error


async def test_a_result_above_the_size_of_a_record_is_dead_and_not_sent(
    without_model: Vocabulary, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("communique.codec.MAX_RECORD_BYTES", 100)
    (settled,) = await handle(
        [message(raw_bytes("Kenya."))], here(without_model), at(0), Naming(), DEAD
    )
    assert settled.outcome == "dead"


async def test_an_empty_batch_settles_nothing(without_model: Vocabulary):
    assert await handle([], here(without_model), at(0), Naming(), DEAD) == []


async def test_a_text_that_the_enrichment_gives_up_is_dead(without_model: Vocabulary):
    async def enrich(releases):
        first, *others = enrich_all(releases, without_model, 0)
        return [first, HungError("not enriched within 9 s"), *others[1:]]

    batch = [message(raw_bytes("Kenya."), offset) for offset in range(3)]
    settled = await handle(batch, enrich, at(4), Naming(), DEAD)
    assert [one.outcome for one in settled] == ["enriched", "dead", "enriched"]
    (dead,) = settled[1].records
    assert dict(dead.headers)["communique_error"] == b"hung"


async def test_an_error_of_ours_is_let_out():
    async def broken(_):
        raise RuntimeError("the model is broken")

    with pytest.raises(RuntimeError):
        await handle([message(raw_bytes("Kenya."))], broken, at(0), Naming(), DEAD)
