"""Values of cases by the kind that an analyst chose for each: MISP's types, and other words."""

import re
from collections.abc import Sequence
from typing import Any

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, entry
from cure.formats.misp import PARTS
from cure.formats.tickets import Ticket
from cure.model import Mention, Topic, email, mention, recognise

KINDS = {
    **PARTS,
    "url": ((recognise, ""),),  # some are without their scheme
    "email-reply-to": ((email, "sender"),),
    "whois-registrant-email": ((email, "registrant"),),
}
"""MISP's types of attributes, as cases use them."""
_OTHER_WORDS = frozenset(
    {
        *("ip", "ip-any", "ipv4", "ipv6", "ip-address", "fqdn", "domain-name", "host-name", "uri"),
        *("mail", "mail-address", "email-address", "hash", "file-hash", "sha-1", "sha-256"),
    }
)
_NAMES = frozenset({"domain", "hostname", "fqdn", "host-name", "domain-name"})
# Names that mean something at home only: those of Windows, and those under a domain of one's own.
_AT_HOME = re.compile(
    r"[\w-]+|\S+\.(?:local|lan|internal|intranet|intra|corp|home|localdomain|home\.arpa)\.?",
    re.IGNORECASE,
)


def typed_value(
    kind: str, value: str, role: str = "subject"
) -> tuple[list[Mention], dict[str, Any]]:
    """Read a value of a case of TheHive or DFIR-IRIS.

    Args:
        kind: What it is, in words of TheHive or MISP: ``fqdn``, ``ip-dst|port``, ``mail_subject``.
        value: The value.
        role: What it was in the case, unless its kind says more.

    Returns:
        Its mentions and attributes; nothing for a kind without a topic, or a name of one's own.

    Raises:
        MalformedError: If it is not of the kind.

    >>> [one.value for one in typed_value("domain|ip", "a.example.com|192.0.2.1")[0]]
    ['a.example.com', '192.0.2.1']
    """
    word = re.sub(r"[ _]+", "-", kind.strip().lower())
    parts = KINDS.get(word)
    if word in _NAMES and _AT_HOME.fullmatch(value):
        return [], {}
    if parts is not None:
        return parted(value, parts, kind, role)
    if word not in _OTHER_WORDS:
        return [], {}
    found = entry(value)
    own = "sample" if found.observables[0].topic is Topic.HASH and role == "subject" else role
    return [mention(one, own) for one in found.observables], dict(found.attributes)


def parted(
    value: str, parts: Sequence[tuple[Any, str]], kind: str, role: str
) -> tuple[list[Mention], dict[str, Any]]:
    """Read the parts of a value between its bars.

    Args:
        value: The value.
        parts: For each part the constructor and the role that the kind gives it, or None and the
            name of an attribute of ours.
        kind: What it is called.
        role: What it was; ``context`` whatever its kind says.

    Raises:
        MalformedError: If there are not as many parts, or one is none.
    """
    texts = value.split("|", len(parts) - 1)
    if len(texts) != len(parts):
        raise MalformedError(kind, value, f"want {len(parts)} parts with a bar between")
    mentions: list[Mention] = []
    attributes: dict[str, Any] = {}
    for (form, word), text in zip(parts, texts, strict=True):
        if form is None:
            attributes[word] = int(text) if word == "port" else text[:MAX_TEXT]
            continue
        found = form(text)
        mentions.append(mention(found, role if role == "context" else word or role))
    return mentions, attributes


def of_case(
    case: Ticket, value: tuple[list[Mention], dict[str, Any]], labels: Sequence[str], comment: str
) -> Ticket | None:
    """Make the ticket of a value of a case: what holds for the case holds for it too.

    Returns:
        None if nothing is named.
    """
    mentions, attributes = value
    if not mentions:
        return None
    told = {**case.attributes, "comment": comment[:MAX_TEXT], **attributes}
    return Ticket(mentions, case.seen, (*labels, *case.labels), told)
