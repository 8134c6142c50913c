"""A worker that is stuck at its end is ended: seen from outside, as a process."""

import subprocess
import sys

STUCK = """
import threading
from communique.worker.watchdog import end_within

threading.Thread(target=threading.Event().wait).start()
end_within({seconds}, 7)
"""
SOUND = """
from communique.worker.watchdog import end_within

end_within(600, 7)
"""


def run(program: str) -> int:
    return subprocess.run([sys.executable, "-c", program], timeout=60).returncode


def test_a_process_with_a_thread_that_never_ends_ends_with_its_code():
    assert run(STUCK.format(seconds=0.1)) == 7


def test_a_process_that_ends_by_itself_is_not_held():
    assert run(SOUND) == 0
