"""Headers of a mail: its mailboxes, the server that brought it, when it came, what was checked.

Anybody may write any header; those nearest to the top were written by the servers of the own side.
"""

import re
from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

from cure.errors import MalformedError
from cure.formats.encoded_words import decoded
from cure.formats.mime import Entity
from cure.formats.moments import in_utc
from cure.formats.typed import typed_host
from cure.model import Observable, Topic, email
from cure.model.finding import EARLIEST, SKEW
from cure.model.networks import Networks

_MAX_LIST_CHARS = 4000
_QUOTED = re.compile(r'"[^"]*"|\([^()]*\)')
_IN_ANGLES = re.compile(r"<([^<>]*)>")
_CHECKED = re.compile(
    r"(?:sender IP is|client-ip=|designates|when checking)\s*([0-9a-f:.]*[0-9a-f])", re.IGNORECASE
)
# The last of a hop's addresses is the one that was seen: the host may call itself [10.0.0.1].
_SEEN = re.compile(r"(?<!helo=)[\[(](?:IPv6:)?([0-9a-f:.]{3,45})[\])]", re.IGNORECASE)
_BY = re.compile(r"\sby\s")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)=([a-z]{1,20})\b", re.IGNORECASE)
_LONGEST_WAY = timedelta(days=7)
"""Longer no server tries to deliver a mail (RFC 5321 §4.5.4.1: 4-5 days)."""


def mailboxes(value: str) -> list[Observable]:
    """Return the mailboxes in a header; what is none, and what a name in quotes says, is not.

    >>> [
    ...     one.value
    ...     for one in mailboxes('"bank@example.com" <a@example.net>, Nobody, b@example.org')
    ... ]
    ['a@example.net', 'b@example.org']
    """
    found: list[Observable] = []
    for text in mailbox_texts(value):
        try:
            found.append(email(text))
        except MalformedError:  # senders write what they like
            continue
    return found


def mailbox_texts(value: str) -> Iterator[str]:
    """Yield what stands in a header where mailboxes belong."""
    for text in _QUOTED.sub(" ", value[:_MAX_LIST_CHARS]).split(","):
        in_angles = _IN_ANGLES.search(text)
        yield (in_angles[1] if in_angles else text).strip()


_MAX_RECIPIENTS = 100
_TELLING_CHARS = 4
"""A shorter name in a text may be any word."""
_RECEIVING = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")


def recipients(of: Entity) -> frozenset[str]:
    """Return to whom a mail was sent, in lower case, 100 at most, readable as mailboxes or not."""
    told = (
        text.lower()
        for name in _RECEIVING
        for value in of.headers(name)
        for text in mailbox_texts(value)
        if "@" in text
    )
    return frozenset(islice(told, _MAX_RECIPIENTS))


def withheld(text: str, received: Iterable[str]) -> str:
    """Leave the recipients out of what is written for them, such as "Dear user@example.com"."""
    for mailbox in received:
        for word in (mailbox, mailbox.partition("@")[0]):
            if len(word) >= _TELLING_CHARS:
                pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
                text = re.sub(pattern, "…", text, flags=re.IGNORECASE)
    return text


def is_telling(sender: Observable, received: Container[str]) -> bool:
    """Tell whether a mailbox stands for the sender alone.

    One with = in it says whom the mail was for, or who passed it on (VERP, SRS, BATV); one of
    a recipient is feigned.
    """
    return "=" not in sender.value and sender.value.lower() not in received


def display_name(value: str) -> str:
    """Return the name before the mailbox in a header such as From, as people read it."""
    before, angle, _ = value.partition("<")
    return decoded(before).strip("\"', ") if angle else ""


def hops(of: Entity, own: Networks) -> Iterator[Observable]:
    """Yield the addresses outside the own side that its servers had the mail from, topmost first.

    Only the first was seen by the own side; all others are hearsay.
    """
    for value in of.headers("received"):
        if not value.startswith("from "):
            continue
        seen = _SEEN.findall(_BY.split(value, maxsplit=1)[0])
        if seen and (found := outside(seen[-1], own)):
            yield found


def sending_address(of: Entity, own: Networks) -> Observable | None:
    """Return the address outside from which the own side had the mail.

    It is the one whose right to send was checked (SPF), where a server tells of that, since
    the large providers hand mails on between public addresses of their own; or else that of
    the topmost hop.
    """
    told = (of.header("authentication-results"), of.header("received-spf"))
    checked = (_CHECKED.search(decoded(value)) for value in told)
    for text in (*(found[1] for found in checked if found), of.header("x-sender-ip")):
        if found := outside(text, own):
            return found
    return next(hops(of, own), None)


def outside(text: str, own: Networks) -> Observable | None:
    """Read an address; None: it is none, or one of the own side or of every local network."""
    found = typed_host(text)
    return found if found and found.topic is Topic.IP and found.value not in own else None


def results(of: Entity) -> dict[str, str]:
    """Return what came of checking SPF, DKIM and DMARC, in lower case (RFC 8601)."""
    found: dict[str, str] = {}
    for value in of.headers("authentication-results"):
        for method, result in _RESULT.findall(decoded(value)):
            found.setdefault(method.lower(), result.lower())
    return found


def moment(of: Entity, as_of: datetime) -> datetime | None:
    """Return when a mail was sent.

    It is its Date, if that fits to when the servers had it; or else the latter. None: neither
    is told, or not before `as_of`.
    """
    latest = as_of + SKEW
    came = _first(value.rpartition(";")[2] for value in of.headers("received"))
    sent = _first(of.headers("date"))
    if sent and came and abs(sent - came) > _LONGEST_WAY:
        sent = None
    return next((at for at in (sent, came) if at and EARLIEST <= at <= latest), None)


def _first(values: Iterable[str]) -> datetime | None:
    for value in values:
        try:
            return in_utc(parsedate_to_datetime(value.strip()[:100]))
        except (ValueError, OverflowError, IndexError):  # the next may be a time
            continue
    return None
