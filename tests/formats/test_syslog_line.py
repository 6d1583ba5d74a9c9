"""Lines of syslog, with and without what files and devices leave out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.syslog_line import calendar_time, syslog_line

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_line_of_rfc_3164_is_taken_apart():
    line = syslog_line("<22>Feb  7 03:04:05 mx postfix/qmgr[2662]: 4Z1: removed", AS_OF)
    seen = datetime(2026, 2, 7, 3, 4, 5, tzinfo=UTC)
    assert line == (22, seen, "mx", "postfix/qmgr", "4Z1: removed")


def test_files_leave_the_priority_out_and_may_have_the_time_of_rfc_3339():
    line = syslog_line("2026-02-07T12:04:05.250000+09:00 mx sshd[8]: hello", AS_OF)
    assert line == (None, datetime(2026, 2, 7, 3, 4, 5, 250000, UTC), "mx", "sshd", "hello")


def test_a_line_of_rfc_5424_is_taken_apart():
    text = (
        '<165>1 2026-02-07T03:04:05.5Z ips.example.com app 8710 ID47 [a@1 x="7 \\] \\" "][b] said'
    )
    line = syslog_line(text, AS_OF)
    seen = datetime(2026, 2, 7, 3, 4, 5, 500000, UTC)
    assert line == (165, seen, "ips.example.com", "app", "said")


def test_rfc_5424_may_leave_out_everything_and_mark_the_message_as_utf_8():
    assert syslog_line("<13>1 - - - - - - \ufeff警告", AS_OF) == (13, None, "", "", "警告")
    assert syslog_line("<13>1 - - - - - -", AS_OF) == (13, None, "", "", "")


@pytest.mark.parametrize(
    ("rest", "host", "app", "message"),
    [
        ("sshd[812]: hello", "", "sshd", "hello"),
        ("mx kernel: [1.2] hello", "mx", "kernel", "[1.2] hello"),
        ("2001:db8::7 app: hello", "2001:db8::7", "app", "hello"),
        ("fw CEF:0|Example Networks|IPS|1|2|3|4|", "fw", "", "CEF:0|Example Networks|IPS|1|2|3|4|"),
        ("CEF:0|Example|IPS|1|2|3|4|", "", "", "CEF:0|Example|IPS|1|2|3|4|"),
        ("LEEF:1.0|Example Networks|IPS|", "", "", "LEEF:1.0|Example Networks|IPS|"),
        ('ids suricata[7]: {"a": 1}', "ids", "suricata", '{"a": 1}'),
        ('ids {"a": 1}', "ids", "", '{"a": 1}'),
        ("mx no program here", "mx", "", "no program here"),
        ("mx app:", "mx", "app", ""),
    ],
)
def test_host_and_program_are_told_from_the_message(rest, host, app, message):
    assert syslog_line(f"Feb  7 03:04:05 {rest}", AS_OF)[2:] == (host, app, message)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Mar  1 11:00:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("Mar  2 11:00:00", datetime(2026, 3, 2, 11, tzinfo=UTC)),  # a clock that is fast
        ("Mar  3 11:00:00", datetime(2025, 3, 3, 11, tzinfo=UTC)),
        ("Dec 31 23:59:59", datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Feb 29 01:00:00", datetime(2024, 2, 29, 1, tzinfo=UTC)),
        ("Feb 29 2020 01:00:00", datetime(2020, 2, 29, 1, tzinfo=UTC)),
        ("Feb 07 2026 03:04:05.9999999", datetime(2026, 2, 7, 3, 4, 5, 999999, UTC)),
        ("Feb 07 2026 03:04:05 GMT", datetime(2026, 2, 7, 3, 4, 5, tzinfo=UTC)),
        ("Feb 07 2026 12:04:05.250 +0900", datetime(2026, 2, 7, 3, 4, 5, 250000, UTC)),
        ("Feb 07 2026 12:04:05 GMT+09:00", datetime(2026, 2, 7, 3, 4, 5, tzinfo=UTC)),
        ("2026-02-07 03:04:05", datetime(2026, 2, 7, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_year_that_is_missing_is_the_last_in_which_the_day_has_been(text, seen):
    assert calendar_time(text, AS_OF) == seen


def test_a_time_without_a_zone_is_in_that_of_the_setting():
    assert calendar_time("Feb  7 12:00:00", AS_OF, TOKYO).hour == 3
    assert calendar_time("2026-02-07 12:00:00", AS_OF, TOKYO).hour == 3
    assert calendar_time("Feb  7 2026 12:00:00 UTC", AS_OF, TOKYO).hour == 12


def test_new_year_comes_earlier_in_the_east():
    before = datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert calendar_time("Jan  1 00:30:00", before, TOKYO) == before - timedelta(minutes=30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "<22>",
        "<192>Feb  7 03:04:05 mx app: hello",
        "Feb 30 03:04:05 mx app: hello",
        "Feb  7 25:04:05 mx app: hello",
        "Foo  7 03:04:05 mx app: hello",
        "2026-13-07T03:04:05Z mx app: hello",
        "Feb 07 2026 03:04:05 CET",
    ],
)
def test_what_has_no_time_is_quarantined(text):
    with pytest.raises(MalformedError):
        calendar_time(syslog_line(text, AS_OF).message, AS_OF)


AS_OF_TIMES = st.datetimes(datetime(2023, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(AS_OF_TIMES, st.integers(0, 363))
def test_a_time_of_the_last_year_gets_its_year_back(as_of, days):
    sent = (as_of - timedelta(days=days)).replace(microsecond=0)
    assert calendar_time(f"{sent:%b %d %H:%M:%S}", as_of) == sent


@given(st.text(max_size=40), st.sampled_from(["", "<1>Feb  7 03:04:05 ", "<1>1 - - - - - "]))
def test_any_text_is_read_or_refused(text, beginning):
    try:
        line = syslog_line(beginning + text, AS_OF)
    except MalformedError:
        return
    assert text.endswith(line.message)


@pytest.mark.parametrize(("zone", "hour"), [("JST", 3), ("PDT", 19), ("CEST", 10), ("UTC", 12)])
def test_a_zone_may_have_a_name(zone, hour):
    found = calendar_time(f"Jul 01 2025 12:00:00 {zone}", datetime(2026, 1, 1, tzinfo=UTC))
    assert found.hour == hour
