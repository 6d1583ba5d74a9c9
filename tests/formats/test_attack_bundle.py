"""ATT&CK as STIX bundles: what its first versions had otherwise."""

import json

from cure.formats.attack_bundle import readings
from cure.interfaces import Reading

MALWARE = {
    "type": "malware",
    "id": "malware--00000000-0000-4000-8000-000000000001",
    "name": "Invented",
    "created": "2018-02-03T04:05:06.000Z",
    "modified": "2018-02-04T04:05:06.000Z",
    "external_references": [{"source_name": "mitre-attack", "external_id": "S9001"}],
}


def read(**other: object) -> Reading:
    bundle = {"type": "bundle", "objects": [{**MALWARE, **other}]}
    (reading,) = readings(json.dumps(bundle).encode())
    return reading


def test_the_first_versions_call_the_catalogue_of_mobile_otherwise():
    old = [{"source_name": "mitre-attack-mobile", "external_id": "MOB-S0026"}]
    (finding,) = read(external_references=old).findings

    assert finding.observables[0].value == "attack:MOB-S0026"


def test_an_object_that_was_created_after_its_last_change_lasts_no_time():
    (finding,) = read(modified="2018-01-01T00:00:00.000Z").findings

    assert finding.first_seen == finding.last_seen is not None
