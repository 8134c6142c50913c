"""Links in the header of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed_poller.web_links import MAX_LINKS, header_relations, relations


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("<https://h.example/>; rel=hub", {"hub": 1}, id="a bare word"),
        pytest.param('<https://h.example/>;rel="hub"', {"hub": 1}, id="in quotes"),
        pytest.param(
            '<https://h.example/>; rel="hub Self"',
            {"hub": 1, "self": 1},
            id="two relations",
        ),
        pytest.param(
            '<https://h.example/>; title="a, <b>; rel=x"; REL=hub',
            {"hub": 1},
            id="a title like a link",
        ),
        pytest.param(
            r'<https://h.example/>; title="say \"hub\""; rel="\hub"',
            {"hub": 1},
            id="escapes",
        ),
        pytest.param(
            "<https://h.example/>; rel=hub; rel=self", {"hub": 1}, id="the first rel"
        ),
        pytest.param(
            '<https://h.example/>; rel=hub; anchor="/other"', {}, id="of another page"
        ),
        pytest.param("<https://h.example/>; rel*=UTF-8''hub", {}, id="no plain rel"),
        pytest.param("<https://h.example/>", {}, id="no relation"),
        pytest.param("https://h.example/; rel=hub", {}, id="no brackets"),
        pytest.param('<https://h.example/>; rel="hub', {"hub": 0}, id="no end"),
    ],
)
def test_a_link_header_is_read(header, found):
    expected = {name: ("https://h.example/",) for name, here in found.items() if here}
    assert header_relations(header) == expected


def test_several_hubs_keep_their_order_and_come_once():
    header = (
        '<https://a.example/>; rel="hub", <https://b.example/>; rel="hub", '
        '<https://a.example/>; rel="hub",, </rss>; rel="self"'
    )
    assert header_relations(header) == {
        "hub": ("https://a.example/", "https://b.example/"),
        "self": ("/rss",),
    }


def test_more_links_than_anybody_needs_are_not_kept():
    assert len(relations((f"r{n}", "/") for n in range(1000))) == MAX_LINKS


@given(st.text(alphabet='<>;,="\\ rel hub*a', max_size=300))
def test_any_header_is_read_in_some_way(header):
    assert all(header_relations(header).values())
