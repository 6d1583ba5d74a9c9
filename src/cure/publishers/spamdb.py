"""SpamDB: who sent the mails that came back twice: double bounces.

Such a mail had a forged sender: neither those to whom it was sent nor the sender to whom it was
returned exist. Read are the mails of a mailbox for double bounces, and logs of mail servers.

- A mail that tells of a failed delivery speaks, whichever server wrote it: it lies in this
  mailbox because nobody else would have it. Its `kind` says whether it returns a bounce
  (`double-bounce`), was sent for information (`postmaster-copy`), or neither (`bounce`). Notices
  of delay, receipts, reports of abuse and bounces that return nothing are silent.
- In a log only a bounce that failed speaks. Other mails from ``double-bounce@`` are silent: that
  sender also verifies addresses, and sends transcripts of SMTP sessions.

Published are the sender of the mail at the bottom and the address that had brought it, never
``MAILER-DAEMON`` nor a recipient.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from cure.formats.bounce import read_bounce
from cure.formats.mail_headers import is_telling, outside
from cure.formats.mail_queue import DoubleBounce, is_log, read_log
from cure.formats.mbox import each_mail, is_mail
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Observable, Tlp, Topic, email, mention

_MAX_TEXT_CHARS = 1000


def read(source: Input) -> Iterator[Reading]:
    """Choose the reader by the first bytes, and yield what it reads."""
    if is_mail(source.head):
        yield from each_mail(source, partial(_said_by_mail, source))
    elif is_log(source):
        yield from read_log(source, partial(_said_by_log, source))
    else:
        deque(source.lines, maxlen=0)
        yield Reading(1, source.head, why="neither mails nor the log of a mail server")


def _said_by_mail(source: Input, raw: bytes) -> Sequence[Finding]:
    bounce = read_bounce(raw, source.as_of, source.setting.own)
    if bounce is None:
        return ()
    attributes = {
        "kind": bounce.kind,
        "subject": bounce.subject[:_MAX_TEXT_CHARS],
        "status": bounce.status,
        "sender_in": bounce.told_in,
    }
    return _finding(bounce.sender, bounce.address, (bounce.seen, bounce.seen), attributes)


def _said_by_log(source: Input, bounce: DoubleBounce) -> Sequence[Finding]:
    sender = email(bounce.sender) if bounce.sender else None
    address = outside(bounce.client, source.setting.own)
    if sender and not is_telling(sender, ()):
        sender = None
    seen = bounce.came, bounce.failed
    return _finding(sender, address, seen, {"kind": "double-bounce"})


def _finding(
    sender: Observable | None,
    address: Observable | None,
    seen: tuple[datetime | None, datetime | None],
    attributes: Mapping[str, str],
) -> Sequence[Finding]:
    mentions = tuple(mention(one, "sender") for one in (sender, address) if one)
    told = {name: value for name, value in attributes.items() if value}
    return (Finding(Kind.SIGHTING, mentions, *seen, attributes=told),) if mentions else ()


PUBLISHER = Publisher(
    name="spamdb",
    title="SpamDB: double bounces",
    title_ja="SpamDB: ダブルバウンスメール",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.EMAIL}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://www.rfc-editor.org/rfc/rfc3464",
)
