"""Visits: what of a listed address and of those who led to it is told, and what is not."""

from datetime import UTC, datetime, timedelta

import pytest

from cure.formats.block_list import BlockList
from cure.formats.visits import Visit, nobodys, visit_readings, web_address
from cure.model import domain, url
from cure.model.networks import PRIVATE

SEEN = datetime(2026, 1, 2, tzinfo=UTC)
LISTED = BlockList([domain("phish.example.com")])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c"),
        ("https://example.com/?to=a@example.jp&x=1", "https://example.com/?to"),
        ("https://example.com/a/me%40example.jp/b", "https://example.com/a"),
        ("https://example.com/me@example.jp", "https://example.com/"),
        ("https://me:secret@example.com/x", "https://example.com/x"),
    ],
)
def test_who_visited_is_left_out_of_a_url(text, told):
    assert nobodys(url(text)).value == told
    assert nobodys(url(told)).value == told


def test_what_was_looked_for_is_left_out_of_a_page():
    assert nobodys(url("https://example.com/s?q=x"), is_page=True).value == "https://example.com/s"


@pytest.mark.parametrize(
    "text",
    ["about:blank", "data:text/plain,x", "file:///etc/x", "http://intranet/", "http://[", ""],
)
def test_what_is_no_address_of_the_public_web_is_none(text):
    assert web_address(text) is None


def test_an_address_that_is_too_long_is_read_without_its_query():
    long = web_address("https://example.com/a?" + "x" * 3000)
    assert long is not None
    assert long.value == "https://example.com/a"


def read(*visits: Visit):
    return list(visit_readings(visits, LISTED, PRIVATE))


def visit(text: str, after: int | None = None, *, seconds: int = 0, redirected: bool = True):
    return Visit(
        text.encode(), url(text), SEEN + timedelta(seconds=seconds), after, None, redirected
    )


def test_visits_of_the_same_address_are_one_reading():
    page = "https://phish.example.com/a"
    other = visit("https://example.org/", seconds=1)
    silent, said = read(visit(page), other, visit(page + "#x", seconds=2))
    assert (silent.number, silent.lines) == (2, 1)
    assert (said.number, said.lines) == (1, 2)
    (finding,) = said.findings
    assert (finding.count, finding.first_seen, finding.last_seen) == (
        2,
        SEEN,
        SEEN + timedelta(seconds=2),
    )


def test_a_chain_is_bounded_and_has_the_nearest_hops():
    hops = [visit(f"https://example.org/{n}", n - 1 if n else None) for n in range(30)]
    *_, said = read(*hops, visit("https://phish.example.com/", 29))
    chain = said.findings[0].attributes["chain"]
    assert len(chain) == 11
    assert chain[0] == "https://example.org/20"


def test_a_hop_on_the_own_side_is_left_out():
    *_, said = read(visit("http://192.168.0.1/x"), visit("https://phish.example.com/", 0))
    assert "chain" not in said.findings[0].attributes
    assert [one.role for one in said.findings[0].observables] == ["listed"]


def test_a_visit_that_could_not_be_read_keeps_its_reason():
    (reading,) = read(Visit(b"{}", why="no URL"))
    assert reading.why == "no URL"
