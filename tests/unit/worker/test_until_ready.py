"""A service waits for what it cannot begin without, and says why."""

import pytest

from communique.errors import NotReadyError
from communique.worker.until_ready import until_ready


async def test_what_is_not_there_yet_is_asked_for_again():
    said = []

    async def ask():
        if len(said) < 3:
            raise NotReadyError(f"the model is missing {len(said)}")
        return "model"

    assert await until_ready(ask, waiting=said.append, cap_seconds=0.001) == "model"
    assert said == [*(f"the model is missing {n}" for n in range(3)), None]


async def test_any_other_error_is_let_out():
    async def ask():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await until_ready(ask, waiting=lambda _: None, cap_seconds=0.001)
