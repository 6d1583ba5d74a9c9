"""Maltrail's static lists: a malware family or a suspicious kind of host in each file.

Source: https://github.com/stamparm/maltrail/tree/master/trails/static
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from cure.formats.entries import MAX_TEXT, feed_name
from cure.formats.trail import trail
from cure.model import Finding, Kind, Mention, Topic, mention, tag

_PLATFORMS = frozenset({"android", "elf", "ios", "osx"})
# Lists of the folder "malware" that name no family: what a sinkhole answers for is not the
# attacker's any more, and "hacked" and "generic" say what happened.
_NO_FAMILY = re.compile(r"(?:sinkhole|hacked|generic)_")
_NUMBER = re.compile(r"\d+")
_CVE = re.compile(r"cve-\d", re.IGNORECASE)
_REFERENCE = re.compile(r"[\s#]*ref[a-z]*e\w*\b[\s:]*(.*)", re.IGNORECASE)  # Referecne, Referemce
_ALIASES = re.compile(r"[\s#]*alias(?:es)?\b[\s:]*(.*)", re.IGNORECASE)
_URL = re.compile(r"\w+://\S+")
_NOTED = re.compile(r"(.*?)\s+#+\s*(.*)")
_MAX_REFERENCES = 10


class Family(msgspec.Struct, frozen=True):
    """What the name of a list says of its trails.

    Attributes:
        feed: Name of the list.
        taxonomy: The vocabulary of the family's name and its aliases.
        term: The name.
        role: What its trails are.
        platform: The operating system, where the name tells it.
    """

    feed: str
    taxonomy: str
    term: str
    role: str = "c2"
    platform: str = ""


def family_of(input_name: str) -> Family:
    """Read the name of a list.

    Families are ``malware:``, groups (``apt_``) ``actor:``, of which a bare number keeps the
    ``apt``. A list of anything else is called as it is in the vocabulary ``maltrail:``: the
    folder ``suspicious`` and the scanners, which are only listed, and what names no family.

    >>> f = family_of("trails/static/malware/android_anubis.txt")
    >>> f.taxonomy, f.term, f.platform
    ('malware', 'anubis', 'android')
    >>> f = family_of("trails/static/malware/apt_23.txt")
    >>> f.taxonomy, f.term, f.role
    ('actor', 'apt-23', 'c2')
    """
    name = feed_name(input_name)
    feed = f"maltrail/{name}"
    folder = re.split(r"[/\\]", input_name)[-2:-1]
    if folder not in (["malware"], ["malicious"]):
        return Family(feed, "maltrail", name, "listed")
    if _NO_FAMILY.match(name):
        return Family(feed, "maltrail", name, "listed" if name.startswith("sinkhole") else "c2")
    prefix, _, rest = name.partition("_")
    if prefix == "apt" and rest:
        return Family(feed, "actor", f"apt-{rest}" if _NUMBER.fullmatch(rest) else rest)
    if prefix in _PLATFORMS and rest:
        return Family(feed, "malware", rest, platform=prefix)
    return Family(feed, "malware", rest if prefix == "ek" and rest else name)


class _Block:
    """Where we are in the file: what the comments before the trails said."""

    def __init__(self, family: Family) -> None:
        self.attributes: dict[str, Any] = {"feed": family.feed}
        if family.platform:
            self.attributes["platform"] = family.platform
        self._always = self.attributes
        self.has_trails = False
        self.after_blank = False

    def comment(self, text: str) -> None:
        """Begin a block with the reference, or the heading, that a comment is."""
        found = _REFERENCE.fullmatch(text)
        if not found and not self.after_blank:
            return  # a trail that was taken out, or a remark on the block
        references = [] if self.has_trails else [*self.attributes.get("reference", ())]
        self.has_trails = False
        if found and found[1]:
            address = _URL.search(found[1])
            references.append((address[0] if address else found[1])[:MAX_TEXT])
        self.attributes = self._always
        if references:
            self.attributes = {**self._always, "reference": references[:_MAX_REFERENCES]}


def maltrail_line(family: Family) -> Callable[[bytes], Sequence[Finding]]:
    """Make the parser of the lines of one list; they have to be read in order.

    References stand above the trails that they are for. Parts of values are silent: paths, ends
    of names and patterns; so is all prose.
    """
    block = _Block(family)
    told = mention(tag(f"{family.taxonomy}:{family.term}"), "tag")

    def parse(line: bytes) -> Sequence[Finding]:
        text = line.decode().strip()
        if not text:
            block.after_blank = True
            return ()
        if text.startswith("#"):
            said = _aliases(text, family)
            if not said:
                block.comment(text)
            block.after_blank = False
            return said
        block.after_blank = False
        block.has_trails = True
        value, note = _parted(text)
        found = trail(value)
        if found is None:
            return ()
        attributes = block.attributes
        if note or found.port:
            attributes = {**attributes, "port": found.port, "note": note[:MAX_TEXT]}
            attributes = {name: said for name, said in attributes.items() if said}
        role = "sample" if found.observable.topic is Topic.HASH else family.role
        mentions = (mention(found.observable, role), told)
        return (Finding(Kind.SIGHTING, mentions, attributes=attributes),)

    return parse


def _parted(text: str) -> tuple[str, str]:
    """Part a trail from the comment after it."""
    if "#" not in text:
        return text, ""
    noted = _NOTED.fullmatch(text)
    return (noted[1], noted[2]) if noted else (text, "")


def _aliases(comment: str, family: Family) -> list[Finding]:
    found = _ALIASES.fullmatch(comment)
    if not found:
        return []
    subject = tag(f"{family.taxonomy}:{family.term}")
    names = (name.strip() for name in found[1].split(","))
    # An exploit's number stands there too; it is a vulnerability, no other name.
    aliases = {
        tag(f"{family.taxonomy}:{name}"): None for name in names if name and not _CVE.match(name)
    }
    aliases.pop(subject, None)
    if not aliases:
        return []
    mentions: list[Mention] = [mention(subject), *(mention(one, "alias") for one in aliases)]
    return [Finding(Kind.ANNOTATION, tuple(mentions), attributes={"feed": family.feed})]
