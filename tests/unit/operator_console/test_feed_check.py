"""One visit to a feed, told step by step."""

import pytest

from communique.events import Selectors
from feed_poller.fetch import Failed, Fetched, NotModified
from feed_poller.parse import parse
from feed_poller.suggest import Suggestion
from feed_poller.validators import Validators
from operator_console.cli import feed_check
from operator_console.cli.feed_check import explained
from operator_console.feed_visit import Looked
from tests.unit.feed_poller.examples import FEED, FEED_URL, NOW, rss

TAGGED = Validators(etag='"v1"')


def looked(*items: str, head: str = "", again=None, **facts) -> Looked:
    facts = {"validators": TAGGED, "status": 200, "url": FEED_URL} | facts
    answer = Fetched(body=rss(*items, head=head), content_type="text/xml", **facts)
    parsed = parse(answer.body, feed=FEED, url=FEED_URL, seen_at=NOW)
    return Looked(FEED_URL, answer, parsed, conditional=again)


def dated(date: str) -> str:
    return f"<title>One</title><pubDate>{date}</pubDate>"


@pytest.mark.parametrize(
    ("visit", "step"),
    [
        pytest.param(
            looked(dated("Fri, 20 Nov 2026 10:00:00 +0530"), again=NotModified(TAGGED)),
            (True, "asked again with its ETag, it answers 304"),
            id="an honest ETag",
        ),
        pytest.param(
            looked(dated("Fri, 20 Nov 2026 10:00:00 +0530"), again=Failed("reset")),
            (False, "asked again with its ETag, it does not answer 304"),
            id="a fake ETag",
        ),
        pytest.param(
            looked("<title>One</title>"),
            (False, "0 of 1 entries have a date"),
            id="no date",
        ),
        pytest.param(
            looked(dated("Fri, 20 Nov 2026 10:00:00")),
            (True, "1 of 1 entries have a date, 1 without a zone: tell it with --zone"),
            id="no zone",
        ),
        pytest.param(
            looked(dated("Tue, 31 Feb 2026 10:00:00 GMT")),
            (False, "what 1 of them give as their date is no date at all"),
            id="an impossible date",
        ),
        pytest.param(
            looked(dated("Mon, 01 Jun 2099 10:00:00 GMT")),
            (False, "what 1 of them give as their date is in the future"),
            id="a date in the future",
        ),
        pytest.param(
            looked("<title>One</title>", head="<ttl>60</ttl>"),
            (True, "not visited again within 3600 s: the feed's ttl asks for it"),
            id="what it asks for",
        ),
        pytest.param(
            looked(
                "<title>One</title>",
                url="https://else.example/",
                moved_to="https://else.example/",
            ),
            (True, "redirected permanently to https://else.example/"),
            id="moved",
        ),
        pytest.param(
            Looked(FEED_URL, Failed("busy", 429, 60.0), reason="busy"),
            (False, "it asks not to be visited for 60 s"),
            id="Retry-After",
        ),
        pytest.param(
            Looked(FEED_URL, Failed("busy", 429, 2.3e9), reason="busy"),
            (False, "it asks not to be visited for 2300000000 s; a day is granted"),
            id="Retry-After in 2099",
        ),
    ],
)
def test_a_step_is_told_in_words(visit, step):
    assert step in list(explained(visit))


def test_a_feed_without_entries_is_not_blamed_for_their_dates():
    assert not any("have a date" in words for _, words in explained(looked()))


def test_options_for_a_list_name_all_that_is_read_of_it(monkeypatch, capsys):
    selectors = Selectors(item="li.news", link="h3 > a", date="span.day")
    guess = Suggestion(selectors, 0.9, (), 8)
    monkeypatch.setattr(feed_check, "suggestions", lambda _: (guess,))
    monkeypatch.setattr(feed_check.console, "width", 200)
    feed_check._print_suggestions(Looked(FEED_URL, Failed("none")))
    shown = capsys.readouterr().out
    assert "--item li.news --item-link 'h3 > a' --item-date span.day" in shown
