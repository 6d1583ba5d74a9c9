"""Lines of appliances: an event is found behind whatever header it has."""

from datetime import UTC, datetime

import pytest

from cure.errors import MalformedError
from cure.formats.appliance import appliance_alert
from cure.model import ip

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
EVENT = "CEF:0|Example|WAF|1|7|Probe|5|src=192.0.2.1"
SENT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("", None),
        ("Feb  3 04:05:06 waf ", SENT),
        ("<13>Feb  3 04:05:06 waf.example.com logger[9] ", SENT),
        ("<13>Feb  3 04:05:06 waf app: ", SENT),
        ("<13>1 2026-02-03T04:05:06Z waf app - - - ", SENT),
        ("<13>waf ", None),
        ("Feb 30 04:05:06 waf ", None),
    ],
)
@pytest.mark.parametrize("event", [EVENT, EVENT.replace("CEF:", "CEF: ")])
def test_an_event_is_found_behind_any_header(header, seen, event):
    found = appliance_alert((header + event).encode(), AS_OF, UTC)
    assert found is not None
    assert (found.source, found.seen) == (ip("192.0.2.1"), seen)


def test_leef_is_found_too():
    line = b"Feb  3 04:05:06 waf LEEF:1.0|Example|WAF|1|7|src=192.0.2.1"
    found = appliance_alert(line, AS_OF, UTC)
    assert found is not None
    assert (found.source, found.seen) == (ip("192.0.2.1"), SENT)


def test_syslog_of_anything_else_is_silent():
    assert appliance_alert(b"Feb  3 04:05:06 waf sshd[1]: closed", AS_OF, UTC) is None
    assert appliance_alert(b" ", AS_OF, UTC) is None


def test_what_is_no_syslog_is_malformed():
    with pytest.raises(MalformedError):
        appliance_alert(b"anything", AS_OF, UTC)
