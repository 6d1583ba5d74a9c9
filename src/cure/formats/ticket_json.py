"""Cases of TheHive and DFIR-IRIS and tickets of Request Tracker, as their APIs give them in JSON.

Sources: https://docs.strangebee.com/thehive/api-docs/, https://docs.dfir-iris.org/operations/api/,
https://docs.bestpractical.com/rt/5.0.7/RT/REST2.html
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from cure.formats.entries import entry
from cure.formats.stamps import optional_stamp
from cure.formats.tickets import Element, Ticket
from cure.model import Mention, Topic, mention

_MAX_TEXT_CHARS = 1000
# Kinds of values for which there is no topic.
_NO_VALUE = re.compile(
    r"file(?:.?name|.?path)?|regkey|registry|user.?agent|mutex|yara|other|text|account|asn"
    r"|autonomous.system|uri_path|ja3.*|ssdeep|imphash|mail.?subject|.*\|.*",
    re.IGNORECASE,
)


class _Observable(msgspec.Struct, rename="camel"):
    data_type: str
    data: str | None = None
    ioc: bool = True
    tags: list[str] = []
    message: str | None = None
    identity: str = msgspec.field(name="_id", default="")


class _Case(msgspec.Struct, rename="camel"):
    title: str
    description: str | None = None
    number: int | None = None
    case_id: int | None = None
    tags: list[str] = []
    observables: list[msgspec.Raw] = []
    artifacts: list[msgspec.Raw] = []  # as alerts of older versions call them
    start_date: int | None = None
    identity: str = msgspec.field(name="_id", default="")


def thehive(document: bytes) -> Iterator[Element]:
    """Yield a case or an alert of TheHive, then each of its observables.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    case = msgspec.json.decode(document, type=_Case)
    whole = Ticket(
        (),
        optional_stamp(str(case.start_date or "")),
        case.tags,
        {"title": case.title[:_MAX_TEXT_CHARS], "case": case.number or case.case_id},
        case.identity,
        f"{case.title}\n\n{case.description or ''}",
    )
    yield Element(document, lambda: whole)
    for raw in (*case.observables, *case.artifacts):
        yield Element(bytes(raw), partial(_of_thehive, bytes(raw), whole))


def _of_thehive(raw: bytes, case: Ticket) -> Ticket | None:
    one = msgspec.json.decode(raw, type=_Observable)
    return _of_case(
        case,
        _mentions(one.data_type, one.data or "", "subject" if one.ioc else "context"),
        one.tags,
        one.message or "",
        one.identity,
    )


class _Kind(msgspec.Struct):
    type_name: str


class _Ioc(msgspec.Struct):
    ioc_value: str
    ioc_type: _Kind | str
    ioc_tags: str | None = None
    ioc_description: str | None = None
    ioc_uuid: str = ""


class _IrisCase(msgspec.Struct):
    name: str = ""
    case_name: str = ""
    description: str | None = None
    case_id: int | None = None
    open_date: str | None = None
    case_uuid: str = ""


class _Export(msgspec.Struct):
    case: _IrisCase
    iocs: list[msgspec.Raw] = []


def iris(document: bytes) -> Iterator[Element]:
    """Yield a case of DFIR-IRIS, then each of its IOCs.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = msgspec.json.decode(document, type=_Export)
    case, title = said.case, said.case.case_name or said.case.name
    whole = Ticket(
        (),
        optional_stamp(case.open_date or ""),
        (),
        {"title": title[:_MAX_TEXT_CHARS], "case": case.case_id},
        case.case_uuid,
        f"{title}\n\n{case.description or ''}",
    )
    yield Element(document, lambda: whole)
    for raw in said.iocs:
        yield Element(bytes(raw), partial(_of_iris, bytes(raw), whole))


def _of_iris(raw: bytes, case: Ticket) -> Ticket | None:
    one = msgspec.json.decode(raw, type=_Ioc)
    kind = one.ioc_type if isinstance(one.ioc_type, str) else one.ioc_type.type_name
    labels = [label.strip() for label in (one.ioc_tags or "").split(",") if label.strip()]
    mentions = _mentions(kind, one.ioc_value, "subject")
    return _of_case(case, mentions, labels, one.ioc_description or "", one.ioc_uuid)


class _Field(msgspec.Struct):
    name: str = ""
    values: list[str] = []


class _RtTicket(msgspec.Struct, rename="pascal"):
    subject: str
    created: str = ""
    content: str = ""
    custom_fields: list[_Field] = []
    identity: int | str = msgspec.field(name="id", default="")


def request_tracker(document: bytes) -> Iterator[Element]:
    """Yield a ticket of Request Tracker; its custom fields belong to its text.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = msgspec.json.decode(document, type=_RtTicket)
    fields = [f"{one.name}: {', '.join(one.values)}" for one in said.custom_fields if one.values]
    whole = Ticket(
        (),
        optional_stamp(said.created),
        (),
        {"title": said.subject[:_MAX_TEXT_CHARS], "case": said.identity},
        f"rt:{said.identity}" if said.identity else "",
        "\n\n".join((said.subject, said.content, *fields)),
    )
    yield Element(document, lambda: whole)


FORMS: tuple[tuple[set[str], Callable[[bytes], Iterator[Element]]], ...] = (
    ({"title", "observables"}, thehive),
    ({"title", "artifacts"}, thehive),
    ({"title", "severity"}, thehive),
    ({"case", "iocs"}, iris),
    ({"id", "Subject"}, request_tracker),
)
"""What members an element has in each form, and what reads it."""


def _of_case(
    case: Ticket, mentions: Sequence[Mention], labels: Sequence[str], comment: str, key: str
) -> Ticket | None:
    if not mentions:
        return None
    return Ticket(
        mentions,
        case.seen,
        (*labels, *case.labels),
        {**case.attributes, "comment": comment[:_MAX_TEXT_CHARS]},
        key,
    )


def _mentions(kind: str, value: str, role: str) -> list[Mention]:
    if not value or _NO_VALUE.fullmatch(kind):
        return []
    found = entry(value).observables
    return [
        mention(one, "sample" if one.topic is Topic.HASH and role == "subject" else role)
        for one in found
    ]
