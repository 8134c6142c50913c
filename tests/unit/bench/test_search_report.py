"""A run writes its part of the report and leaves the others as they are."""

from bench.search.__main__ import HEADS, replaced

REPORT = "# Search\n\n## How well\n\nold\n\n## How fast\n\nkept\n"


def test_a_part_is_replaced_and_another_kept():
    written = replaced(REPORT, HEADS["relevance"], ["new", "lines"])
    assert written == "# Search\n\n## How well\n\nnew\nlines\n\n## How fast\n\nkept\n"


def test_a_part_may_be_the_last_and_have_heads_of_its_own():
    once = replaced(REPORT, HEADS["scale"], ["a", "", "### 10 releases", "", "b"])
    assert once.endswith("## How fast\n\na\n\n### 10 releases\n\nb\n")
    assert replaced(once, HEADS["scale"], ["kept"]) == REPORT
