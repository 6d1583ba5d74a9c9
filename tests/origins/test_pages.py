"""Pages: each is fetched once, where robots.txt lets us, and what cannot be had is told."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from cure.errors import LogError, MalformedError, SourceError
from cure.interfaces import Input, Unreadable
from cure.model import Mention, mention, tag, url
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.delivering import LaterError
from cure.origins.egress import Bounds
from cure.origins.page_cache import PageCache
from cure.origins.pages import Pages
from cure.origins.tour import Tour
from cure.origins.visits import Visits
from origins.test_egress import site

INSIDE = Bounds(allow_private=True, seconds=10)
FEED = (
    '<rss version="2.0"><channel>'
    "<item><title>A</title><link>{0}/a</link><pubDate>{1}</pubDate></item>"
    "<item><title>B</title><link>{0}/b</link></item>"
    "</channel></rss>"
)
DATE = "Thu, 15 Jan 2026 12:00:00 GMT"
HTML = b"<!doctype html><html><p>It calls 192.0.2.1.</p></html>"
PDF = b"%PDF-1.7 invented"


def here(function, form, source):
    del form
    try:
        yield from function(source)
    except msgspec.DecodeError as error:
        raise MalformedError("document", source.name, str(error)) from error


class Taken:
    """What was delivered: by name, with what it was, when, and about what."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes | str] = {}
        self.moments: dict[str, datetime] = {}
        self.about: dict[str, tuple[Mention, ...]] = {}
        self.is_full = False

    def __call__(self, data: Input, **_: int) -> None:
        if self.is_full:
            raise LogError("no space left")
        [*blocks] = data.blocks
        self.bodies[data.name] = "".join(one.why for one in blocks if isinstance(one, Unreadable))
        if not self.bodies[data.name]:
            self.bodies[data.name] = b"".join(one for one in blocks if isinstance(one, bytes))
        self.moments[data.name] = data.as_of
        self.about[data.name] = data.about


@pytest.fixture
def bookmarks(tmp_path: Path) -> Iterator[Bookmarks]:
    file = BookmarkFile(tmp_path / "origins.sqlite")
    yield Bookmarks(file, "reports@a")
    file.close()


def origin(place: str, bookmarks: Bookmarks, folder: Path, **more: object) -> Pages:
    given = {"hosts": frozenset(), "every_s": 3600, "most": 50, "pause_s": 0, "keep_s": 86_400}
    return Pages(
        bookmarks,
        tour=Tour(url=place, **{**given, **more}),  # pyright: ignore[reportArgumentType]
        cache=PageCache(folder / "pages"),
        visits=Visits(INSIDE),
        apart=here,
        bounds=INSIDE,
    )


def look_on(pages: Pages, taken: Taken) -> float:
    """Look until there is nothing to do for a while."""
    while True:
        wait_s = pages.look(taken)
        if wait_s > 100:
            return wait_s
        time.sleep(wait_s)


def paths(asked: list[tuple[str, dict[str, str]]]) -> list[str]:
    return [path for path, _ in asked]


def test_each_new_page_is_fetched_once_and_delivered_with_its_url_and_date(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken, again = Taken(), Taken()
    answers = {"/a": (200, {}, HTML), "/b": (200, {}, HTML)}
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {"ETag": '"1"'}, FEED.format(home, DATE).encode())
        assert look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken) > 3500
        answers["/feed"] = (304, {}, b"")
        late = origin(f"{home}/feed", bookmarks, tmp_path, every_s=0)
        assert late.look(again) == 0

    assert paths(asked) == ["/feed", "/robots.txt", "/a", "/b", "/feed"]
    assert taken.bodies == {f"{home}/a": HTML, f"{home}/b": HTML}
    assert taken.moments[f"{home}/a"] == datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert taken.about[f"{home}/b"] == (mention(url(f"{home}/b"), "reference"),)
    assert all(headers["user-agent"].startswith("cure (") for _, headers in asked)
    assert asked[-1][1]["if-none-match"] == '"1"'
    assert again.bodies == {}


