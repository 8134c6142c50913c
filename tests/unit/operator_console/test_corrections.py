"""Tags and corrections as a person types them, and which releases they concern."""

from datetime import UTC, datetime

import pytest

from communique.codec import Message, decode
from communique.corrections import Correction, TagRef
from communique.errors import UsageError
from communique.events import Tagging
from communique.topics import Naming
from operator_console.corrections import (
    again,
    check_changes,
    correction_of,
    correction_record,
    edit,
    told,
    undoing,
)
from operator_console.selection import selection, tagged, touched
from tests.unit.search_indexer.examples import RELEASE_ID, release

AT = datetime(2026, 5, 4, tzinfo=UTC)
THEMES = {"health": None, "water": None, "vaccination": "health"}


def typed(words: str, **options):
    return edit(words.split("|"), THEMES, by="amina", **options)


def read(*written: Correction):
    """Return corrections as they come back from `taggings`."""
    records = [correction_record(one, Naming(), at=AT) for one in written]
    messages = [
        Message(record.topic, 0, offset, record.key, record.value, dict(record.headers))
        for offset, record in enumerate(records)
    ]
    return [correction_of(message) for message in messages]


@pytest.mark.parametrize(
    ("words", "options", "expected"),
    [
        ("drop|theme:health", {}, "drop theme:health"),
        ("drop|theme:vaccination", {}, "drop theme:vaccination"),
        ("drop|organisation: The Desk ", {}, "drop organisation:The Desk"),
        ("drop|place:geonames:184745", {}, "drop place:geonames:184745"),
        ("add|place:Malé", {"country": "mv"}, "add place:Malé"),
        (
            "merge|person:Verma|person:Sanjay Verma",
            {},
            "merge person:Verma into person:Sanjay Verma",
        ),
        (
            "rename|organisation:Maldives|place:Maldives",
            {"identity": "iso-3166:MV"},
            "rename organisation:Maldives into place:Maldives",
        ),
        ("rename|theme:health|theme:water", {}, "rename theme:health into theme:water"),
    ],
)
def test_a_correction_is_typed_and_told(words, options, expected):
    of_one = typed(f"{RELEASE_ID}|{words}", **options)
    of_all = typed(words, everywhere=True, **options)
    assert (of_one.release_id, of_all.release_id) == (RELEASE_ID, None)
    assert told(of_one) == told(of_all) == expected


def test_what_a_tag_is_known_by_is_read():
    one = typed("drop|theme:vaccination", everywhere=True)
    assert one.tag == TagRef(type="subtheme", name="vaccination", parent="health")
    one = typed("drop|place:geonames:184745", everywhere=True)
    assert (one.tag.id_source, one.tag.id) == ("geonames", "184745")
    one = typed("add|place:Maldives", everywhere=True, identity="iso-3166:MV")
    assert (one.tag.id, one.tag.country) == ("MV", "MV")


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        ("drop", {}, "Write: communique tags edit"),
        (f"{RELEASE_ID}|forget|theme:health", {}, "Write: communique tags edit"),
        (f"{RELEASE_ID}|drop|theme:health|theme:water", {}, "Write: communique"),
        (f"{RELEASE_ID}|merge|theme:health", {}, "Write: communique tags edit"),
        ("17|drop|theme:health", {}, "'17' is no release's id"),
        (f"{RELEASE_ID}|drop|theme:football", {}, "the themes are health, water"),
        (f"{RELEASE_ID}|drop|health", {}, "'health' is no tag"),
        (f"{RELEASE_ID}|drop|person:", {}, "is no tag"),
        (f"{RELEASE_ID}|add|place:geonames:1", {}, "the id with --id"),
        (f"{RELEASE_ID}|add|place:Malé", {"identity": "1"}, "'1' is no id"),
        (f"{RELEASE_ID}|rename|theme:health|person:H", {}, "becomes no theme"),
    ],
)
def test_what_is_no_correction_is_said(words, options, sentence):
    with pytest.raises(UsageError, match=sentence.replace("(", r"\(")):
        typed(words, **options)


def test_a_correction_travels_as_a_record():
    one = typed(f"{RELEASE_ID}|drop|theme:health", why="it is about water")
    record = correction_record(one, Naming(), at=AT)
    assert record.topic == "communique.taggings"
    headers = {name: value.decode() for name, value in record.headers}
    assert headers["ce_type"] == "org.communique.tagging.correction.v1"
    assert headers["ce_subject"] == RELEASE_ID
    (back,) = read(one)
    assert (back.number, back.at, back.by) == (0, AT, "amina")
    assert back.why == "it is about water"


def test_vocabularies_and_foreign_records_are_no_corrections():
    value = Tagging(kind="vocabulary", digest="d", at=AT).model_dump_json().encode()
    for content in (value, b"\xff", None):
        message = Message("communique.taggings", 0, 0, b"k", content)
        assert correction_of(message) is None
    assert decode(Message("t", 0, 0, b"k", value), Tagging).correction is None


def test_only_what_holds_can_be_undone():
    one = typed("drop|theme:health", everywhere=True)
    undo = undoing(0, read(one), by="amina", why="")
    assert (undo.undoes, undo.release_id) == (0, None)
    with pytest.raises(UsageError, match="undone already"):
        undoing(0, read(one, undo), by="amina", why="")
    with pytest.raises(UsageError, match="no correction 7"):
        undoing(7, read(one), by="amina", why="")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("drop|person:Nobody", "it has person:Amina Odhiambo"),
        ("drop|theme:water", "it has theme:health, theme:education, theme:vaccination"),
        ("add|person:Nobody", "does not say 'Nobody'"),
    ],
)
def test_a_correction_of_nothing_is_refused(words, sentence):
    with pytest.raises(UsageError, match=sentence):
        check_changes(typed(f"{RELEASE_ID}|{words}"), release())
    check_changes(typed(f"{RELEASE_ID}|drop|person:Amina Odhiambo"), release())
    check_changes(
        undoing(0, read(typed("drop|theme:water", everywhere=True)), by="a", why=""),
        release(),
    )


def test_what_is_meant_by_only():
    meant = selection([RELEASE_ID, "fr", "health", "correction:17"], THEMES)
    assert meant.ids == {RELEASE_ID}
    language, theme, correction = meant.queries
    assert {"term": {"language": "fr"}} in language["bool"]["should"]
    assert theme["nested"]["path"] == "themes"
    assert correction == {"term": {"corrections.number": 17}}
    with pytest.raises(UsageError, match="neither a release's id nor"):
        selection(["football!"], THEMES)


def test_a_correction_of_all_concerns_what_has_the_tag():
    drop = typed("drop|theme:vaccination", everywhere=True)
    assert touched(drop) == tagged(drop.tag)
    assert touched(drop)["nested"]["path"] == "subthemes"
    add = typed("add|person:Amina Odhiambo", everywhere=True)
    assert touched(add) == {"match_phrase": {"text": "Amina Odhiambo"}}
    undo = undoing(0, read(drop), by="amina", why="")
    assert touched(undo) == {"term": {"corrections.number": 0}}
    assert [again(one) for one in (drop, add, undo)] == [
        "vaccination", None, "correction:0",
    ]  # fmt: skip
