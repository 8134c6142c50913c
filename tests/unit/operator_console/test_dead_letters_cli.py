"""`communique dead-letters` as a shell sees it, on a Kafka in memory."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from communique.codec import Record, dead_letter
from communique.errors import UndecodableError, WrongSchemaError
from communique.topics import PAGE_FETCHER, SEARCH_INDEXER, Naming
from operator_console import __main__
from operator_console.cli import dead_letters
from operator_console.cli.output import console
from tests.fakes import Broker, FakeProducer, FakeReader

NAMING = Naming()
DLQ = "communique.search-indexer.dlq"
REPLAY = "communique.search-indexer.replay"


class Held:
    """A fake that `async with` opens."""

    def __init__(self, held):
        self.held = held

    async def __aenter__(self):
        return self.held

    async def __aexit__(self, *_):
        pass


class Kafka:
    """The broker, and how messages come to die on it."""

    def __init__(self):
        self.broker = Broker()
        self.producer = FakeProducer(self.broker)

    def bury(self, value=b"{", service=SEARCH_INDEXER, error=None, partition=5):
        topic = NAMING.topic(service.reads[0])
        headers = (("ce_id", b"a:1:0"),)
        first = self.broker.append(Record(topic, b"k", value, headers, partition))
        return self.again(first, service, error)

    def again(self, message, service=SEARCH_INDEXER, error=None):
        error = error or UndecodableError("no JSON")
        topic = NAMING.topic(service.dead_letters)
        letter = dead_letter(message, error, topic=topic)
        where = Record(letter.topic, letter.key, letter.value, letter.headers, 0)
        self.broker.clock.advance(1.0)
        return self.broker.append(where)

    def back(self):
        """Return what stands on the replay topic of the indexer."""
        return self.broker.messages(REPLAY)


@pytest.fixture
def kafka(monkeypatch):
    kafka = Kafka()

    def reader(*_, **__):
        return Held(FakeReader(kafka.broker))

    monkeypatch.setenv("COMMUNIQUE_KAFKA_BOOTSTRAP_SERVERS", "k:1")
    monkeypatch.setattr(dead_letters, "Reader", reader)
    monkeypatch.setattr(dead_letters, "Producer", lambda *_, **__: Held(kafka.producer))
    return kafka


@pytest.fixture
def shell(monkeypatch, capfd):
    """Run `communique dead-letters`; code, stdout, stderr."""
    monkeypatch.setattr(console, "width", 300)

    def run(*arguments):
        words = ["communique", "dead-letters", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return run


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def ids(out):
    return [line["id"] for line in lines(out)]


def test_letters_of_every_group_are_listed_the_newest_last(kafka, shell):
    kafka.bury()
    kafka.bury(service=PAGE_FETCHER, error=WrongSchemaError("no entry"))
    kafka.bury()
    code, out, err = shell("list")
    assert (code, err) == (0, "")
    rows = out.splitlines()
    assert [row.split()[0] for row in rows[1:4]] == [
        "search-indexer/0/0",
        "page-fetcher/0/0",
        "search-indexer/0/1",
    ]
    assert "wrongschema" in rows[2]
    assert "communique.entries/5/0" in rows[2]
    assert rows[-1] == (
        "3 dead letters: 1 page-fetcher wrongschema, 2 search-indexer undecodable."
    )


def test_without_letters_there_are_none(kafka, shell):
    assert shell("list")[1] == "No dead letters.\n"
    assert shell("list", "--json")[1] == ""
    assert shell("replay", "--all")[1] == "Put back no dead letters.\n"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--group", "page-fetcher"], ["page-fetcher/0/0"]),
        (["--group", "communique.page-fetcher"], ["page-fetcher/0/0"]),
        (["--reason", "undecodable"], ["search-indexer/0/0"]),
        (["--reason", "UndecodableError"], ["search-indexer/0/0"]),
        (["--group", "page-fetcher", "--reason", "undecodable"], []),
        (["--since", "2026-05-04T09:30:02"], ["page-fetcher/0/0"]),
        (["--since", "1h"], []),
    ],
    ids=" ".join,
)
def test_letters_are_chosen_by_group_reason_and_time(kafka, shell, options, found):
    kafka.bury()
    kafka.bury(service=PAGE_FETCHER, error=WrongSchemaError("no entry"))
    assert ids(shell("list", *options, "--json")[1]) == found
    assert ids(shell("replay", *options, "--dry-run", "--json")[1]) == found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--group", "nope"], "choose of feed-poller, page-fetcher"),
        (["list", "--since", "soon"], "is no time"),
        (["show", "17"], "SERVICE/PARTITION/OFFSET"),
        (["show", "search-indexer/0/99"], "no dead letter search-indexer/0/99"),
        (["show", "search-indexer/7/0"], "no dead letter search-indexer/7/0"),
        (["replay"], "--all takes every one"),
        (["replay", "--again"], "--all takes every one"),
        (["replay", "search-indexer/0/99"], "no dead letter search-indexer/0/99"),
        (["replay", "nope/0/0"], "no group 'nope'"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence(kafka, shell, arguments, words):
    kafka.bury()
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith("communique: ")
    assert err.count("\n") == 1
    assert kafka.back() == []


def test_a_letter_is_shown_whole_and_safely(kafka, shell):
    kafka.bury(b"\x1b]0;owned\x07\xff", error=UndecodableError("\x1b[31mno JSON"))
    code, out, err = shell("show", "search-indexer/0/0")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "\x07" not in out
    for words in (
        "communique.releases.enriched/5/0",
        "ce_id",
        "a:1:0",
        r"\u001b]0;owned\u0007\xff",
        "11 bytes",
    ):
        assert words in out


def test_a_long_letter_is_cut_and_says_so(kafka, shell):
    kafka.bury(b"x" * 5_000)
    assert "1000 more characters" in shell("show", "search-indexer/0/0")[1]


def test_a_letter_without_a_value_says_so(kafka, shell):
    kafka.bury(None)
    assert "The value is null." in shell("show", "search-indexer/0/0")[1]


def test_json_holds_all_of_a_letter_and_no_byte_that_a_terminal_obeys(kafka, shell):
    kafka.bury(b"\xc2\x9b31m\x7f")
    _, out, _ = shell("show", "search-indexer/0/0", "--json")
    assert out.isascii()
    assert "\x7f" not in out
    (found,) = lines(out)
    assert found["value"] == "\x9b31m\x7f"
    assert found["headers"]["communique_reason"] == "no JSON"
    assert found["replayed"] is False


def test_raw_bytes_come_untouched(kafka, shell, monkeypatch):
    kafka.bury(b"\xff\x00\n")
    out = SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False, flush=lambda: None)
    monkeypatch.setattr(sys, "stdout", out)
    assert shell("show", "search-indexer/0/0", "--raw")[0] == 0
    assert out.buffer.getvalue() == b"\xff\x00\n"


def test_raw_bytes_are_kept_from_a_terminal(kafka, shell, monkeypatch):
    kafka.bury(b"\xff")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    code, out, err = shell("show", "search-indexer/0/0", "--raw")
    assert (code, out) == (2, "")
    assert "> letter.bin" in err


def test_letters_are_put_back_for_their_group_alone(kafka, shell):
    first = kafka.bury(b"one", partition=3)
    kafka.bury(b"two", service=PAGE_FETCHER)
    code, out, err = shell("replay", "--group", "search-indexer")
    assert (code, err) == (0, "")
    assert "Put back 1 dead letter: 1 search-indexer undecodable." in out
    (back,) = kafka.back()
    assert (back.partition, back.key, back.value) == (3, b"k", b"one")
    assert back.headers["communique_cause"].decode() == first.place
    assert kafka.broker.messages("communique.page-fetcher.replay") == []


def test_each_letter_says_where_it_was_put(kafka, shell):
    kafka.bury()
    kafka.bury()
    _, out, _ = shell("replay", "search-indexer/0/1", "--json")
    assert lines(out) == [{"id": "search-indexer/0/1", "put_back": f"{REPLAY}/5/0"}]


def test_a_dry_run_puts_nothing_back(kafka, shell):
    kafka.bury()
    _, out, _ = shell("replay", "--all", "--dry-run")
    assert "search-indexer/0/0" in out
    assert "Would put back 1 dead letter: " in out
    assert kafka.producer.sends == []


def test_what_was_put_back_is_left_out_unless_it_is_wanted_again(kafka, shell):
    kafka.bury()
    shell("replay", "--all")
    assert lines(shell("list", "--json")[1])[0]["replayed"] is True
    kafka.bury()
    _, out, _ = shell("replay", "--all")
    assert "1 left out, put back before; --again takes them too." in out
    assert len(kafka.back()) == 2
    shell("replay", "search-indexer/0/0")
    assert len(kafka.back()) == 2
    shell("replay", "--all", "--again")
    assert len(kafka.back()) == 4


def test_what_died_again_is_a_letter_of_its_own_and_no_loop(kafka, shell):
    kafka.bury()
    for attempts in (2, 3):
        shell("replay", "--all")
        kafka.again(kafka.back()[-1])
        newest = lines(shell("list", "--json")[1])[-1]
        assert (newest["attempts"], newest["replayed"]) == (attempts, False)
        assert newest["origin"] == "communique.releases.enriched/5/0"
    assert len(kafka.back()) == 2


def test_what_died_again_was_put_back_though_the_replay_topic_forgot(kafka, shell):
    kafka.bury()
    shell("replay", "--all")
    kafka.again(kafka.back()[0])
    kafka.broker.expire(REPLAY, 5, before=1)
    replayed = [line["replayed"] for line in lines(shell("list", "--json")[1])]
    assert replayed == [True, False]


def test_what_says_no_origin_is_left_out_and_said(kafka, shell):
    kafka.broker.append(Record(DLQ, b"k", b"foreign", (), 0))
    code, out, _ = shell("replay", "--all")
    assert code == 0
    assert "1 left out: they do not say where they come from" in out
    assert kafka.back() == []


def test_many_letters_are_put_back_in_the_order_in_which_they_died(kafka, shell):
    for number in range(20):
        kafka.bury(b"%d" % number)
    shell("replay", "--all")
    assert [m.value for m in kafka.back()] == [b"%d" % n for n in range(20)]


def test_cut_off_in_the_middle_the_next_run_goes_on(kafka, shell):
    for number in range(9):
        kafka.bury(b"%d" % number)

    def fail(call, stage, _records):
        if (call, stage) == (2, "before"):
            raise KeyboardInterrupt

    kafka.producer.fail = fail
    assert shell("replay", "--all")[0] == 130
    assert len(kafka.back()) == 3
    kafka.producer.fail = lambda *_: None
    shell("replay", "--all")
    assert [m.value for m in kafka.back()] == [b"%d" % n for n in range(9)]
