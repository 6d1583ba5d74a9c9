"""LEEF: its two versions, their delimiters and their alerts."""

from datetime import UTC, datetime

import pytest

from cure.errors import MalformedError
from cure.formats.leef import leef, leef_alert
from cure.model import ip

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "LEEF:1.0|Example|IPS|1|probe|src=192.0.2.1\tsev=5",
        "LEEF:2.0|Example|IPS|1|probe|^|src=192.0.2.1^sev=5",
        "LEEF:2.0|Example|IPS|1|probe|x5E|src=192.0.2.1^sev=5",
        "LEEF:2.0|Example|IPS|1|probe|0x09|src=192.0.2.1\tsev=5",
        "LEEF:2.0|Example|IPS|1|probe||src=192.0.2.1\tsev=5",
        "LEEF:2.0|Example|IPS|1|probe|src=192.0.2.1\tsev=5\t",
    ],
)
def test_version_2_may_name_its_delimiter(text):
    event = leef(text)
    assert event[:4] == ("Example", "IPS", "1", "probe")
    assert (event.fields["src"], event.fields["sev"]) == ("192.0.2.1", "5")


def test_a_value_may_hold_equals_signs_and_bars():
    assert leef("LEEF:1.0|a|b|c|d|url=http://example.com/?a=b|c").fields == {
        "url": "http://example.com/?a=b|c"
    }


@pytest.mark.parametrize("text", ["LEEF:3.0|a|b|c|d|", "LEEF:1.0|a|b|c", "LEEF:1.0|a|b|c|d|src"])
def test_what_has_another_form_is_quarantined(text):
    with pytest.raises(MalformedError):
        leef(text)


def test_an_alert_tells_who_reached_whom():
    text = (
        "LEEF:1.0|Example|IPS|1|probe|src=192.0.2.1\tdst=198.51.100.2\tdstPort=443\tproto=TCP\t"
        "cat=Recon\tsev=5\tdevTime=Feb 07 2026 03:00:00.250 UTC\turl=http://example.com/a"
    )
    found = leef_alert(text, None, AS_OF, UTC)
    assert found is not None
    assert (found.source, found.destination) == (ip("192.0.2.1"), ip("198.51.100.2"))
    assert (found.port, found.protocol, found.signature) == (443, "tcp", "probe")
    assert (found.category, found.severity, found.product) == ("Recon", 5, "Example IPS")
    assert found.seen == datetime(2026, 2, 7, 3, 0, 0, 250000, UTC)


def test_a_record_of_traffic_is_no_alert():
    assert leef_alert("LEEF:1.0|a|b|c|allow|cat=TRAFFIC\tsrc=192.0.2.1", None, AS_OF, UTC) is None


@pytest.mark.parametrize("between", [" ", "   ", "|", "^"])
def test_attributes_are_parted_where_tabs_were_lost(between):
    text = f"LEEF:1.0|Example|IPS|1|probe|src=192.0.2.1{between}usrName=a b{between}sev=5"
    assert leef(text).fields == {"src": "192.0.2.1", "usrName": "a b", "sev": "5"}
