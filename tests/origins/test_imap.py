"""IMAP: each mail once, read from a small server that speaks enough of RFC 3501."""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from beside import served
from cure.errors import LogError, SourceError
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.imap import Imap
from origins.delivered import Delivered

PASSWORD = "not-the-default-1"  # noqa: S105 - of this test


class Box(socketserver.StreamRequestHandler):
    mails: dict[int, bytes]
    validity: list[int]
    said: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            self.said.append(line)
            label, command, *rest = line.split(None, 2)
            done = self.answer(command.upper(), rest[0].strip() if rest else b"")
            self.wfile.write(label + b" " + done + b"\r\n")
            if command.upper() == b"LOGOUT":
                return

    def answer(self, command: bytes, rest: bytes) -> bytes:
        if command == b"CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        if command == b"LOGIN" and PASSWORD.encode() not in rest:
            return b"NO wrong"
        if command == b"EXAMINE":
            if rest != b'"Abuse \\"box\\""':
                return b"NO there is none"
            self.wfile.write(b"* %d EXISTS\r\n" % len(self.mails))
            self.wfile.write(b"* OK [UIDVALIDITY %d] valid\r\n" % self.validity[0])
            return b"OK [READ-ONLY] done"
        if command == b"UID" and rest.startswith(b"SEARCH"):
            after = int(re.findall(rb"UID (\d+):\*", rest)[0])
            found = [uid for uid in self.mails if uid >= after] or [max(self.mails)]
            self.wfile.write(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n")
        elif command == b"UID":
            uid = int(rest.split()[1])
            mail = self.mails[uid]
            if b"SIZE" in rest:
                size = 1 << 40 if mail == b"huge" else len(mail)
                self.wfile.write(b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, size))
            else:
                head = b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(mail))
                self.wfile.write(head + mail + b")\r\n")
        return b"OK done"


@contextmanager
def box(mails: dict[int, bytes]) -> Iterator[tuple[int, type[Box]]]:
    kind = type("Here", (Box,), {"mails": mails, "validity": [7], "said": []})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind)
    with served(server):
        yield server.server_address[1], kind


@pytest.fixture
def bookmarks(tmp_path: Path) -> Iterator[Bookmarks]:
    file = BookmarkFile(tmp_path / "origins.sqlite")
    yield Bookmarks(file, "malmail")
    file.close()


def origin(port: int, bookmarks: Bookmarks, password: str = PASSWORD, folder: str = 'Abuse "box"'):
    return Imap(
        bookmarks,
        host="127.0.0.1",
        port=port,
        user="abuse",
        password=password,
        folder=folder,
        tls=False,
    )


def test_each_mail_is_read_once_and_left_as_it_is(bookmarks: Bookmarks):
    got, mails = Delivered(), {3: b"Subject: one\r\n\r\nText\r\n", 9: b"Subject: two\r\n\r\n"}
    with box(mails) as (port, server):
        origin(port, bookmarks).look(got)
        origin(port, bookmarks).look(got)
        mails[12] = b"Subject: three\r\n\r\n"
        origin(port, bookmarks).look(got)

    assert [one for one in got.lines if one] == [
        b"Subject: one",
        b"Text",
        b"Subject: two",
        b"Subject: three",
    ]
    assert got.names[0] == 'imap://127.0.0.1/Abuse "box"/3'
    assert got.heads[0].startswith(b"Subject: one")
    assert not any(b"STORE" in said or b"SELECT" in said for said in server.said)


def test_a_mailbox_whose_numbers_are_given_anew_is_read_again(bookmarks: Bookmarks):
    got = Delivered()
    with box({3: b"Subject: one\r\n"}) as (port, server):
        origin(port, bookmarks).look(got)
        server.validity[0] = 8
        origin(port, bookmarks).look(got)

    assert got.lines == [b"Subject: one", b"Subject: one"]


def test_what_was_not_kept_is_fetched_again(bookmarks: Bookmarks):
    got = Delivered()
    got.is_full = True
    with box({3: b"Subject: one\r\n"}) as (port, _):
        with pytest.raises(LogError):
            origin(port, bookmarks).look(got)
        got.is_full = False
        origin(port, bookmarks).look(got)

    assert got.lines == [b"Subject: one"]


def test_what_is_too_large_is_told_instead(bookmarks: Bookmarks):
    got = Delivered()
    with box({3: b"huge"}) as (port, _):
        origin(port, bookmarks).look(got)

    assert [line.why for line in got.lines if not isinstance(line, bytes)] == [
        "the mail is larger than 67108864 bytes"
    ]


def test_what_the_server_refuses_is_told_without_the_password(bookmarks: Bookmarks):
    with box({3: b""}) as (port, _):
        with pytest.raises(SourceError, match="wrong") as refused:
            origin(port, bookmarks, password="another-password").look(Delivered())  # noqa: S106
        with pytest.raises(SourceError, match="there is none"):
            origin(port, bookmarks, folder="Other").look(Delivered())
    with pytest.raises(SourceError, match="imap://127"):
        origin(port, bookmarks).look(Delivered())

    assert "another-password" not in str(refused.value)
