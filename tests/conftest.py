"""What every test has: an environment without our variables, and the engines."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.engines.fixtures"]

OF_THE_TESTS = ("COMMUNIQUE_TEST_", "COMMUNIQUE_REQUIRE_")
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a name of its own
MEMORY_BYTES = 8 << 30


def temporary_files_in_memory() -> None:
    """
    Let the files of tests, engines and services lie in memory, if there is much of it.

    What tests kill is processes: files outlive those in memory as on a disk, only that
    nobody waits for the disk. Whoever sets TMPDIR has them there.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return  # as in a container: no environment can be installed there
    if shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked for before, perhaps


temporary_files_in_memory()

# In CI the same examples every time, so that only a change of ours can fail a build.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_the_environment() -> Iterator[None]:
    # For the whole session, so that session fixtures are covered too.
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("COMMUNIQUE_") and not name.startswith(OF_THE_TESTS):
                patch.delenv(name)
        yield
