"""The subscriber that we ship, beside a demo that runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from communique.events import EnrichedRelease
from operator_console.local.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
SUBSCRIBER = ROOT / "deploy/subscribe/python/subscriber.py"
RELEASES = 12
START_SECONDS = 60.0
READ_SECONDS = 120.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Demo:
    """A demo that runs, and where its Kafka is."""

    process: subprocess.Popen[bytes]
    home: Home
    kafka: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run a demo that goes on until it is told to stop."""
    home = tmp_path_factory.mktemp("home")
    log = home / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "operator_console", "demo", "--home", str(home)],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while (running := Home(home).running()) is None:
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
        yield Demo(process, Home(home), running.kafka)
    finally:
        # Asked first: killed, it would leave its engines and services behind.
        process.terminate()
        try:
            process.wait(2 * STOP_SECONDS)
        finally:
            process.kill()


def subscriber(demo: Demo, *arguments: str) -> list[str]:
    return [
        *(sys.executable, str(SUBSCRIBER)),
        *("--bootstrap-servers", demo.kafka, *arguments),
    ]


def read(demo: Demo, *arguments: str) -> list[str]:
    done = subprocess.run(
        subscriber(demo, *arguments),
        capture_output=True,
        text=True,
        timeout=READ_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_twelve_releases_arrive_with_their_entities(demo):
    arguments = ("--count", str(RELEASES), "--json", "--group", "test")
    lines = read(demo, *arguments)
    releases = [EnrichedRelease.model_validate_json(line) for line in lines]
    assert len({release.release_id for release in releases}) == RELEASES
    assert all(release.entities for release in releases)
    for release in releases:
        for entity in release.entities:
            for mention in entity.mentions:
                assert release.text[mention.start : mention.end] == mention.text


def test_a_theme_narrows_it_to_lines_that_name_it(demo):
    lines = read(demo, "--count", "1", "--theme", "health", "--group", "health-desk")
    assert len(lines) == 1
    assert "health" in lines[0].rpartition("[")[2]


def test_ctrl_c_ends_a_subscriber_that_waits(demo):
    waiting = subprocess.Popen(
        subscriber(demo, "--group", "waiting"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert waiting.stdout is not None
        assert waiting.stdout.readline()  # it is at work
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=STOP_SECONDS)
    finally:
        if waiting.poll() is None:
            waiting.kill()
            waiting.wait()
    assert waiting.returncode == 0
    assert said == ""


def test_where_no_kafka_answers_it_says_so_and_fails(tmp_path):
    done = subprocess.run(
        [sys.executable, str(SUBSCRIBER), "--bootstrap-servers", "127.0.0.1:1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=READ_SECONDS,
    )
    assert done.returncode == 1
    assert "\nKafka at 127.0.0.1:1: " in f"\n{done.stderr}"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM is not caught on Windows")
def test_the_demo_ends_soon_when_it_is_told_to_stop(demo):
    # The last test here: it ends what the others read from.
    demo.process.send_signal(signal.SIGTERM)
    demo.process.wait(STOP_SECONDS)
    assert demo.home.running() is None
    assert not demo.home.run_file.exists()
