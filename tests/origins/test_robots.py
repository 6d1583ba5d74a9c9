"""robots.txt: whose group counts, which rule wins, and nothing takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.origins.robots import NOTHING, robots_for


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("user-AGENT : *  # all\n disallow:/a # this", "/a/b", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: cure\nDisallow: /x", "/a", True),
        ("User-agent: other\nUser-agent: Cure\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: cure\nDisallow: /a\nUser-agent: cure\nDisallow: /b", "/a", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /a*b*c", "/axbxc/d", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /%E6%97%A5", "/日", False),
        ("User-agent: *\nDisallow: /?q=", "/?q=1", False),
        ("User-agent: *\nSitemap: /s\nDisallow: /a", "/a", False),
        ("Disallow: /", "/a", True),
        ("<html>not found</html>", "/a", True),
    ],
)
def test_the_longest_rule_of_the_own_group_counts(text: str, path: str, *, allowed: bool):
    assert robots_for("cure", text).allows(path) is allowed


def test_a_pause_is_read_and_nonsense_is_none():
    assert robots_for("cure", "User-agent: *\nCrawl-delay: 2.5").delay_s == 2.5
    assert robots_for("cure", "User-agent: *\nCrawl-delay: soon").delay_s == 0


def test_where_nothing_may_be_fetched_nothing_is():
    assert not NOTHING.allows("/")
    assert not NOTHING.allows("")


def test_a_rule_of_many_stars_takes_no_longer():
    robots = robots_for("cure", f"User-agent: *\nDisallow: /{'*a' * 2000}b")

    assert robots.allows("/" + "a" * 4000)


@given(text=st.text(), path=st.text())
def test_whatever_a_site_sends_there_is_an_answer(text: str, path: str):
    robots_for("cure", f"User-agent: *\n{text}").allows(f"/{path}")
