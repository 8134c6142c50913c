"""When commits follow the acks, and when a partition stands still."""

from communique.worker.commits import Commits

ONE, TWO = ("items", 0), ("items", 1)


def acked(*offsets, place=ONE):
    commits = Commits()
    commits.ack((*place, offset) for offset in offsets)
    return commits


def test_commits_that_follow_do_not_stand():
    commits = acked(0, 1, 2)
    assert commits.oldest({ONE: None}, now=1.0).since == 1.0
    assert commits.oldest({ONE: 3}, now=2.0) is None


def test_a_commit_that_moves_begins_to_stand_anew():
    commits = acked(0, 1, 2)
    commits.oldest({ONE: 1}, now=1.0)
    assert commits.oldest({ONE: 2}, now=9.0).since == 9.0


def test_a_hole_stands_since_the_first_ack_beyond_it():
    commits = acked(0, 4)
    commits.oldest({ONE: 1}, now=1.0)
    commits.ack([(*ONE, 5)])
    found = commits.oldest({ONE: 1}, now=31.0)
    assert (found.place, found.committed, found.since) == (ONE, 1, 1.0)


def test_of_several_the_one_that_stands_longest_is_told():
    commits = acked(0)
    commits.oldest({}, now=1.0)
    commits.ack([(*TWO, 0)])
    assert commits.oldest({}, now=2.0).place == ONE


def test_an_older_copy_that_is_acked_again_moves_nothing():
    commits = acked(5)
    commits.ack([(*ONE, 2)])
    assert commits.oldest({ONE: 6}, now=1.0) is None
