"""The lie detector: whose validators are believed, and who is found out."""

import pytest

from feed_poller.trust import (
    PROBE_BELIEVED_SECONDS,
    PROBE_SECONDS,
    VERDICT_SECONDS,
    WORDS,
    Sight,
    Trust,
    is_plain,
    judged,
)
from feed_poller.validators import Validators

HOUR = 3600.0


class Server:
    """A server as it answers; `tag(document, visit)` makes its ETag."""

    def __init__(self, tag, *, answers_304=lambda asked, tag: asked == tag):
        self.tag = tag
        self.answers_304 = answers_304
        self.document = 0
        self.validators = Validators()
        self.trust = Trust()
        self.read = None
        self.now = 1e9
        self.bodies = 0

    def visit(self, *, after=HOUR):
        self.now += after
        plain = is_plain(self.trust, self.now) or not self.validators.etag
        tag = self.tag(self.document, self.now)
        asked = None if plain else self.validators.etag
        is_304 = asked is not None and self.answers_304(asked, tag)
        after_ = self.validators if is_304 else Validators(etag=tag)
        sight = Sight(
            asked=not plain,
            not_modified=is_304,
            before=self.validators,
            after=after_,
            same_document=self.read == self.document,
            news=not is_304 and self.read not in (None, self.document),
        )
        self.trust = judged(self.trust, sight, self.now)
        if not self.trust.checking:
            self.validators = after_
        if not is_304:
            self.bodies += 1
            self.read = self.document
        return is_304

    def visits(self, count, *, change_every=0, after=HOUR):
        for number in range(count):
            if change_every and number % change_every == 0:
                self.document += 1
            self.visit(after=after)
        return self.trust.verdict


def honest():
    return Server(lambda document, _: f'"{document}"')


def test_an_honest_server_is_believed_after_three_proofs():
    server = honest()
    assert server.visits(2) == "unproven"
    assert server.visits(40, change_every=5) == "believed"
    assert server.bodies < 15


def test_an_etag_that_never_changes_while_the_entries_do_is_found_out_at_once():
    server = Server(lambda *_: '"v1"', answers_304=lambda *_: False)
    server.visits(2, change_every=1)
    assert server.trust.verdict == "stuck"
    assert is_plain(server.trust, server.now)


def test_an_etag_that_never_changes_is_found_out_although_it_answers_304():
    server = Server(lambda *_: '"v1"')
    assert server.visits(30, change_every=3) == "stuck"
    read = server.bodies
    server.visits(10, change_every=1)
    assert server.bodies == read + 10


def test_a_304_that_hides_news_is_found_out_by_asking_the_old_way_once():
    server = Server(lambda document, _: f'"{document}"', answers_304=lambda *_: True)
    assert server.visits(30, change_every=7) == "false_304"
    assert server.visits(5, change_every=1) == "false_304"


def test_news_after_honest_304s_are_no_lie():
    server = honest()
    server.visits(24)  # all day nothing, so the next visit asks without validators
    server.document += 1
    server.visit()
    assert server.trust.checking
    assert not server.visit(), "what was outdated is not confirmed"
    assert (server.trust.verdict, server.trust.checking) == ("unproven", False)
    assert server.visit()


def test_an_etag_of_its_own_for_every_answer_is_not_asked_with():
    server = Server(lambda _, now: f'"{now}"', answers_304=lambda *_: False)
    assert server.visits(6) == "restless"
    assert is_plain(server.trust, server.now)


def test_a_server_that_calms_down_gets_another_chance():
    server = Server(lambda _, now: f'"{now}"', answers_304=lambda *_: False)
    server.visits(6)
    server.tag = lambda document, _: f'"{document}"'
    server.visits(3)
    assert server.trust.verdict == "unproven"


def test_a_verdict_ends_after_a_month():
    server = Server(lambda *_: '"v1"')
    server.visits(30, change_every=3)
    server.tag = honest().tag
    server.now += VERDICT_SECONDS
    assert server.visits(20, change_every=4) in ("unproven", "believed")
    assert server.visits(40, change_every=4) == "believed"


def test_a_liar_that_goes_on_is_found_out_again_after_its_month():
    server = Server(lambda *_: '"v1"')
    server.visits(30, change_every=3)
    server.now += VERDICT_SECONDS
    assert server.visits(60, change_every=3) == "stuck"


@pytest.mark.parametrize(
    ("trust", "since", "plain"),
    [
        (Trust(), 0.0, False),
        (Trust(not_modified=2), PROBE_SECONDS, False),
        (Trust(not_modified=3), PROBE_SECONDS - 1, False),
        (Trust(not_modified=3), PROBE_SECONDS, True),
        (Trust(not_modified=99, verdict="believed"), PROBE_SECONDS, False),
        (Trust(not_modified=99, verdict="believed"), PROBE_BELIEVED_SECONDS, True),
        (Trust(not_modified=3, checking=True), PROBE_SECONDS, False),
        (Trust(verdict="stuck"), VERDICT_SECONDS - 1, True),
        (Trust(verdict="false_304"), VERDICT_SECONDS - 1, True),
        (Trust(verdict="restless"), VERDICT_SECONDS, False),
    ],
)
def test_when_a_visit_asks_without_validators(trust, since, plain):
    assert is_plain(trust, since) is plain


def test_a_date_counts_where_there_is_no_tag():
    date = Validators(last_modified="Fri, 20 Nov 2026 10:00:00 GMT")
    sight = Sight(
        asked=True,
        not_modified=False,
        before=date,
        after=date,
        same_document=False,
        news=True,
    )
    assert judged(Trust(), sight, 0.0).verdict == "stuck"


def test_without_validators_there_is_nothing_to_judge():
    server = Server(lambda *_: None)
    assert server.visits(10, change_every=2) == "unproven"


def test_every_verdict_has_its_words():
    verdicts = Trust.model_fields["verdict"].annotation.__args__
    assert set(WORDS) == set(verdicts)
