"""CEF: its escapes, its custom fields and its alerts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.cef import cef, cef_alert
from cure.model import filehash, ip, mention

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
SENT = datetime(2026, 2, 28, tzinfo=UTC)
HEADER = "CEF:0|Example|IPS|1.0|42|Probe|5|"
MD5 = "0" * 32


def alert(extension: str, header: str = HEADER):
    return cef_alert(header + extension, SENT, AS_OF, UTC)


@given(*[st.text(max_size=20).map(str.strip)] * 2)
def test_escaping_is_undone(name, message):
    part = name.replace("\\", "\\\\").replace("|", "\\|")
    value = message.replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n")
    event = cef(f"CEF:0|Example|IPS|1|42|{part}|5|msg={value.replace(chr(13), chr(92) + 'r')}")
    assert (event.name, event.fields["msg"]) == (name, message)


def test_values_hold_blanks_and_even_equals_signs_that_nobody_escaped():
    fields = cef(HEADER + "msg=a b  c request=http://example.com/?a=b act=drop").fields
    assert fields == {"msg": "a b  c", "request": "http://example.com/?a=b", "act": "drop"}


def test_custom_fields_are_known_by_their_labels_too():
    fields = cef(HEADER + "cs1=seven cs1Label=Rule Name c6a2=2001:db8::1").fields
    assert fields["rule name"] == fields["cs1"] == "seven"


def test_an_extension_may_be_empty_or_missing():
    assert cef(HEADER).fields == cef(HEADER.removesuffix("|")).fields == {}


@pytest.mark.parametrize("text", ["CEF:0|a|b|c", "CEF:|a|b|c|d|e|f|", "CEF", HEADER[:-4]])
def test_a_header_of_too_few_parts_is_quarantined(text):
    with pytest.raises(MalformedError, match="seven parts"):
        cef(text)


def test_an_alert_tells_who_reached_whom():
    found = alert("src=192.0.2.1 dst=198.51.100.2 dpt=443 proto=TCP act=drop cat=scan cnt=7")
    assert (found.source, found.destination) == (ip("192.0.2.1"), ip("198.51.100.2"))
    assert (found.port, found.protocol, found.action, found.count) == (443, "tcp", "drop", 7)
    assert (found.product, found.signature, found.signature_id) == ("Example IPS", "Probe", 42)
    assert (found.category, found.severity, found.seen) == ("scan", 5, SENT)


def test_ipv6_stands_in_labelled_fields():
    found = alert(
        "c6a2=2001:db8::1 c6a2Label=Source IPv6 Address "
        "c6a3=2001:db8::2 c6a3Label=Destination IPv6 Address"
    )
    assert (found.source, found.destination) == (ip("2001:db8::1"), ip("2001:db8::2"))


def test_files_names_and_urls_are_found():
    found = alert(f"dhost=example.com request=http://example.com/a fileHash={MD5}")
    assert (found.server.value, found.url.value) == ("example.com", "http://example.com/a")
    assert found.others == (mention(filehash(MD5), "sample"),)


@pytest.mark.parametrize(
    ("extension", "hour"),
    [
        ("start=Feb 07 2026 03:00:00 rt=Feb 07 2026 09:00:00", 3),
        ("rt=1770433200000", 3),
        ("rt=Feb 07 03:00:00", 3),
        ("", 0),
    ],
)
def test_its_own_time_comes_before_that_of_its_sending(extension, hour):
    assert alert(extension).seen.hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "CEF:0|Example|NGFW|1|end|TRAFFIC|1|src=192.0.2.1",
        "CEF:0|Example|NGFW|1|00013|forward close|3|cat=traffic:forward src=192.0.2.1",
        "CEF:0|Example|NGFW|1|0100|admin login|3|cat=event:system src=192.0.2.1",
    ],
)
def test_records_of_traffic_and_of_the_appliance_are_no_alerts(text):
    assert cef_alert(text, SENT, AS_OF, UTC) is None


@pytest.mark.parametrize(
    "extension",
    [
        "src=300.1.1.1",
        "src=192.0.2.0/24",
        "dpt=65536",
        "dpt=http",
        "cnt=many",
        "rt=yesterday",
        "rt=99999999999999999",
        "fileHash=abc",
    ],
)
def test_a_value_that_is_none_is_quarantined(extension):
    with pytest.raises(MalformedError):
        alert(extension)


@pytest.mark.parametrize(
    "text",
    [
        "CEF:0|Example|FW|1|Log|https|Unknown|src=192.0.2.1 act=Accept",
        "CEF:0|Example|FW|1|70018|Connection_Discarded|0|src=192.0.2.1",
        "CEF:0|Example|Proxy|1|Allowed|Allowed|3|src=192.0.2.1 cat=Business",
        "CEF:0|Example|ASA|1|305012|Teardown|Low|src=192.0.2.1 categorySignificance=/Informational",
        "CEF:0|Example|WAF|1|WAF|WAF|4|src=192.0.2.1 cat=TR",
        "CEF:0|Example|WAF|1|a|Changed|4|src=192.0.2.1 cat=audit",
    ],
)
def test_what_firewalls_and_proxies_let_through_is_no_alert(text):
    assert cef_alert(text, SENT, AS_OF, UTC) is None


def test_words_for_nothing_are_nothing():
    found = alert("src=192.0.2.1 dst=N/A dpt=N/A cnt=- fileHash=N/A rt=null")
    assert found is not None
    assert (found.destination, found.port, found.count) == (None, None, 1)
    assert (found.others, found.seen) == ((), SENT)


@pytest.mark.parametrize(
    "rt", ["1767323045", "1767323045000", "1767323045000000", "1767323045000000000", "1767323045.0"]
)
def test_the_digits_of_a_time_tell_its_unit(rt):
    found = alert(f"rt={rt}")
    assert found is not None
    assert found.seen == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
