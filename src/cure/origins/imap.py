"""A mailbox over IMAP: each mail is read once, and left as it is.

Source: https://www.rfc-editor.org/rfc/rfc3501
"""

import imaplib
import io
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from cure.errors import SourceError
from cure.interfaces import Input, Unreadable
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Deliver
from cure.origins.files import blocks, lines

MAX_MAIL_BYTES = 64 << 20
_TIMEOUT_S = 60
_HEAD_BYTES = 4096


class _Read(msgspec.Struct, frozen=True):
    """How far a mailbox was read; another validity means that its numbers are given anew."""

    validity: str
    uid: int


_decoder = msgspec.json.Decoder(_Read)


class Imap:
    """An origin that reads new mails, without marking them as read."""

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        bookmarks: Bookmarks,
        *,
        host: str,
        port: int,
        user: str,
        password: str,
        folder: str,
        tls: bool = True,
        every_s: float = 60.0,
    ) -> None:
        """Look into a folder every `every_s` seconds."""
        self._bookmarks = bookmarks
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._folder = folder
        self._tls = tls
        self._every_s = every_s
        self._name = f"imap://{host}/{folder}"

    def look(self, deliver: Deliver) -> float:
        """Deliver the mails that came since the last look."""
        try:
            with self._opened() as box:
                self._read_new(box, deliver)
        except (imaplib.IMAP4.error, OSError) as error:
            raise SourceError(f"{self._name}: {error}") from error
        return self._every_s

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        if self._tls:
            context = ssl.create_default_context()
            box = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=_TIMEOUT_S)
        else:
            box = imaplib.IMAP4(self._host, self._port, timeout=_TIMEOUT_S)
        with box:
            box.login(self._user, self._password)
            yield box

    def _read_new(self, box: imaplib.IMAP4, deliver: Deliver) -> None:
        quoted = self._folder.replace("\\", "\\\\").replace('"', '\\"')
        status, said = box.select(f'"{quoted}"', readonly=True)
        if status != "OK":
            raise SourceError(f"{self._name}: {said!r}")
        validity = b"".join(part or b"" for part in box.response("UIDVALIDITY")[1]).decode("ascii")
        last = self._bookmarks.read(_decoder).get(self._name)
        after = last.uid if last and last.validity == validity else 0
        _, found = box.uid("SEARCH", f"UID {after + 1}:*")
        # `*` is the last mail, also where that is not after the others.
        for uid in sorted(n for n in map(int, (found[0] or b"").split()) if n > after):
            deliver(self._mail(box, uid))
            self._bookmarks.write(self._name, _Read(validity, uid))

    def _mail(self, box: imaplib.IMAP4, uid: int) -> Input:
        name, now = f"{self._name}/{uid}", datetime.now(UTC)
        _, said = box.uid("FETCH", str(uid), "(RFC822.SIZE)")
        size = int(str(said[0]).partition("RFC822.SIZE ")[2].partition(" ")[0].rstrip(")'\""))
        if size > MAX_MAIL_BYTES:
            unread = Unreadable(b"", f"the mail is larger than {MAX_MAIL_BYTES} bytes")
            return Input(name=name, as_of=now, lines=iter((unread,)), blocks=iter((unread,)))
        _, said = box.uid("FETCH", str(uid), "(BODY.PEEK[])")
        if not isinstance(said[0], tuple):
            raise SourceError(f"{name}: the server does not give it out: {said[0]!r}")
        mail = said[0][1]
        return Input(
            name=name,
            as_of=now,
            lines=lines(io.BytesIO(mail)),
            blocks=blocks(io.BytesIO(mail)),
            head=mail[:_HEAD_BYTES],
        )
