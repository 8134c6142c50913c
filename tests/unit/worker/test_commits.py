"""When commits follow the acks, and when a partition stands still."""

from communique.worker.commits import Commits

ONE, TWO = ("items", 0), ("items", 1)


def acked(*offsets, place=ONE):
    commits = Commits()
    commits.ack((*place, offset) for offset in offsets)
    return commits


def test_commits_that_follow_do_not_stand():
    commits = acked(0, 1, 2)
    assert commits.look({ONE: None}).looks == 0
    assert commits.look({ONE: 3}) is None


def test_a_commit_that_moves_begins_to_stand_anew():
    commits = acked(0, 1, 2)
    commits.look({ONE: 0})
    commits.ack([(*ONE, 3)])
    assert commits.look({ONE: 0}).looks == 1
    commits.ack([(*ONE, 4)])
    assert commits.look({ONE: 2}).looks == 0


def test_a_hole_is_counted_as_long_as_anything_is_acked():
    commits = acked(0, 4)
    for offset in range(5, 15):
        commits.look({ONE: 1, TWO: offset})
        commits.ack([(*TWO, offset)])
    found = commits.look({ONE: 1, TWO: 15})
    assert (found.place, found.committed, found.acked, found.looks) == (ONE, 1, 5, 10)


def test_while_nothing_is_acked_nothing_is_counted():
    """The broker may be away for minutes, and commits with it."""
    commits = acked(0, 1)
    for _ in range(100):
        found = commits.look({ONE: 1})
    assert found.looks == 0


def test_an_older_copy_that_is_acked_again_moves_nothing():
    commits = acked(5)
    commits.ack([(*ONE, 2)])
    assert commits.look({ONE: 6}) is None
