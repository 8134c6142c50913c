"""What became of an entry, by its causes, its state and how far each group counted."""

import pytest

from communique.codec import Message
from operator_console.journey import (
    Aside,
    EntryTrace,
    Fate,
    Reached,
    Step,
    cause_of,
    entry_fates,
    message_fates,
)
from page_fetcher.tasks import PageTask

PLACE = "c.entries/3/17"
REPLAY = "c.page-fetcher.replay/3/2"
ENTRY = EntryTrace(PLACE, "release", feed="feed0000-more", text="text0000more")
DONE = PageTask(host="h:1", due_at=None, last=17, planned=1, settled={"u": 1})
REACHED = Reached({("c.entries", 3): 20, ("c.page-fetcher.replay", 3): 5})


def letter(at_ms=10, origin=PLACE):
    headers = {"communique_origin": origin.encode()}
    return Message("c.page-fetcher.dlq", 0, 4, b"", b"", headers, timestamp_ms=at_ms)


def replay(at_ms=20, origin=PLACE):
    headers = {"communique_origin": origin.encode()}
    return Message("c.page-fetcher.replay", 3, 2, b"", b"", headers, timestamp_ms=at_ms)


def fate(task=DONE, *, caused=(), letters=(), replays=(), events=None, reached=REACHED):
    found = entry_fates(
        [ENTRY],
        {"release": task} if task else {},
        {"release": 0} if events is None else events,
        set(caused),
        Aside.of(letters, replays),
        reached,
    )
    return found[PLACE]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({"caused": [PLACE]}, Fate.LED_ON, id="an event names it"),
        pytest.param({}, Fate.QUIET, id="settled without an event"),
        pytest.param(
            {"task": DONE.model_copy(update={"last": 30})},
            Fate.QUIET,
            id="a newer entry was planned",
        ),
        pytest.param(
            {
                "task": DONE.model_copy(
                    update={"last": 4, "feeds": {"feed0000": "text0000"}}
                )
            },
            Fate.QUIET,
            id="it says what is known",
        ),
        pytest.param(
            {"task": DONE.model_copy(update={"pending": ("17",)})},
            Fate.WAITING,
            id="it waits in the schedule",
        ),
        pytest.param(
            {"task": DONE.model_copy(update={"pending": ("17",)}), "caused": [PLACE]},
            Fate.LED_ON,
            id="told, and not written down yet",
        ),
        pytest.param({"task": None, "reached": Reached({})}, Fate.WAITING, id="unread"),
        pytest.param({"letters": [letter()], "task": None}, Fate.DEAD, id="dead"),
        pytest.param(
            {"letters": [letter()], "replays": [replay()], "caused": [REPLAY]},
            Fate.LED_ON,
            id="dead, put back, led on",
        ),
        pytest.param(
            {
                "letters": [letter()],
                "replays": [replay()],
                "task": DONE.model_copy(update={"pending": ("r2",)}),
            },
            Fate.WAITING,
            id="dead, put back, waiting",
        ),
        pytest.param(
            {
                "letters": [letter()],
                "replays": [replay()],
                "reached": Reached({("c.entries", 3): 20}),
            },
            Fate.WAITING,
            id="dead, put back, unread",
        ),
        pytest.param(
            {"letters": [letter(), letter(30)], "replays": [replay()]},
            Fate.DEAD,
            id="dead, put back, dead again",
        ),
        pytest.param({"task": None}, Fate.UNACCOUNTED, id="passed and nowhere"),
        pytest.param(
            {"task": DONE.model_copy(update={"last": 4})},
            Fate.UNACCOUNTED,
            id="passed and not remembered",
        ),
        pytest.param(
            {"task": DONE.model_copy(update={"settled": {"r": 1}})},
            Fate.UNACCOUNTED,
            id="counted as released, and no event is there",
        ),
        pytest.param(
            {"task": DONE.model_copy(update={"settled": {"r": 1}}), "events": {}},
            Fate.QUIET,
            id="released long ago, and the event is not kept",
        ),
        pytest.param(
            {
                "task": DONE.model_copy(update={"settled": {"r": 1}}),
                "events": {"release": 1},
            },
            Fate.QUIET,
            id="another entry was released",
        ),
    ],
)
def test_what_the_page_fetcher_made_of_an_entry(known, expected):
    assert fate(**known) is expected


OTHER = "c.releases.raw/3/17"


@pytest.mark.parametrize(
    ("caused", "aside", "next_offset", "expected"),
    [
        pytest.param({OTHER}, Aside(), 20, Fate.LED_ON, id="led on"),
        pytest.param({OTHER}, Aside(), 3, Fate.LED_ON, id="led on, uncounted"),
        pytest.param(set(), Aside(), 17, Fate.WAITING, id="in flight"),
        pytest.param(set(), Aside(), 18, Fate.UNACCOUNTED, id="lost"),
        pytest.param(set(), Aside(dead={OTHER}), 18, Fate.DEAD, id="dead"),
        pytest.param(None, Aside(), 18, Fate.LED_ON, id="indexed"),
        pytest.param(None, Aside(), 17, Fate.WAITING, id="not indexed yet"),
        pytest.param(None, Aside(dead={OTHER}), 18, Fate.DEAD, id="dead at the end"),
    ],
)
def test_what_a_group_made_of_a_message(caused, aside, next_offset, expected):
    reached = Reached({("c.releases.raw", 3): next_offset})
    assert message_fates([OTHER], caused, aside, reached) == {OTHER: expected}


def test_letters_and_replays_of_others_say_nothing():
    stray = Message("c.page-fetcher.dlq", 0, 0, b"", b"")
    aside = Aside.of([stray, letter(origin="c.entries/0/0")], [replay(origin=PLACE)])
    assert aside.dead == {"c.entries/0/0"}
    assert aside.places(PLACE) == (PLACE, REPLAY)
    assert aside.places("c.entries/0/0") == ("c.entries/0/0",)


def test_a_step_counts_every_fate_and_names_what_is_lost():
    step = Step("s", "t", {"a/0/1": Fate.UNACCOUNTED, "a/0/2": Fate.LED_ON})
    assert step.counts[Fate.LED_ON] == 1
    assert step.counts[Fate.DEAD] == 0
    assert step.unaccounted == ["a/0/1"]


def test_a_record_without_a_cause_has_none():
    assert cause_of(Message("t", 0, 0, b"", b"")) is None
