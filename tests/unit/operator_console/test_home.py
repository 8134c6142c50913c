"""The folder of a local Communique, and who runs in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from communique.errors import UsageError
from operator_console.local.home import Home, Running


def running(pid):
    return Running(pid=pid, kafka="k:1", elasticsearch="http://e:1", state_dir="/state")


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def dead_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_nothing_is_made_before_it_is_needed(home):
    assert home.running() is None
    assert not home.path.exists()
    home.claim().release()
    assert home.path.is_dir()


def test_what_runs_is_told_and_a_second_one_refused(home):
    with home.claim():
        home.announce(running(os.getpid()))
        assert home.running() == running(os.getpid())
        with pytest.raises(UsageError, match=r"already runs.*communique down"):
            home.claim()
    assert home.running() is None


def test_what_was_withdrawn_runs_no_more(home):
    home.claim().release()
    home.announce(running(os.getpid()))
    home.withdraw()
    home.withdraw()
    assert home.running() is None
    home.claim().release()


def test_a_file_left_by_a_dead_process_does_not_count(home, dead_pid):
    home.claim().release()
    home.announce(running(dead_pid))
    assert home.running() is None
    with home.claim():
        home.announce(running(os.getpid()))
        assert home.running().pid == os.getpid()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "17",
        "{}",
        '{"pid": 1}',
        json.dumps({"pid": "x", "kafka": "", "elasticsearch": "", "state_dir": ""}),
    ],
)
def test_a_broken_file_means_that_nothing_runs(home, text):
    home.claim().release()
    home.run_file.write_text(text)
    assert home.running() is None


@pytest.mark.parametrize("length", range(0, 120, 7))
def test_a_file_cut_short_means_that_nothing_runs(home, length):
    home.claim().release()
    home.announce(running(os.getpid()))
    home.run_file.write_text(home.run_file.read_text()[:length])
    assert home.running() is None


def test_a_living_process_that_is_no_communique_does_not_count(home):
    home.claim().release()
    with subprocess.Popen(["sleep", "30"]) as stranger:
        try:
            home.announce(running(stranger.pid))
            assert home.running() is None
            assert home.claim().is_locked
        finally:
            stranger.kill()


def test_a_demo_keeps_its_data_apart_but_is_found_like_any_other():
    plain, demo = Home(Path("/h")), Home(Path("/h"), data="demo")
    assert plain.run_file == demo.run_file
    assert not {plain.engines, plain.state} & {demo.engines, demo.state}
