"""What is known of a consumer before it has started, and which messages are its own."""

from dataclasses import dataclass

import pytest
from faust.types import TP

from communique.settings import WorkerSettings
from communique.topics import SEARCH_INDEXER
from communique.worker.consume import create_app, is_member, is_ours, lag
from communique.worker.progress import Progress


async def settle(_):
    return []


async def test_before_its_thread_runs_a_consumer_lags_behind_nothing(tmp_path):
    """On a busy machine it takes seconds, and that look ended the worker."""
    app = create_app(
        SEARCH_INDEXER,
        WorkerSettings(state_dir=tmp_path, kafka_bootstrap_servers="127.0.0.1:1"),
        instance=0,
        settle=settle,
        assigned=lambda _: None,
        progress=Progress(),
    )
    app.finalize()
    assert lag(app) == 0
    assert not is_member(app)


@dataclass
class FetchedMessage:
    """As much of Faust's message as the question needs."""

    generation_id: int
    tp: TP


@dataclass
class FetchedEvent:
    """As much of Faust's event."""

    message: FetchedMessage


@pytest.mark.parametrize(
    ("fetched_in", "partition", "expected"),
    [
        pytest.param(7, 0, True, id="fetched since the last rebalance, and ours"),
        pytest.param(7, 1, False, id="taken away"),
        pytest.param(6, 0, False, id="taken away and given back: it comes again"),
    ],
)
def test_what_is_ours_to_settle(fetched_in, partition, expected):
    event = FetchedEvent(FetchedMessage(fetched_in, TP("items", partition)))
    assert is_ours(event, {TP("items", 0)}, generation=7) is expected
