"""What every test has: an environment without our variables, and the engines."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest_plugins = ["tests.engines.fixtures"]

OF_THE_TESTS = ("COMMUNIQUE_TEST_", "COMMUNIQUE_REQUIRE_")

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
