"""A law of the ledger: however a partition is delivered, it is counted once."""

from hypothesis import given
from hypothesis import strategies as st

from communique.codec import Message
from communique.worker.ledger import advance

OUTCOMES = ("done", "known", "dead")


@st.composite
def partitions(draw):
    """Return messages of one partition, with holes, each with its outcome."""
    start = draw(st.integers(0, 1000))
    gaps = draw(st.lists(st.integers(1, 4), min_size=1, max_size=25))
    offsets = [start + sum(gaps[:n]) for n in range(len(gaps))]
    return [
        (Message("t", 0, offset, b"", b""), draw(st.sampled_from(OUTCOMES)))
        for offset in offsets
    ]


@st.composite
def deliveries(draw):
    """
    Return a partition, and batches as at-least-once brings them.

    A batch begins at or before the place that was reached; it never leaves one out.
    """
    log = draw(partitions())
    batches, reached = [], 0
    while reached < len(log):
        begin = draw(st.integers(0, reached))
        end = draw(st.integers(begin + 1, len(log)))
        batches.append(log[begin:end])
        reached = max(reached, end)
    return log, batches


def count(batches, *, compacted):
    line = None
    for batch in batches:
        line = advance(line, batch, group="g", compacted=compacted)
    return line


@given(deliveries(), st.booleans())
def test_any_redelivery_counts_as_one_pass_does(delivery, compacted):
    log, batches = delivery
    assert count(batches, compacted=compacted) == count([log], compacted=compacted)


@given(deliveries(), st.booleans())
def test_end_minus_first_is_the_sum_of_all_outcomes(delivery, compacted):
    log, batches = delivery
    line = count(batches, compacted=compacted)
    assert line.first == log[0][0].offset
    assert line.next_offset == log[-1][0].offset + 1
    assert line.next_offset - line.first == sum(line.outcomes.values())


@given(deliveries())
def test_the_line_never_goes_back(delivery):
    line = None
    for batch in delivery[1]:
        before, line = line, advance(line, batch, group="g", compacted=False)
        assert before is None or line.next_offset >= before.next_offset
        assert before is None or line.first == before.first
