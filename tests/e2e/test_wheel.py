"""What somebody gets who installs the wheel into an empty environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
WHEN_IT_MUST_BE_DONE = 50.0

WITHOUT_SERVICES = """
import importlib.util
import communique.events, communique.subscribe
for name in ("faust", "spacy", "elasticsearch", "httpx", "typer", "noida_db"):
    assert importlib.util.find_spec(name) is None, name
"""


def uv(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    # Hatchling is in our own environment: nothing is fetched to build.
    uv(
        *("build", "--wheel", "--no-build-isolation"),
        *("--python", sys.executable, "--out-dir", out, ROOT),
    )
    [built] = out.glob("*.whl")
    return built


def install(wheel: Path, place: Path, extra: str = "") -> Path:
    """Install `wheel` into a new environment, at our versions; return its programs."""
    uv("venv", "--no-project", "--python", sys.executable, place)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    uv(
        *("pip", "install", "--python", programs / "python"),
        # As pip does; otherwise the first start of each service compiles its imports.
        *("--only-binary", ":all:", "--compile-bytecode"),
        # The lock as constraints: the versions that `make setup` has, from its cache.
        *("--constraint", ROOT / "requirements.lock"),
        f"communique{extra} @ {wheel.as_uri()}",
    )
    return programs


def run(*command: str | Path, within: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], cwd=within, capture_output=True, text=True, timeout=150
    )


def test_the_bare_wheel_lets_one_subscribe_and_brings_no_service(wheel, tmp_path):
    programs = install(wheel, tmp_path / "venv")
    done = run(programs / "python", "-c", WITHOUT_SERVICES, within=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_demo_of_the_installed_wheel_loses_nothing(wheel, tmp_path):
    programs = install(wheel, tmp_path / "venv", "[local]")
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run(programs / "communique", "demo", "--once", "--json", within=empty)
    assert done.returncode == 0, done.stderr
    counts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert counts["published"] >= 12
    assert counts["searchable"] == counts["published"]
    assert counts["lost"] == 0
    assert counts["duplicates"] == 0
    assert counts["revised"] >= 1
    assert counts["seconds"] < WHEN_IT_MUST_BE_DONE
