"""How slow the machine is just now: bars in seconds are those of an idle one."""

import time

BARE_SECONDS = 0.2
"""What `bare_seconds` takes on two idle cores of 2025."""


def slowness() -> float:
    """Return how many times as long as there things take here, 1 at least."""
    return max(1.0, bare_seconds() / BARE_SECONDS)


def bare_seconds() -> float:
    """Return the CPU time that half a million words take."""
    started = time.process_time()
    seen: dict[str, int] = {}
    for number in range(500_000):
        word = f"{number % 5_000:x}"  # few: their memory would count as that of reading
        seen[word] = seen.get(word[1:], 0) + number
    return time.process_time() - started
