"""Processes on own machines: what they were started from, turned to, asked for and left behind.

All that lies outside speaks, of suspicious processes and of others, as it is what the other
sources are compared with; what tells of the own side alone is silent. Roles:

- ``process``: the hashes of the program that was started;
- ``file``: the hashes of a file that a process loaded, wrote or deleted;
- ``target``: an address or a name that a process connected to, or a URL in the command of a
  suspicious one;
- ``client``: an address that connected to a process;
- ``queried``, ``resolved``: a name that a process asked for, and the addresses it got;
- ``payload``: the URL that a file came from.

The attribute `suspicious` is the rule that the process met; only then is its command told. A
``*`` stands for own addresses, machines and users.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.outside import outside
from cure.formats.suspicion import Process, suspicion
from cure.formats.typed import typed_host, typed_url
from cure.model import Finding, Kind, Mention, Observable, Topic, mention
from cure.model.networks import Networks
from cure.model.observable import host_of

Said = tuple[Finding, ...]

_MAX_TEXT = 1000
_MAX_URLS = 10
_MAX_ANSWERS = 50
_URL = re.compile(r"\b(?:https?|ftp)://[^\s\"'<>|^`)]+", re.IGNORECASE)
_USER = re.compile(r"([\\/](?:users|home)[\\/])(?!public\b)[^\\/\"']+", re.IGNORECASE)
_SHARE = re.compile(r"(?<![\w:\\])\\\\[\w-]+(?=\\)")
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*:[\da-f.]*)(?![\w:])", re.IGNORECASE
)
_NOTHING = ("", "-", None)
_REVERSE = (".in-addr.arpa", ".ip6.arpa")


class Deed(msgspec.Struct, frozen=True):
    """Something that a process did.

    Attributes:
        process: Which process.
        seen: When, UTC.
        own: The networks of the own side.
    """

    process: Process
    seen: datetime
    own: Networks


def started(deed: Deed, hashes: Sequence[Observable]) -> Said:
    """Say that the process was started, if its program's hashes or its command name anything."""
    mentions = [mention(one, "process") for one in hashes]
    if suspicion(deed.process):
        named = _URL.findall(deed.process.command)[:_MAX_URLS]
        mentions += [mention(one, "target") for text in named if (one := _url(text, deed.own))]
    return _said(deed, mentions, {"parent": deed.process.parent})


def connected(
    deed: Deed,
    address: str,
    attributes: Mapping[str, Any],
    *,
    name: str = "",
    is_inbound: bool = False,
) -> Said:
    """Say that the process and an address outside were connected.

    Args:
        deed: Who and when.
        address: The address.
        attributes: Port and protocol, for instance.
        name: The name or URL of the address, as far as it is one.
        is_inbound: Whether the address began it.

    Raises:
        MalformedError: If the address is none.
    """
    remote = outside(address, deed.own)
    if remote is None:
        return ()
    role = "client" if is_inbound else "target"
    named = _url(name, deed.own) if "://" in name else typed_host(name)
    return _said(deed, [mention(one, role) for one in (remote, named) if one], attributes)


def asked(deed: Deed, name: str, answers: Sequence[str]) -> Said:
    """Say that the process asked for a name, unless it is one of the own side.

    Own are names with own addresses only, names that exist nowhere else, and the names of
    addresses.

    Raises:
        MalformedError: If an answer is no address.
    """
    queried = typed_host(name)
    resolved = [outside(answer, deed.own) for answer in answers[:_MAX_ANSWERS]]
    is_own = bool(resolved) and not any(resolved)
    if queried is None or is_own or queried.value.endswith(_REVERSE):
        return ()
    found = [mention(one, "resolved") for one in resolved if one]
    return _said(deed, [mention(queried, "queried"), *found], {})


def left(
    deed: Deed, hashes: Sequence[Observable], attributes: Mapping[str, Any], *, came_from: str = ""
) -> Said:
    """Say which file the process loaded, wrote or deleted, and from which URL it came."""
    mentions = [mention(one, "file") for one in hashes]
    if found := _url(came_from, deed.own):
        mentions.append(mention(found, "payload"))
    return _said(deed, mentions, attributes)


def _url(text: str, own: Networks) -> Observable | None:
    """Read a URL; None if it is none, or its host is an address of the own side."""
    found = typed_url(text)
    if found is None:
        return None
    host = host_of(found.value)
    return None if host.topic is Topic.IP and host.value in own else found


def _said(deed: Deed, mentions: Sequence[Mention], attributes: Mapping[str, Any]) -> Said:
    if not mentions:
        return ()
    process = deed.process
    told = {"image": process.image, **attributes}
    if rule := suspicion(process):
        told |= {"suspicious": rule, "command": process.command}
    bounded = {
        name: _hidden(value, process.machine, deed.own)[:_MAX_TEXT]
        if isinstance(value, str)
        else value
        for name, value in told.items()
        if value not in _NOTHING
    }
    seen = deed.seen
    return (Finding(Kind.SIGHTING, tuple(dict.fromkeys(mentions)), seen, seen, 1, bounded),)


def _hidden(text: str, machine: str, own: Networks) -> str:
    """Put a ``*`` in the place of own users, machines and addresses."""

    def hide(found: re.Match[str]) -> str:
        try:
            return found[0] if outside(found[0], own) else "*"
        except MalformedError:  # a version or a time
            return found[0]

    clean = _SHARE.sub(r"\\\\*", _USER.sub(r"\1*", text[: 2 * _MAX_TEXT]))
    name = machine.partition(".")[0]
    if name:
        clean = re.sub(rf"\b{re.escape(name)}\b(?:\.[\w.-]+)?", "*", clean, flags=re.IGNORECASE)
    return _ADDRESS.sub(hide, clean)
