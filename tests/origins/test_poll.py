"""Poll: only what has changed, not more often than agreed, and no key in what is said."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cure.errors import SourceError
from cure.interfaces import Input, Unreadable
from cure.origins import poll
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.delivering import LaterError
from cure.origins.egress import Bounds
from cure.origins.poll import Poll
from origins.delivered import Delivered
from origins.test_egress import site

INSIDE = Bounds(allow_private=True, seconds=10)


@pytest.fixture
def bookmarks(tmp_path: Path) -> Iterator[Bookmarks]:
    file = BookmarkFile(tmp_path / "origins.sqlite")
    yield Bookmarks(file, "exist@a")
    file.close()


def origin(url: str, bookmarks: Bookmarks, every_s: float = 0, **more: str) -> Poll:
    return Poll(bookmarks, url=url, every_s=every_s, bounds=INSIDE, **more)


def test_it_asks_again_only_for_what_has_changed(bookmarks: Bookmarks):
    got = Delivered()
    modified = "Thu, 15 Jan 2026 12:00:00 GMT"
    answers = {"/ipsum.txt": (200, {"ETag": '"1"', "Last-Modified": modified}, b"192.0.2.1\t3\n")}
    with site(answers) as (url, asked):
        polling = origin(f"{url}/ipsum.txt", bookmarks)
        polling.look(got)
        answers["/ipsum.txt"] = (304, {}, b"")
        polling.look(got)
        origin(f"{url}/ipsum.txt", bookmarks).look(got)

    assert got.lines == [b"192.0.2.1\t3"]
    assert got.names == [f"{url}/ipsum.txt"]
    assert "if-none-match" not in asked[0][1]
    for _, headers in asked[1:]:
        assert (headers["if-none-match"], headers["if-modified-since"]) == ('"1"', modified)


def test_the_moment_of_a_list_is_when_it_was_made(bookmarks: Bookmarks):
    moments: list[str] = []

    def deliver(data: Input, **_: int) -> None:
        moments.append(data.as_of.isoformat())
        list(data.lines)

    modified = {"Last-Modified": "Thu, 15 Jan 2026 12:00:00 GMT"}
    with site({"/a": (200, modified, b"192.0.2.1\n")}) as (url, _):
        origin(f"{url}/a", bookmarks).look(deliver)

    assert moments == ["2026-01-15T12:00:00+00:00"]


def test_it_keeps_to_its_schedule_also_after_a_restart(bookmarks: Bookmarks):
    with site({"/a": (200, {}, b"192.0.2.1\n")}) as (url, asked):
        assert origin(f"{url}/a", bookmarks, 3600).look(Delivered()) == 3600
        assert 3590 < origin(f"{url}/a", bookmarks, 3600).look(Delivered()) <= 3600

    assert len(asked) == 1


def test_what_was_not_kept_is_fetched_again(bookmarks: Bookmarks):
    got = Delivered()
    got.is_full = True
    with site({"/a": (200, {"ETag": '"1"'}, b"192.0.2.1\n")}) as (url, asked):
        with pytest.raises(Exception, match="no space left"):
            origin(f"{url}/a", bookmarks, 3600).look(got)
        got.is_full = False
        origin(f"{url}/a", bookmarks, 3600).look(got)

    assert got.lines == [b"192.0.2.1"]
    assert len(asked) == 2


def test_packed_lists_and_archives_are_opened(bookmarks: Bookmarks):
    got = Delivered()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as packing:
        member = tarfile.TarInfo("trails/emotet.txt")
        member.size = 4
        packing.addfile(member, io.BytesIO(b"a.b\n"))
    with site(
        {
            "/list.txt.gz": (200, {}, gzip.compress(b"192.0.2.1\n")),
            "/all.tar.gz": (200, {}, archive.getvalue()),
            "/sent": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"192.0.2.2\n")),
        }
    ) as (url, _):
        for path in ("/list.txt.gz", "/all.tar.gz", "/sent"):
            origin(url + path, bookmarks).look(got)

    assert got.lines == [b"192.0.2.1", b"a.b", b"192.0.2.2"]
    assert got.names[1].endswith("/trails/emotet.txt")


def test_what_expands_without_end_is_broken_off(
    bookmarks: Bookmarks, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(poll, "MAX_EXPANDED_BYTES", 1000)
    got = Delivered()
    with site({"/a": (200, {}, gzip.compress(b"192.0.2.1\n" * 1000))}) as (url, _):
        origin(f"{url}/a", bookmarks).look(got)

    assert len(got.lines) == 101
    assert got.lines[-1] == Unreadable(b"192.0.2.1", "more than 1000 bytes once unpacked")


def test_a_key_goes_into_the_url_or_a_header_and_into_no_message(bookmarks: Bookmarks):
    with site({"/a?auth-key=k%2F1": (200, {}, b""), "/b": (200, {}, b"")}) as (url, asked):
        origin(f"{url}/a?auth-key={{key}}", bookmarks, key="k/1").look(Delivered())
        origin(f"{url}/b", bookmarks, key="k/1", header="Auth-Key").look(Delivered())
        with pytest.raises(SourceError) as refused:
            origin(f"{url}/none?auth-key={{key}}", bookmarks, key="k/1").look(Delivered())

    assert asked[0][0] == "/a?auth-key=k%2F1"
    assert asked[1][1]["auth-key"] == "k/1"
    assert str(refused.value) == f"{url}/none?auth-key={{key}} answered 404"
    with pytest.raises(SourceError) as unreached:
        origin(f"{url}/{{key}}/", bookmarks, key="k/1").look(Delivered())
    assert "k/1" not in str(unreached.value)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [("120", 120, 120), ("Thu, 15 Jan 2026 12:00:00 GMT", 0, 0), ("soon", 600, 600)],
)
def test_who_asks_to_be_left_alone_is_left_alone(
    told: str, least: float, most: float, bookmarks: Bookmarks
):
    with (
        site({"/a": (429, {"Retry-After": told}, b"")}) as (url, _),
        pytest.raises(LaterError) as later,
    ):
        origin(f"{url}/a", bookmarks).look(Delivered())

    assert least <= later.value.retry_after_s <= most
