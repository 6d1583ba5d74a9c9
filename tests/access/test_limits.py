"""Buckets of tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.access.limits import Buckets
from cure.errors import LockedError


def test_a_bucket_fills_again():
    buckets = Buckets(per_minute=6, burst=2)
    buckets.take("rin", 0)
    buckets.take("rin", 0)
    with pytest.raises(LockedError) as caught:
        buckets.take("rin", 5)

    assert caught.value.retry_after_s == 5
    buckets.take("ken", 5)
    buckets.take("rin", 10)


@given(st.lists(st.floats(0, 30), max_size=60))
def test_nobody_takes_more_than_the_burst_and_what_flows_in(pauses: list[float]):
    buckets, now, taken = Buckets(per_minute=60, burst=5), 0.0, 0
    for pause in pauses:
        now += pause
        try:
            buckets.take("rin", now)
            taken += 1
        except LockedError:
            pass

    assert taken <= 5 + now + 1e-6
