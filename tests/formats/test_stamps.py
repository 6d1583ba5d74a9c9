"""Times of block lists, in rows and in the comments at their head."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.stamps import optional_stamp, stamp, stamp_of


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-01-02", "2026-01-02T00:00:00"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00"),
        ("2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678000"),
        ("2026-01-02T12:04:05+09:00", "2026-01-02T03:04:05"),
        ("2026/01/02 03:04:05", "2026-01-02T03:04:05"),
        ("2017/2/4_18:50", "2017-02-04T18:50:00"),
        ("20260102", "2026-01-02T00:00:00"),
        ("20260102030405 UTC", "2026-01-02T03:04:05"),
        ("1441008970", "2015-08-31T08:16:10"),
        ("1441008970000", "2015-08-31T08:16:10"),
        ("1712102412000", "2024-04-03T00:00:12"),
        ("21-06-2019", "2019-06-21T00:00:00"),
        ("05-06-2019", "2019-06-05T00:00:00"),
        ("21/06/2019", "2019-06-21T00:00:00"),
        ("06/21/2019", "2019-06-21T00:00:00"),
        ("Fri, 02 Jan 2026 03:04:05 +0200", "2026-01-02T01:04:05"),
        ("Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:05"),
        ("Fri Jan  2 03:04:05 2026 UTC", "2026-01-02T03:04:05"),
        ("Fri Jan 2 03:04:05 PST 2026", "2026-01-02T11:04:05"),
    ],
)
def test_a_time_is_read_in_any_form_that_feeds_use(text, iso):
    assert stamp(text) == datetime.fromisoformat(iso).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("yesterday", "no form that we know"),
        ("06/07/2019", "day and month could be either"),
        ("2026-13-01", "no form that we know"),
        ("Fri, 02 Jan 2026 03:04:05 CEST", "nobody knows which zone"),
        ("9999-12-31T23:59:59-10:00", "outside the calendar"),
    ],
)
def test_what_could_mean_several_moments_or_none_is_refused(text, why):
    with pytest.raises(MalformedError, match=why):
        stamp(text)


@pytest.mark.parametrize("text", ["", "-", "0", "None", " null ", "0000-00-00 00:00:00"])
def test_a_time_may_be_left_out(text):
    assert optional_stamp(text) is None


@pytest.mark.parametrize(
    ("comment", "iso"),
    [
        ("Last update: Fri, 02 Jan 2026 03:04:05 +0200", "2026-01-02T01:04:05"),
        ("This File Date   : Fri Jan  2 03:04:05 UTC 2026", "2026-01-02T03:04:05"),
        ("Feed generated at: 2026-01-02 03:04", "2026-01-02T03:04:00"),
        ("Last updated: 2026-01-02 03:04:05 (UTC)     #", "2026-01-02T03:04:05"),
        ("Last updated: 2026-01-02 03:04:05 UTC       #", "2026-01-02T03:04:05"),
        ("Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:05"),
        ("2026-01-01 10:00 - 2026-01-08 10:00", "2026-01-08T10:00:00"),
        ("   updated: Fri Jan 2 03:04:05 2026 UTC", "2026-01-02T03:04:05"),
        ("generated on 20260102", "2026-01-02T00:00:00"),
        ("Data file written at Fri Jan 2 03:04:05 2026 GMT", "2026-01-02T03:04:05"),
        ("Generated at: 20260102030405 UTC", "2026-01-02T03:04:05"),
    ],
)
def test_the_comments_of_a_list_tell_its_moment(comment, iso):
    moment = datetime.fromisoformat(iso).replace(tzinfo=UTC)
    assert stamp_of(["A list", comment, "generated at: 1999-01-01"]) == moment


@pytest.mark.parametrize(
    "comment",
    [
        "Expires: Fri, 02 Jan 2026 03:04:05 GMT",
        "A List 2026/01/02 - (c) 2026 The Project",
        "Please do not update this list more often than every hour.",
        "updated 24 times a day",
    ],
)
def test_prose_an_expiry_and_a_licence_year_are_no_moment_of_the_list(comment):
    assert stamp_of([comment]) is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9/:T .-]{1,24}"))
def test_any_text_is_a_moment_in_utc_or_malformed(text):
    with contextlib.suppress(MalformedError):
        assert stamp(text).tzinfo is UTC
    with contextlib.suppress(MalformedError):
        stamp_of([text, f"updated: {text}"])


@given(st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it naive
def test_a_time_survives_its_own_iso_form(moment):
    assert stamp(moment.isoformat()) == moment
