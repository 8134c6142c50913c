"""A ministry of the demo, the clock that it goes by, and a shell."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from operator_console import __main__
from operator_console.demo.ministry import Site, open_sites
from operator_console.demo.releases import sample_releases


class Clock:
    """A clock that stands until it is told to go."""

    def __init__(self) -> None:
        self.now = datetime(2025, 9, 1, 8, 0, 0, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Site:
    """Kenya's ministry of health with its release out, an hour ago."""
    site = open_sites(sample_releases(), clock=clock)["ke-health"]
    clock.advance(3600)
    return site


@pytest.fixture
def shell(tmp_path, monkeypatch, capfd):
    """Run `communique` in this process, in an empty folder; code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMMUNIQUE_HOME", raising=False)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["communique", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        printed = capfd.readouterr()
        return end.value.code or 0, printed.out, printed.err

    return run
