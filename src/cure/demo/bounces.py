"""SpamDB in the generated world: a Postfix log, and double bounces as the postmaster got them.

Most mails arrive, some bounce, and few bounce twice: those of the campaigns, whose senders do not
exist.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import count
from operator import itemgetter
from pathlib import Path
from random import Random

from cure.demo.bystanders import HOME, mailer
from cure.demo.files import write_bytes, write_text
from cure.demo.mail import AttackMail, campaign_mails
from cure.demo.world import Delivery, World, happens

_MAILS_A_DAY = 40
_BOUNCED = 0.1
_TO_NOBODY = 0.5
"""So many mails of the campaigns are for people who do not exist."""
_RELAY = "relay=mail.example.net[2001:db8:25::1]:25"
_Line = tuple[datetime, int, str]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the log of one server, and the mailbox for double bounces of another."""
    own = folder / "spamdb"
    dice = world.dice("spamdb")
    lost = [mail for mail in campaign_mails(world) if happens(dice, _TO_NOBODY)]
    lines = sorted(_log(world, dice, lost[::2]), key=itemgetter(0, 1))
    texts = (f"{at:%b} {at.day:2} {at:%H:%M:%S} mx postfix/{text}" for at, _, text in lines)
    write_text(own / "mail.log", texts, world.end)
    yield Delivery("spamdb", "mx1", own / "mail.log")
    for number, mail in enumerate(lost[1::2]):
        write_bytes(own / "postmaster" / f"{number:04}.eml", _double_bounce(mail, number).encode())
    yield Delivery("spamdb", "mx2", own / "postmaster")


def _log(world: World, dice: Random, lost: list[AttackMail]) -> Iterator[_Line]:
    ids = (f"{0xA10000000 + number:X}" for number in count())
    number = count()
    for moment in world.moments(dice, _MAILS_A_DAY):
        sender = f"user{dice.randrange(99)}@example.org"
        mail = AttackMail(moment, mailer(world, dice), sender, "")
        some = _bounced(mail, ids) if happens(dice, _BOUNCED) else _delivered(mail, ids)
        yield from ((at, next(number), text) for at, text in some)
    for mail in lost:
        some = _bounced_twice(mail, ids)
        yield from ((at, next(number), text) for at, text in some)


_Told = Iterator[tuple[datetime, str]]


def _came(mail: AttackMail, name: str) -> _Told:
    yield mail.sent, f"smtpd[100]: {name}: client=unknown[{mail.address}]"
    yield mail.sent, f"qmgr[99]: {name}: from=<{mail.sender}>, size=4930, nrcpt=1 (queue active)"


def _delivered(mail: AttackMail, ids: Iterator[str]) -> _Told:
    name = next(ids)
    yield from _came(mail, name)
    sent = "relay=local, delay=0.2, dsn=2.0.0, status=sent (delivered to mailbox)"
    yield mail.sent, f"local[102]: {name}: to=<user@{HOME}>, {sent}"
    yield mail.sent, f"qmgr[99]: {name}: removed"


def _bounced(mail: AttackMail, ids: Iterator[str]) -> _Told:
    """Yield that nobody has this address, and that the sender got to know it."""
    name, bounce = next(ids), next(ids)
    yield from _failed(mail, name, bounce)
    told = f"{_RELAY}, delay=1, dsn=2.0.0, status=sent (250 ok)"
    yield mail.sent + timedelta(seconds=2), f"smtp[104]: {bounce}: to=<{mail.sender}>, {told}"


def _failed(mail: AttackMail, name: str, bounce: str) -> _Told:
    yield from _came(mail, name)
    failed = 'relay=local, delay=0.3, dsn=5.1.1, status=bounced (unknown user: "nobody")'
    yield mail.sent, f"local[102]: {name}: to=<nobody@{HOME}>, {failed}"
    yield mail.sent, f"bounce[103]: {name}: sender non-delivery notification: {bounce}"
    yield mail.sent, f"qmgr[99]: {bounce}: from=<>, size=6930, nrcpt=1 (queue active)"
    yield mail.sent, f"qmgr[99]: {name}: removed"


def _bounced_twice(mail: AttackMail, ids: Iterator[str]) -> _Told:
    """Yield that the sender does not exist either, so that the postmaster was told."""
    name, bounce, notice = next(ids), next(ids), next(ids)
    yield from _failed(mail, name, bounce)
    later = mail.sent + timedelta(seconds=4)
    failed = f"{_RELAY}, delay=4, dsn=5.1.1, status=bounced (550 5.1.1 no such user)"
    yield later, f"smtp[104]: {bounce}: to=<{mail.sender}>, {failed}"
    yield later, f"bounce[103]: {bounce}: postmaster non-delivery notification: {notice}"
    yield later, f"qmgr[99]: {notice}: from=<double-bounce@mx.{HOME}>, size=8930, nrcpt=1"


def _double_bounce(mail: AttackMail, number: int) -> str:
    """Return the notice to the postmaster, with the bounce in it, and the headers in that."""
    time = format_datetime(mail.sent)
    outer, inner = f"{number:X}F/mx", f"{number:X}E/mx"
    report = 'multipart/report; report-type=delivery-status; boundary="{}"'
    daemon = f"From: MAILER-DAEMON@mx.{HOME} (Mail Delivery System)"
    return "\n".join(
        (
            f"Return-Path: <double-bounce@mx.{HOME}>",
            f"Date: {time}",
            daemon,
            f"To: postmaster@mx.{HOME}",
            "Subject: Postmaster Copy: Undelivered Mail",
            f"Content-Type: {report.format(outer)}",
            "",
            f"--{outer}",
            "Content-Type: message/delivery-status",
            "",
            f"Final-Recipient: rfc822; {mail.sender}",
            "Action: failed",
            "Status: 5.1.1",
            "",
            f"--{outer}",
            "Content-Type: message/rfc822",
            "",
            "Return-Path: <>",
            daemon,
            f"To: {mail.sender}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Content-Type: {report.format(inner)}",
            "",
            f"--{inner}",
            "Content-Type: message/delivery-status",
            "",
            f"X-Postfix-Sender: rfc822; {mail.sender}",
            "",
            f"Final-Recipient: rfc822; nobody@{HOME}",
            "Action: failed",
            "Status: 5.1.1",
            "",
            f"--{inner}",
            "Content-Type: text/rfc822-headers",
            "",
            f"Received: from pc (unknown [{mail.address}]) by mx.{HOME} (Postfix) id 4A1B2; {time}",
            f"From: <{mail.sender}>",
            f"To: nobody@{HOME}",
            "Subject: Invoice",
            "",
            f"--{inner}--",
            "",
            f"--{outer}--",
            "",
        )
    )
