"""Crashes are counted in a file, so that they survive us."""

import json

import pytest

from communique.worker.crashes import Crashes


@pytest.fixture
def path(tmp_path):
    return tmp_path / "group" / "crashes-0.json"


def test_a_crash_is_on_disk_before_the_process_ends(path):
    Crashes(path).add("t/0/7")
    Crashes(path).add("t/0/7")
    assert Crashes(path).count("t/0/7") == 2


def test_a_batch_counts_as_its_worst_place(path):
    crashes = Crashes(path)
    crashes.add("t/0/7")
    crashes.add("t/1/3")
    crashes.add("t/1/3")
    assert crashes.count("t/0/6", "t/0/7", "t/1/3") == 2
    assert crashes.count("t/9/9") == 0
    assert crashes.count() == 0


def test_what_is_settled_is_forgotten_and_the_rest_is_not(path):
    crashes = Crashes(path)
    crashes.add("a")
    crashes.add("b")
    crashes.forget("a", "never seen")
    assert Crashes(path).count("a") == 0
    assert Crashes(path).count("b") == 1


def test_nothing_is_written_when_there_is_nothing_to_forget(path):
    Crashes(path).forget("a")
    assert not path.exists()


def test_a_file_cut_short_anywhere_costs_only_the_counts(path):
    crashes = Crashes(path)
    crashes.add("t/0/7")
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        again = Crashes(path)
        assert again.count("t/0/7") == 0
        again.add("t/0/8")
        assert Crashes(path).count("t/0/8") == 1


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"\x00" * 100, b"nonsense"])
def test_a_file_of_junk_is_no_file(path, junk):
    path.parent.mkdir()
    path.write_bytes(junk)
    assert Crashes(path).count("a") == 0


def test_a_crash_while_writing_leaves_the_older_file(path):
    Crashes(path).add("a")
    path.with_suffix(".part").write_text("{")  # where the write was cut off
    assert Crashes(path).count("a") == 1
    assert json.loads(path.read_text()) == {"a": 1}
