"""Follow: every line once, through growth, rotation, truncation and restarts."""

import gzip
import os
import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import LogError, SourceError
from cure.interfaces import Input, Line
from cure.origins import follow
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.documents import is_document
from cure.origins.follow import Follow
from cure.origins.listing import followed, mails
from origins.delivered import Delivered


@pytest.fixture
def bookmarks(tmp_path: Path) -> Iterator[Bookmarks]:
    file = BookmarkFile(tmp_path / "origins.sqlite")
    yield Bookmarks(file, "cowrie@a")
    file.close()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def origin(path: Path, bookmarks: Bookmarks, **more: float | bool) -> Follow:
    return Follow(bookmarks, listed=partial(followed, path), **more)  # pyright: ignore[reportArgumentType]


def write(path: Path, data: bytes, *, age_s: float = 0) -> Path:
    with path.open("ab") as file:
        file.write(data)
    rest(path, age_s)
    return path


def rest(path: Path, age_s: float) -> None:
    at = time.time() - age_s
    os.utime(path, (at, at))


def test_what_is_added_is_delivered_once(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\ntwo\n"), Delivered()
    following = origin(log, bookmarks)

    assert following.look(got) == 1.0
    assert got.new() == [b"one", b"two"]
    following.look(got)
    assert got.new() == []
    write(log, b"three\r\n")
    following.look(got)
    assert got.new() == [b"three"]
    assert got.numbers == [1, 2, 3]


def test_a_line_without_its_end_waits_for_it(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\ntw"), Delivered()
    following = origin(log, bookmarks)

    following.look(got)
    assert got.new() == [b"one"]
    write(log, b"o\n")
    following.look(got)
    assert got.new() == [b"two"]


def test_a_last_line_that_nobody_ends_is_read_in_the_end(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    write(logs / "a.log", b"one\ntwo", age_s=400)

    origin(logs, bookmarks).look(got)

    assert got.new() == [b"one", b"two"]


def test_after_a_restart_it_goes_on_where_it_was(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\n"), Delivered()
    origin(log, bookmarks).look(got)
    write(log, b"two\n")

    origin(log, bookmarks).look(got)

    assert got.lines == [b"one", b"two"]


def test_what_was_not_kept_is_delivered_again(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\n"), Delivered()
    following = origin(log, bookmarks)
    got.is_full = True
    with pytest.raises(LogError):
        following.look(got)
    got.is_full = False

    following.look(got)

    assert got.lines == [b"one"]


@pytest.mark.parametrize("whole_folder", [True, False])
@pytest.mark.parametrize("ending", [".1", "-20260115", ".2026-01-15"])
def test_a_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start(
    logs: Path, bookmarks: Bookmarks, ending: str, *, whole_folder: bool
):
    log, got = write(logs / "a.log", b"one\n"), Delivered()
    following = origin(logs if whole_folder else log, bookmarks)
    following.look(got)
    write(log, b"two\nthree")
    rotated = log.rename(logs / f"a.log{ending}")
    rest(rotated, 60)
    write(log, b"four\n")

    following.look(got)

    assert got.lines == [b"one", b"two", b"three", b"four"]


@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_gz_made_of_a_rotated_file_is_not_read_twice(
    logs: Path, bookmarks: Bookmarks, *, whole_folder: bool
):
    log, got = write(logs / "a.log", b"".join(b"line %d\n" % n for n in range(2000))), Delivered()
    following = origin(logs if whole_folder else log, bookmarks)
    following.look(got)
    assert len(got.new()) == 2000
    write(log, b"the last\n")
    packed = logs / "a.log.1.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    rest(packed, 60)
    log.unlink()
    write(log, b"the first\n")

    for _ in range(2):
        following.look(got)

    assert got.new() == [b"the last", b"the first"]
    assert got.numbers[-2:] == [2001, 1]


def test_a_file_that_is_copied_and_cut_is_read_once(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\ntwo\n"), Delivered()
    following = origin(logs, bookmarks)
    following.look(got)
    write(log, b"three\n")
    shutil.copy(log, logs / "a.log.1")
    os.truncate(log, 0)
    write(log, b"four\nfive\nsix\nseven\neight\n")

    following.look(got)

    assert got.lines == [b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eight"]


def test_a_file_written_anew_in_its_place_is_read_from_its_start(logs: Path, bookmarks: Bookmarks):
    log, got = write(logs / "a.log", b"one\ntwo\n"), Delivered()
    following = origin(log, bookmarks)
    following.look(got)
    log.write_bytes(b"another\nfile\nthat is longer\n")

    following.look(got)

    assert got.lines == [b"one", b"two", b"another", b"file", b"that is longer"]


def test_older_rotated_files_are_read_only_where_the_folder_is_followed(
    logs: Path, bookmarks: Bookmarks
):
    got = Delivered()
    write(logs / "a.log.1", b"old\n", age_s=60)
    write(logs / "a.log", b"new\n")

    origin(logs / "a.log", bookmarks).look(got)
    assert got.new() == [b"new"]
    origin(logs, bookmarks).look(got)
    assert got.new() == [b"old"]


def test_new_files_in_a_folder_are_found_the_oldest_first(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    write(logs / "b.log", b"earlier\n", age_s=60)
    (logs / "deep").mkdir()
    write(logs / "deep" / "a.log", b"later\n")
    write(logs / ".a.log.part", b"not ready\n")

    origin(logs, bookmarks).look(got)

    assert got.lines == [b"earlier", b"later"]


def test_a_packed_file_is_read_whole_once_it_rests(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    packed = logs / "a.log.gz"
    packed.write_bytes(gzip.compress(b"one\ntwo"))
    following = origin(logs, bookmarks)

    following.look(got)
    assert got.new() == []
    rest(packed, 10)
    following.look(got)
    following.look(got)
    assert got.new() == [b"one", b"two"]


def test_a_document_is_read_whole_whenever_it_changed_and_rests(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    document = write(logs / "report.json", b'{\n  "type": "bundle"\n}\n', age_s=10)
    following = origin(logs, bookmarks)

    following.look(got)
    assert len(got.new()) == 3
    document.write_bytes(b'{\n  "type": "note"\n}\n')
    rest(document, 20)
    following.look(got)
    assert got.new()[1] == b'  "type": "note"'


def test_all_files_are_documents_if_one_says_so(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    listed = write(logs / "list.csv", b"address,times\n192.0.2.1,3\n", age_s=10)
    following = origin(logs, bookmarks, whole=True)
    following.look(got)
    write(listed, b"192.0.2.2,1\n", age_s=10)

    following.look(got)

    assert got.lines[-3:] == [b"address,times", b"192.0.2.1,3", b"192.0.2.2,1"]


def test_the_comments_at_the_beginning_come_with_every_part(logs: Path, bookmarks: Bookmarks):
    seen: list[tuple[list[Line], int, int]] = []

    def deliver(data: Input, *, before: int = 0, repeated: int = 0) -> None:
        seen.append((list(data.lines), before, repeated))

    log = write(logs / "conn.log", b"#separator \\x09\n#fields\tts\tid\n1\ta\n")
    following = origin(log, bookmarks)
    following.look(deliver)
    write(log, b"2\tb\n")
    following.look(deliver)

    head = [b"#separator \\x09", b"#fields\tts\tid"]
    assert seen == [([*head, b"1\ta"], 0, 0), ([*head, b"2\tb"], 3, 2)]


def test_a_line_longer_than_what_is_read_at_a_time_is_one_line(
    logs: Path, bookmarks: Bookmarks, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(follow, "WINDOW_BYTES", 10)
    got = Delivered()
    lines = [b"a" * 25, b"b", b"c" * 9, b"d" * 31]
    write(logs / "a.log", b"\n".join(lines) + b"\n")

    origin(logs, bookmarks).look(got)

    assert got.lines == lines
    assert got.numbers == [1, 2, 3, 4]
    assert len(got.names) > 1


def test_one_file_that_cannot_be_read_stops_no_other(logs: Path, bookmarks: Bookmarks):
    got = Delivered()
    (logs / "a.log").symlink_to(logs / "a.log")
    write(logs / "b.log", b"one\n")

    with pytest.raises(SourceError, match=r"cannot read .*a\.log"):
        origin(logs, bookmarks).look(got)

    assert got.lines == [b"one"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path, bookmarks: Bookmarks):
    with pytest.raises(SourceError, match="there is no file"):
        origin(tmp_path / "none.log", bookmarks).look(Delivered())


def test_mails_are_read_once_also_when_somebody_opens_them(tmp_path: Path, bookmarks: Bookmarks):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    mail = write(tmp_path / "box" / "new" / "1.a.host", b"Subject: one\n\nText\n")
    write(tmp_path / "box" / "tmp" / "2.a.host", b"Subject: half")
    following = Follow(
        bookmarks, listed=partial(mails, tmp_path / "box"), whole=True, settled_s=0.0
    )
    got = Delivered()

    following.look(got)
    mail.rename(tmp_path / "box" / "cur" / "1.a.host:2,S")
    following.look(got)

    assert got.lines == [b"Subject: one", b"", b"Text"]
    with pytest.raises(SourceError, match="no Maildir"):
        mails(tmp_path)


@pytest.mark.parametrize(
    ("head", "whole"),
    [
        (b"", False),
        (b'{"eventid": "a"}\n{"eventid": "b"}\n', False),
        (b'{"eventid": "a", "message": "' + b"a" * 5000, False),
        (b"<134>Jan  2 03:04:05 mx postfix[1]: x\n", False),
        (b"192.0.2.1\t3\n", False),
        (b"#separator \\x09\n", False),
        (b"[2026-01-01 00:00:00] started\n", False),
        (b'{\n  "type": "bundle"', True),
        (b'[{"Event": 1}]', True),
        (b"<?xml version='1.0'?>", True),
        (b"<html>", True),
        (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", True),
        (b"SQLite format 3\0", True),
        (b"Received: from mx.example.jp", True),
        (b"From bounce@example.jp Thu Jan  1", True),
    ],
)
def test_the_first_bytes_tell_documents_from_lines(head: bytes, *, whole: bool):
    assert is_document(head) == whole


@given(
    lines=st.lists(st.text("a\té\x1b", max_size=8).map(str.encode), max_size=40),
    cuts=st.lists(st.integers(0, 400), max_size=6),
    rotations=st.sets(st.integers(0, 6), max_size=3),
    restarts=st.sets(st.integers(0, 6), max_size=3),
)
def test_however_it_is_written_and_rotated_every_line_comes_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, lines, cuts, rotations, restarts
):
    lines = [b"%d %s" % (number, line) for number, line in enumerate(lines)]
    data = b"".join(line + b"\n" for line in lines)
    folder = tmp_path_factory.mktemp("logs")
    file = BookmarkFile(folder / ".origins.sqlite")
    marks, got = Bookmarks(file, "a"), Delivered()
    following = origin(folder, marks, settled_s=0.0)
    log = folder / "a.log"
    for step, (start, end) in enumerate(
        zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True)
    ):
        write(log, data[start:end])
        following.look(got)
        if step in rotations and data[:end].endswith(b"\n"):
            log.rename(folder / f"a.log.{step}")
        if step in restarts:
            following = origin(folder, marks, settled_s=0.0)
    following.look(got)
    file.close()

    assert got.lines == lines
