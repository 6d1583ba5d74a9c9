"""Moments as numbers, and back."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cure.hub.batch import instant, microseconds


@given(st.datetimes(datetime(1990, 1, 1), datetime(2105, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=2000)
def test_a_moment_is_a_number_of_microseconds_and_comes_back_exactly(moment: datetime) -> None:
    assert instant(microseconds(moment)) == moment
