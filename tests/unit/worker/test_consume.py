"""What is known of a consumer before it has started."""

from communique.settings import WorkerSettings
from communique.topics import SEARCH_INDEXER
from communique.worker.consume import create_app, is_member, lag
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
