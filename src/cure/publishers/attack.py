"""MITRE ATT&CK: techniques, groups, software and campaigns, and who uses what.

Read are STIX bundles of ATT&CK; as JSON Lines, the reports that ATT&CK cites, each with the trails
that were published for it; and the cited pages themselves, as `cure.origins.pages` delivers them.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.extract.articles import article
from cure.formats.attack_bundle import readings
from cure.formats.lines import UNREADABLE, first_lines, read_one, reason, whole
from cure.formats.trail import Trail, trail
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Tlp, Topic, mention, tag, url

_HEAD_LINES = 50
_MAX_UNREAD = 100
_REPORT = re.compile(rb'\s*\{\s*"reference"\s*:')


class Report(msgspec.Struct, frozen=True):
    """A report that ATT&CK cites.

    Attributes:
        reference: Its URL, without the scheme.
        attack: What it is cited for, as ATT&CK id and name.
        families: Maltrail's names of the families that the trails belong to.
        trails: What to look for, as published with reference to the report.
        path: Where its text lies in the collection that the line belongs to.
    """

    reference: str
    attack: tuple[str, ...]
    families: tuple[str, ...] = ()
    trails: tuple[str, ...] = ()
    path: str = ""


_decode = msgspec.json.Decoder(Report).decode


def parse(line: bytes) -> Iterator[Finding]:
    """Yield a finding for each trail of a report, or one for a report without any.

    A trail that is none stays in the attribute `unread` of the first; paths and patterns, which
    name nothing by themselves, are passed over.
    """
    if line.isspace() or not line:
        return
    report = _decode(line)
    if not report.attack:
        raise MalformedError("report", report.reference, "ATT&CK cites it for nothing")
    page = report.reference if "://" in report.reference else f"https://{report.reference}"
    context = (
        *(mention(tag(f"attack:{cited.partition(' ')[0]}"), "tag") for cited in report.attack),
        mention(url(page), "reference"),
    )
    listed, unread = _trails(report)
    for number, found in enumerate(listed or [None]):
        attributes: dict[str, Any] = {
            "families": report.families,
            "path": report.path,
            "port": found and found.port,
            "unread": unread if number == 0 else (),
        }
        yield Finding(
            Kind.ANNOTATION,
            (mention(found.observable, "listed"), *context) if found else context,
            attributes={name: value for name, value in attributes.items() if value},
        )


def _trails(report: Report) -> tuple[list[Trail], list[str]]:
    found: dict[Trail, None] = {}
    unread: list[str] = []
    for text in report.trails:
        try:
            one = trail(text)
        except MalformedError:
            unread.append(text[:200])
        else:
            if one is not None:
                found[one] = None
    return list(found), unread[:_MAX_UNREAD]


def read(source: Input) -> Iterator[Reading]:
    """Read a cited page; or tell a bundle from lines by the first of them, and read it."""
    if source.about:
        yield from article(source)
        return
    head, lines = first_lines(source.lines, _HEAD_LINES)
    texts = [line for line in head if isinstance(line, bytes) and line.strip()]
    opening = texts[0].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] if texts else b""
    if opening not in (b"{", b"[") or any(_REPORT.match(text) for text in texts):
        for number, line in enumerate(lines, 1):
            yield read_one(parse, number, line)
        return
    try:
        yield from readings(whole(lines))
    except UNREADABLE as error:
        yield Reading(1, texts[0], why=reason(error))


PUBLISHER = Publisher(
    name="attack",
    title="MITRE ATT&CK: techniques, groups, software and campaigns",
    title_ja="MITRE ATT&CK: 攻撃手法・グループ・ソフトウェア",
    layer=Layer.SEMANTICS,
    topics=frozenset({Topic.TAG, Topic.URL, Topic.DOMAIN, Topic.IP, Topic.HASH, Topic.EMAIL}),
    tlp=Tlp.CLEAR,
    read=read,
    reference="https://github.com/mitre-attack/attack-stix-data",
    isolated=True,
)
