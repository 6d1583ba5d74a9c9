"""Decay: the curves of MISP and of OpenCTI, at the values that these give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.enrichers.maliciousness.decay import (
    ATTACKER,
    MISP_NIDS,
    OPENCTI_ADDRESS,
    OPENCTI_DOMAIN,
    OPENCTI_FILE,
    SCANNER,
    Curve,
)

CURVES = [MISP_NIDS, OPENCTI_ADDRESS, OPENCTI_DOMAIN, OPENCTI_FILE, ATTACKER, SCANNER]


@pytest.mark.parametrize(
    ("curve", "base", "values"),
    [
        (
            MISP_NIDS,
            80,
            {0: 80, 1: 72.697, 7: 60.6782, 30: 40, 60: 23.4315, 119: 0.334, 120: 0, 500: 0},
        ),
        (OPENCTI_ADDRESS, 100, {1: 90.3037, 7: 68.4654, 14: 52.0012, 30: 23.8215, 47: 0}),
        (OPENCTI_DOMAIN, 100, {7: 83.295, 30: 66.5952, 90: 43.6349}),
        (OPENCTI_FILE, 100, {30: 95.1847, 180: 64.7436, 400: 14.3834}),
    ],
)
def test_a_curve_gives_the_values_of_its_source(
    curve: Curve, base: float, values: dict[int, float]
):
    for days, value in values.items():
        assert base * curve.left(days) == pytest.approx(value, abs=6e-5 * base)


@pytest.mark.parametrize(
    ("curve", "days"),
    [
        (OPENCTI_ADDRESS, {0.8: 3.3, 0.5: 14.98, 0.2: 32.52}),
        (OPENCTI_DOMAIN, {0.8: 10.22, 0.5: 69.98, 0.2: 187.76}),
    ],
)
def test_a_curve_tells_when_only_a_part_is_left(curve: Curve, days: dict[float, float]):
    for part, after in days.items():
        assert curve.days_to(part) == pytest.approx(after, abs=0.005)


def test_of_an_attacker_39_percent_are_left_after_a_week():
    assert ATTACKER.left(7) == pytest.approx(0.384, abs=0.001)


@given(st.sampled_from(CURVES), st.floats(0, 1000), st.floats(0, 1000))
def test_what_is_older_has_less_left(curve: Curve, one: float, other: float):
    young, old = sorted((one, other))

    assert 1 >= curve.left(young) >= curve.left(old) >= 0
    assert curve.left(curve.lifetime_days) == 0


@given(st.sampled_from(CURVES), st.floats(0.01, 0.99))
def test_the_time_to_a_part_and_the_part_at_a_time_agree(curve: Curve, part: float):
    assert curve.left(curve.days_to(part)) == pytest.approx(part)
