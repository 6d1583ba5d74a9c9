"""Moments, brought to UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.moments import in_utc

offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=offsets,
    )
)
def test_a_moment_stays_the_same_moment(moment):
    assert in_utc(moment) == moment
    assert in_utc(moment).tzinfo is UTC


def test_a_time_without_an_offset_is_taken_as_utc():
    assert in_utc(datetime.fromisoformat("2026-01-02")) == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+01:00", "9999-12-31T23:59-01:00"])
def test_a_time_outside_the_calendar_is_refused(text):
    with pytest.raises(MalformedError, match="outside the calendar"):
        in_utc(datetime.fromisoformat(text))
