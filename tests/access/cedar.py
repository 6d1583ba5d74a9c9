"""The published policy, decided by Cedar: what `Audience.may_read` is compared with."""

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

import cedarpy

from cure.hub.batch import microseconds
from cure.model import Audience, Label

_PUBLISHED = files("cure.access")
POLICY = _PUBLISHED.joinpath("policy.cedar").read_text("utf-8")
SCHEMA = _PUBLISHED.joinpath("policy.cedarschema").read_text("utf-8")
_policies = cedarpy.PolicySet.from_str(POLICY)
_schema = cedarpy.Schema.from_str(SCHEMA)

Question = tuple[Audience, str, Label, datetime | None]
"""Who asks, whose record it is, under which label, and when."""


def may_read_as_published(questions: Sequence[Question]) -> list[bool]:
    audiences = {to: number for number, (to, *_) in enumerate(questions)}
    records = {(source, label): number for number, (_, source, label, _) in enumerate(questions)}
    people = [_audience(number, to) for to, number in audiences.items()]
    things = [_record(number, *one) for one, number in records.items()]
    answers = cedarpy.is_authorized_batch(
        [
            {
                "principal": {"type": "Audience", "id": str(audiences[to])},
                "action": {"type": "Action", "id": to.purpose.value},
                "resource": {"type": "Record", "id": str(records[source, label])},
                "context": {} if at is None else {"at": microseconds(at)},
            }
            for to, source, label, at in questions
        ],
        _policies,
        cedarpy.Entities.from_json_str(json.dumps(people + things), _schema),
    )
    wrong = [error for one in answers for error in one.diagnostics.errors]
    assert not wrong, wrong[:3]
    return [one.decision is cedarpy.Decision.Allow for one in answers]


def _audience(number: int, to: Audience) -> dict[str, object]:
    names = [to.organisation, *(f"group:{name}" for name in sorted(to.groups))]
    said: dict[str, object] = {
        "organisation": _party(to.organisation),
        "tlp": to.tlp,
        "confidentiality": to.confidentiality,
    }
    if to.user:
        names.append(f"user:{to.user}")
        said["person"] = _party(names[-1])
    if to.sources is not None:
        said["sources"] = sorted(to.sources)
    parents = [{"type": "Party", "id": name} for name in names]
    return {"uid": {"type": "Audience", "id": str(number)}, "attrs": said, "parents": parents}


def _record(number: int, source: str, label: Label) -> dict[str, object]:
    said: dict[str, object] = {
        "source": source,
        "owner": _party(label.owner),
        "tlp": label.tlp,
        "confidentiality": label.confidentiality,
        "releasable": [_party(name) for name in label.releasable],
        "caveats": list(label.caveats),
        "butOwner": label.but_owner,
    }
    if label.not_before is not None:
        said["notBefore"] = microseconds(label.not_before)
    if label.expires is not None:
        said["expires"] = microseconds(label.expires)
    return {"uid": {"type": "Record", "id": str(number)}, "attrs": said, "parents": []}


def _party(name: str) -> dict[str, object]:
    return {"__entity": {"type": "Party", "id": name}}
