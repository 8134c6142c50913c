"""The real engines' files: brought by Maven once, then kept."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.engines.process import EngineError

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
OLDEST_JAVA = 17
OUTPUT_LINES = 40


class EnginesUnavailableError(RuntimeError):
    """This machine lacks what the real engines need; the text says what."""


@dataclass(frozen=True)
class Artifacts:
    """Where the real engines' files are. They are never written to."""

    java_home: Path
    kafka_jars: Path
    elasticsearch_home: Path

    @property
    def java(self) -> str:
        """Return the path of the `java` command."""
        return str(self.java_home / "bin" / "java")


@cache
def fetch() -> Artifacts:
    """
    Return the real engines' files, brought by Maven if they are not there yet.

    They are kept in a folder named after the digest of pom.xml: in `.cache` beside it,
    or in COMMUNIQUE_TEST_ENGINES_CACHE. A folder that has its name is complete.

    Raises EnginesUnavailableError if Java or Maven is missing, EngineError if Maven
    cannot bring the files.
    """
    home = _java_home()
    keep = Path(os.environ.get("COMMUNIQUE_TEST_ENGINES_CACHE") or HERE / ".cache")
    digest = hashlib.sha256(POM.read_bytes()).hexdigest()[:16]
    files = keep.resolve() / digest
    if not files.exists():
        files.parent.mkdir(parents=True, exist_ok=True)
        with _locked(files.with_suffix(".lock")):
            if not files.exists():
                _bring(files)
    (elasticsearch_home,) = (files / "elasticsearch").iterdir()
    return Artifacts(home, files / "kafka", elasticsearch_home)


def _bring(files: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise EnginesUnavailableError(
            "The real engines are brought by Maven, and there is no `mvn` on the PATH."
        )
    partial = files.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    done = subprocess.run(
        [maven, "-B", "-q", "-f", str(POM), f"-Dengines={partial}", "package"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        lines = done.stdout.decode(errors="replace").splitlines()[-OUTPUT_LINES:]
        raise EngineError("\n".join(["Maven cannot bring the engines:", *lines]))
    partial.rename(files)


def _java_home() -> Path:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        where = "in JAVA_HOME" if home else "on the PATH"
        raise EnginesUnavailableError(
            f"The real engines need Java {OLDEST_JAVA} or newer, and there is no "
            f"`java` {where}."
        )
    told = subprocess.run(
        [java, "-XshowSettings:properties", "-version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    properties = dict(re.findall(r"^ *(java\.\S+) = (.*)$", told, re.MULTILINE))
    version = properties.get("java.specification.version", "nothing")
    if not version.isdigit() or int(version) < OLDEST_JAVA:  # Java 8 says "1.8"
        raise EnginesUnavailableError(
            f"The real engines need Java {OLDEST_JAVA} or newer; {java} is {version}."
        )
    return Path(properties["java.home"])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the file is closed
        yield
