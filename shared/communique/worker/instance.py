"""Static instance ids: a restart takes its partitions back at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from communique.errors import UsageError

MAX_INSTANCES = 100


@contextmanager
def instance_slot(directory: Path, group: str, wanted: int | None) -> Iterator[int]:
    """
    Hold an ordinal for this process while the block runs, and yield it.

    The first free one, or `wanted`. Two holders of one id would both process all of its
    partitions for seconds, so a second one is refused.

    Raises UsageError if `wanted` is held, or if all are.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ordinals = range(MAX_INSTANCES) if wanted is None else [wanted]
    for ordinal in ordinals:
        lock = FileLock(directory / f"{group}-{ordinal}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        try:
            yield ordinal
        finally:
            lock.release()
        return
    if wanted is None:
        raise UsageError(f"{MAX_INSTANCES} processes of {group} already run here.")
    raise UsageError(
        f"Instance {wanted} of {group} already runs here; stop it, or choose another "
        "number with COMMUNIQUE_INSTANCE."
    )
