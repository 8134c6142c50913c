"""A disk that is full, as long as a test says so."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.testing import capture_logs


@contextmanager
def full_disk(pid: int | None = None) -> Iterator[None]:
    """
    Refuse each byte that a process writes to a file; `pid` None is the test itself.

    A limit of the kernel (EFBIG where a full disk gives ENOSPC, both OSErrors), so that
    it needs no mount. Pipes and sockets are not touched. Another process: Linux only.
    """

    def limit(new: tuple[int, int] | None = None) -> tuple[int, int]:
        if pid is not None:
            given = (new,) if new else ()
            return resource.prlimit(pid, resource.RLIMIT_FSIZE, *given)
        if new:
            resource.setrlimit(resource.RLIMIT_FSIZE, new)
        return resource.getrlimit(resource.RLIMIT_FSIZE)

    before = limit()
    with capture_logs():  # pytest catches what is printed in files
        limit((0, before[1]))
        try:
            yield
        finally:
            limit(before)