def test_a_page_is_asked_for_again_if_the_feed_says_that_it_changed(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {"/a": (200, {"ETag": '"p"'}, HTML), "/b": (200, {}, HTML)}
    with site(answers) as (home, asked):
        for date in (DATE, DATE.replace("12:", "13:"), DATE.replace("12:", "13:")):
            answers["/feed"] = (200, {}, FEED.format(home, date).encode())
            bookmarks.forget(f"{home}/feed")
            look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)
            answers["/a"] = (304, {}, b"")

    assert paths(asked).count("/a") == 2
    assert paths(asked).count("/b") == 1
    [first, second] = [headers for path, headers in asked if path == "/a"]
    assert "if-none-match" not in first
    assert second["if-none-match"] == '"p"'


def test_a_page_that_was_not_kept_by_the_log_comes_from_the_cache(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    taken.is_full = True
    answers = {"/a": (200, {}, HTML)}
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        pages = origin(f"{home}/feed", bookmarks, tmp_path)
        with pytest.raises(LogError):
            look_on(pages, taken)
        taken.is_full = False
        look_on(pages, taken)

    assert paths(asked).count("/a") == 1
    assert taken.bodies[f"{home}/a"] == HTML


def test_documents_in_pdf_that_a_page_links_to_or_brings_along_are_read_too(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    page = (
        b'<html><a href="/r.pdf">report</a> <a href="/r.pdf#page=2">page 2</a>'
        b'<a href="http://192.0.2.9/x.pdf">elsewhere</a> <a href="http://[">broken</a></html>'
    )
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"url": "/a", "attachments": [{"url": "/s.pdf", "mime_type": "application/pdf"}]}
        ],
    }
    answers = {
        "/feed": (200, {}, json.dumps(feed).encode()),
        "/a": (200, {}, page),
        "/r.pdf": (200, {}, PDF),
        "/s.pdf": (200, {}, PDF),
    }
    with site(answers) as (home, asked):
        look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)

    assert [taken.bodies[home + path] for path in ("/r.pdf", "/s.pdf")] == [PDF, PDF]
    assert len(paths(asked)) == 5


def test_what_robots_txt_forbids_is_not_fetched_but_told(bookmarks: Bookmarks, tmp_path: Path):
    taken = Taken()
    answers = {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /b\n"),
        "/a": (200, {}, HTML),
    }
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)

    assert "/b" not in paths(asked)
    assert "robots.txt of 127.0.0.1" in str(taken.bodies[f"{home}/b"])


def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(bookmarks: Bookmarks, tmp_path: Path):
    taken = Taken()
    answers = {"/robots.txt": (503, {}, b""), "/a": (200, {}, HTML)}
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)

    assert paths(asked) == ["/feed", "/robots.txt"]


