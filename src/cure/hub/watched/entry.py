"""Entries of watches: what a value may fit."""

from enum import StrEnum
from typing import NamedTuple

from cure.model import Topic


class Fit(StrEnum):
    """How an entry fits values."""

    VALUE = "value"
    """One address, URL, hash or mail address."""
    NETWORK = "network"
    """A network: its addresses, the networks within it, and those around it."""
    DOMAIN = "domain"
    """A domain and its sub-domains; URLs by their host."""
    MAIL_DOMAIN = "mail-domain"
    """All mail addresses of one domain."""
    TAG = "tag"
    """Tags: a glob of a vocabulary and a term."""


class Entry(NamedTuple):
    """One thing that is watched.

    Attributes:
        topic: The topic of the values that it fits.
        fit: How it fits them.
        pattern: Its canonical text, such as ``192.0.2.0/24``, ``*@example.jp``, ``malware:*bot``.
    """

    topic: Topic
    fit: Fit
    pattern: str
