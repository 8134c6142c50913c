"""`communique tags` and `retag` as a shell sees them, on a Kafka in memory."""

import json
import sys

import pytest

from communique.codec import encode
from communique.events import EnrichedRelease
from communique.tags import Theme
from communique.topics import RELEASES_ENRICHED, RELEASES_RAW, Naming
from operator_console import __main__
from operator_console.cli import retag, tags
from operator_console.cli.output import console
from tests.fakes import Broker, FakeProducer, FakeReader
from tests.unit.enrichment_worker.examples import RELEASE, SEEN, raw
from tests.unit.operator_console.test_dead_letters_cli import Held

NAMING = Naming()
REPLAY = "communique.enrichment-worker.replay"
OTHER = "7b0c8a44-9c61-5d55-8c07-6a7ffb1b7c12"


class Kafka:
    def __init__(self):
        self.broker = Broker()

    def write(self, release_id=RELEASE, **changes):
        one = raw("Ministers met.", release_id=release_id, **changes)
        theme = Theme(slug="health", score=0.9, evidence=())
        enriched = EnrichedRelease(**one.model_dump(), generation=0, themes=(theme,))
        for event, topic in ((one, RELEASES_RAW), (enriched, RELEASES_ENRICHED)):
            name = NAMING.topic(topic)
            record = encode(
                event, topic=name, key=release_id, ce_id="a", ce_type="x", ce_time=SEEN
            )
            self.broker.append(record)

    @property
    def back(self):
        return [message.key.decode() for message in self.broker.messages(REPLAY)]


@pytest.fixture
def kafka(monkeypatch):
    kafka = Kafka()
    monkeypatch.setenv("COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS", "k:1")
    for module in (tags, retag):
        for name, fake in (("Reader", FakeReader), ("Producer", FakeProducer)):
            monkeypatch.setattr(
                module, name, lambda *_, fake=fake, **__: Held(fake(kafka.broker))
            )
    return kafka


@pytest.fixture
def shell(monkeypatch, capfd):
    """Run `communique`; code, what it printed as JSON or text, stderr."""
    monkeypatch.setattr(console, "width", 300)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["communique", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        out = printed.out
        if "--json" in words:
            out = [json.loads(line) for line in out.splitlines()]
        return end.value.code or 0, out, printed.err

    return run


def test_a_correction_is_written_before_its_release_is_put_back(kafka, shell):
    kafka.write()
    words = ("tags", "edit", RELEASE, "drop", "theme:health", "--by", "amina")
    code, out, _ = shell(*words)
    assert code == 0
    assert "Correction 0 holds: drop theme:health" in out
    assert kafka.back == [RELEASE]
    code, (told,), _ = shell("tags", "list", "--json")
    assert (told["number"], told["by"], told["holds"]) == (0, "amina", True)
    assert told["release_id"] == RELEASE


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((RELEASE, "drop", "theme:water"), "The release has no theme:water"),
        ((OTHER, "drop", "theme:health"), "There is no release"),
        ((RELEASE, "drop", "theme:football"), "There is no theme"),
    ],
    ids=["nothing to correct", "no release", "no theme"],
)
def test_what_cannot_be_corrected_is_not_written(kafka, shell, words, sentence):
    kafka.write()
    code, _, err = shell("tags", "edit", *words)
    assert code == 2
    assert sentence in err
    assert kafka.broker.messages("communique.taggings") == []
    assert kafka.back == []


def test_a_correction_of_all_says_how_to_tag_again(kafka, shell):
    _, out, _ = shell("tags", "edit", "--all", "drop", "organisation:The Desk")
    assert "communique retag --only 'organisation:The Desk'" in out
    assert kafka.back == []


def test_an_undone_correction_is_shown_as_such_and_cannot_be_undone_again(kafka, shell):
    kafka.write()
    shell("tags", "edit", RELEASE, "drop", "theme:health")
    code, _, _ = shell("tags", "undo", 0, "--why", "it was right")
    assert code == 0
    _, told, _ = shell("tags", "list", RELEASE, "--json")
    assert [(one["action"], one["holds"]) for one in told] == [
        ("drop", False),
        ("undo", True),
    ]
    assert kafka.back == [RELEASE, RELEASE]
    _, table, _ = shell("tags", "list")
    first, second = table.splitlines()[1:]
    assert "drop theme:health" in first
    assert first.split()[-1] == "undone"
    assert "undo 0" in second
    assert "it was right" in second
    code, _, err = shell("tags", "undo", 0)
    assert code == 2
    assert "undone already" in err


def test_the_list_is_empty_at_first(kafka, shell):
    kafka.broker.append(encode_foreign())
    assert shell("tags", "list")[1] == "Nobody has corrected anything.\n"


def encode_foreign():
    from communique.codec import Record

    return Record("communique.taggings", b"x", b"\xff", partition=0)


def test_every_release_is_tagged_again_once(kafka, shell):
    for release_id in (RELEASE, OTHER, RELEASE):
        kafka.write(release_id)
    code, (told,), _ = shell("retag", "--json")
    assert (code, told["retagged"]) == (0, 2)
    assert sorted(kafka.back) == [RELEASE, OTHER]


def test_only_the_release_that_is_named_is_tagged_again(kafka, shell):
    kafka.write(RELEASE)
    kafka.write(OTHER)
    _, out, _ = shell("retag", "--only", OTHER)
    assert "1 release put back" in out
    assert kafka.back == [OTHER]


def test_a_dry_run_puts_nothing_back(kafka, shell):
    kafka.write()
    _, out, _ = shell("retag", "--dry-run")
    assert out == "Would tag 1 release again.\n"
    assert kafka.back == []


def test_cut_off_it_says_what_is_done_and_exits_with_1(kafka, shell, monkeypatch):
    kafka.write(RELEASE)
    kafka.write(OTHER)
    put_again, puts = retag.put_again, []

    async def cut_off(producer, naming, messages):
        if puts:
            raise KeyboardInterrupt
        puts.extend(messages)
        return await put_again(producer, naming, messages)

    monkeypatch.setattr(retag, "put_again", cut_off)
    code, _, err = shell("retag")
    assert code == 1
    assert "Cut off after" in err
    monkeypatch.undo()


def test_a_word_that_means_no_release_is_said(kafka, shell):
    code, _, err = shell("retag", "--only", "football!")
    assert code == 2
    assert "neither a release's id nor" in err