def test_between_two_requests_there_is_a_pause_or_what_the_site_wants(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {"/robots.txt": (200, {}, b"User-agent: cure\nCrawl-delay: 7\n")}
    with site(answers) as (home, _):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        pages = origin(f"{home}/feed", bookmarks, tmp_path, pause_s=2)
        waits = [pages.look(taken), pages.look(taken)]

    assert waits[0] == 0
    assert 6 < waits[1] <= 7


def test_so_many_pages_each_time_and_the_rest_the_next_time(bookmarks: Bookmarks, tmp_path: Path):
    taken = Taken()
    answers = {"/a": (200, {}, HTML), "/b": (200, {}, HTML)}
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        for expected in (["/a"], ["/a", "/b"]):
            pages = origin(f"{home}/feed", bookmarks, tmp_path, most=1, every_s=0)
            pages.look(taken)
            pages.look(taken)
            assert [path for path in paths(asked) if len(path) == 2] == expected


def test_a_page_that_cannot_be_had_is_told_and_tried_again_twice(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {"/a": (404, {}, b""), "/b": (200, {}, HTML)}
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        for _ in range(5):
            bookmarks.forget(f"{home}/feed")
            look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)

    assert taken.bodies[f"{home}/a"] == f"{home}/a answered 404"
    assert (paths(asked).count("/a"), paths(asked).count("/b")) == (3, 1)


def test_a_redirect_is_followed_within_the_hosts_and_where_robots_txt_lets_us(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /secret\n"),
        "/a": (302, {"Location": "/c"}, b""),
        "/c": (200, {}, HTML),
        "/b": (301, {"Location": "/secret"}, b""),
    }
    with site(answers) as (home, asked):
        answers["/feed"] = (200, {}, FEED.format(home, DATE).encode())
        hosts = frozenset({"127.0.0.1"})
        look_on(origin(f"{home}/feed", bookmarks, tmp_path, hosts=hosts), taken)
        first = dict(taken.bodies)
        answers["/a"] = (302, {"Location": "http://localhost:1/"}, b"")
        answers["/feed"] = (200, {}, FEED.format(home, "").encode())
        bookmarks.forget(f"{home}/feed")
        look_on(origin(f"{home}/feed", bookmarks, tmp_path, hosts=hosts), taken)

    assert "/secret" not in paths(asked)
    assert first[f"{home}/a"] == HTML
    assert "forbids" in str(first[f"{home}/b"])
    assert "not among the hosts" in str(taken.bodies[f"{home}/a"])


def test_pages_of_other_hosts_and_schemes_are_not_visited(bookmarks: Bookmarks, tmp_path: Path):
    feed = FEED.format("http://192.0.2.1", DATE).replace("http://192.0.2.1/b", "file:///etc/passwd")
    taken = Taken()
    with site({"/feed": (200, {}, feed.encode())}) as (home, asked):
        look_on(origin(f"{home}/feed", bookmarks, tmp_path, hosts=frozenset({"127.0.0.1"})), taken)

    assert paths(asked) == ["/feed"]
    assert taken.bodies == {}


def test_what_attack_cites_is_fetched_with_the_tags_of_what_cites_it(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {"/a": (200, {}, HTML)}
    with site(answers) as (home, _):

        def technique(number: int) -> dict[str, object]:
            name, place = f"T100{number}", {"source_name": "A blog", "url": f"{home}/a"}
            catalogue = {"source_name": "mitre-attack", "external_id": name}
            return {
                "type": "attack-pattern",
                "id": f"attack-pattern--{number}",
                "name": "Invented",
                "external_references": [catalogue, place],
            }

        bundle = {"type": "bundle", "objects": [technique(1), technique(2)]}
        answers["/bundle.json"] = (200, {}, json.dumps(bundle).encode())
        look_on(origin(f"{home}/bundle.json", bookmarks, tmp_path), taken)

    assert taken.about[f"{home}/a"] == (
        mention(tag("attack:T1001"), "tag"),
        mention(tag("attack:T1002"), "tag"),
        mention(url(f"{home}/a"), "reference"),
    )


def test_an_item_that_cannot_be_read_is_told_and_the_others_are_visited(
    bookmarks: Bookmarks, tmp_path: Path
):
    taken = Taken()
    answers = {"/a": (200, {}, HTML), "/b": (200, {}, HTML)}
    with site(answers) as (home, _):
        answers["/feed"] = (200, {}, FEED.format(home, "some day").encode())
        look_on(origin(f"{home}/feed", bookmarks, tmp_path), taken)

    assert "'some day' is not a time" in str(taken.bodies[f"{home}/feed"])
    assert taken.bodies[f"{home}/b"] == HTML


def test_a_feed_that_is_none_or_asks_for_rest_is_told_to_the_operator(
    bookmarks: Bookmarks, tmp_path: Path
):
    answers = {"/feed": (200, {}, b"<html>moved</html>")}
    with site(answers) as (home, _):
        pages = origin(f"{home}/feed", bookmarks, tmp_path)
        with pytest.raises(SourceError, match="/feed: "):
            pages.look(Taken())
        answers["/feed"] = (429, {"Retry-After": "77"}, b"")
        with pytest.raises(LaterError) as later:
            pages.look(Taken())

    assert later.value.retry_after_s == 77


def test_pages_are_forgotten_after_their_time(tmp_path: Path):
    cache = PageCache(tmp_path / "pages")
    for place in ("old", "new"):
        draft = cache.draft()
        draft.write_bytes(b"x")
        cache.keep(place, draft)
    os.utime(cache.path("old"), (0, 0))
    cache.draft()

    cache.forget(3600)

    assert [one.name for one in (tmp_path / "pages").iterdir()] == [cache.path("new").name]
