"""What people are told of a feed: each thing once, when it begins and when it ends."""

import pytest

from feed_poller.standing import FAILING_AFTER, after_failure, after_visit


@pytest.mark.parametrize(
    ("held", "facts", "standing", "told"),
    [
        ((), {}, (), ()),
        ((), {"no_feed": True}, ("not_a_feed",), ("not_a_feed",)),
        (("not_a_feed",), {"no_feed": True}, ("not_a_feed",), ()),
        ((), {"gone": True}, ("gone",), ("gone",)),
        ((), {"failures": FAILING_AFTER}, ("failing",), ("failing",)),
        (("failing",), {"failures": FAILING_AFTER + 1}, ("failing",), ()),
        (("not_a_feed",), {"failures": FAILING_AFTER}, ("not_a_feed",), ()),
        (("silent",), {}, ("silent",), ()),
        (
            ("silent",),
            {"failures": FAILING_AFTER},
            ("failing", "silent"),
            ("failing",),
        ),
    ],
)
def test_after_a_failure(held, facts, standing, told):
    facts = {"failures": 1, "no_feed": False, "gone": False} | facts
    assert after_failure(held, **facts) == (standing, told)


@pytest.mark.parametrize(
    ("held", "news", "silent", "standing", "told"),
    [
        ((), False, False, (), ()),
        ((), True, False, (), ()),
        ((), False, True, ("silent",), ("silent",)),
        (("silent",), False, True, ("silent",), ()),
        (("silent",), False, False, ("silent",), ()),
        (("silent",), True, True, (), ("recovered",)),
        (("not_a_feed",), False, False, (), ("recovered",)),
        (("failing",), True, False, (), ("recovered",)),
        (("gone",), False, False, (), ("recovered",)),
        (("failing", "silent"), False, True, ("silent",), ("recovered",)),
        (("failing",), False, True, ("silent",), ("recovered", "silent")),
    ],
)
def test_after_a_visit_that_found_the_feed(held, news, silent, standing, told):
    assert after_visit(held, news=news, silent=silent) == (standing, told)
