"""Waiting between tries, as pure functions of the attempt."""

import random


def backoff_seconds(attempt: int, *, cap: float, rng: random.Random) -> float:
    """
    Return the wait before retry `attempt` (counted from 0), in seconds, with jitter.

    Uniform in [0, min(cap, 2 ** attempt)] ("full jitter"), so workers that failed
    together do not come back together. `rng` is a parameter so that a test can seed it.

    Raises ValueError if `attempt` is negative.
    """
    if attempt < 0:
        raise ValueError(f"attempt must be >= 0, got {attempt}")
    return rng.uniform(0.0, min(cap, 2.0 ** min(attempt, 64)))
