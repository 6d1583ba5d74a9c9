"""Logs of p0f."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cure.errors import MalformedError
from cure.formats.p0f import Seen, seen_in

LINE = (
    b"[2026/01/02 03:04:05] mod=syn|cli=192.0.2.1/48640|srv=198.51.100.1/22|subj=cli|"
    b"os=Linux 3.11 and newer|dist=11|params=none|raw_sig=4:53+11:0:1460:mss*20,7:mss,sok:df:0"
)
JSON = (
    b'{"timestamp":"2026/01/02 03:04:05","mod":"syn","client_ip":"192.0.2.1","server_port":22,'
    b'"os":"Linux 3.11 and newer","dist":"11"}'
)
SEEN = Seen("2026/01/02 03:04:05", "syn", "192.0.2.1", 22, "Linux 3.11 and newer", None, "11")


def test_both_forms_say_the_same():
    assert seen_in(LINE) == seen_in(JSON) == SEEN


def test_an_address_of_ipv6_holds_no_slash():
    line = LINE.replace(b"192.0.2.1", b"2001:db8::1").replace(b"198.51.100.1", b"2001:db8::2")
    assert (seen_in(line).client_ip, seen_in(line).server_port) == ("2001:db8::1", 22)


def test_times_are_of_the_zone_that_the_operator_names():
    assert SEEN.moment(UTC) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert SEEN.moment(ZoneInfo("Asia/Tokyo")) == datetime(2026, 1, 1, 18, 4, 5, tzinfo=UTC)


def test_a_time_that_is_none_is_refused():
    with pytest.raises(MalformedError):
        msgspec.structs.replace(SEEN, timestamp="yesterday").moment(UTC)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Jan  2 03:04:05 kernel: something",
        LINE.replace(b"cli=192.0.2.1/48640|", b""),
        LINE.replace(b"/22|", b"/ssh|"),
        LINE.replace(b"/22|", b"/99999|"),
        JSON.replace(b"22", b"99999"),
        JSON[:-1],
        b"\xff",
    ],
)
def test_other_lines_are_refused(line):
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        seen_in(line)
