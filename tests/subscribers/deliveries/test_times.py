"""Quiet hours and digests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.model import Confidentiality
from cure.subscribers.deliveries.delivery import Delivery, Limits, Pace, Way
from cure.subscribers.deliveries.times import back_off, digest_after, digest_before, quiet_until
from subscribers.deliveries.desk import Desk, desk
from subscribers.deliveries.receiving import Receiver, receiver

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
times = st.times().map(lambda one: f"{one:%H:%M}")
zones = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"])


def delivery(**more: object) -> Delivery:
    return Delivery(
        id="d",
        organisation="soc",
        way=Way.WEBHOOK,
        address="https://example.jp/",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        by="soc",
        limits=Limits("TLP:RED", Confidentiality.LEVEL_3, None),
        **more,  # pyright: ignore[reportArgumentType]
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-15T21:59+09:00", None),
        ("2026-01-15T22:00+09:00", "2026-01-16T07:00+09:00"),
        ("2026-01-16T03:00+09:00", "2026-01-16T07:00+09:00"),
        ("2026-01-16T07:00+09:00", None),
    ],
)
def test_quiet_hours_pass_over_midnight_where_people_live(now: str, until: str | None):
    found = quiet_until(delivery(quiet="22:00-07:00", zone="Asia/Tokyo"), at(now))

    assert found == (until and at(until))


def test_hours_of_one_day_are_quiet_too():
    lunch = delivery(quiet="12:00-13:00")

    assert quiet_until(lunch, at("2026-01-15T12:30+00:00")) == at("2026-01-15T13:00+00:00")
    assert quiet_until(lunch, at("2026-01-15T13:30+00:00")) is None


@given(moments, times, times, zones)
def test_when_quiet_hours_end_it_is_quiet_no_more(now: datetime, begin: str, end: str, zone: str):
    if begin == end:
        return
    one = delivery(quiet=f"{begin}-{end}", zone=zone)
    until = quiet_until(one, now)

    assert until is None or now < until <= now + timedelta(hours=26)
    # Where clocks are set back, an hour comes twice and may be quiet twice.
    assert until is None or zone != "UTC" or quiet_until(one, until) is None


@given(moments, times, zones, st.sampled_from([Pace.HOURLY, Pace.DAILY]))
def test_the_last_digest_is_past_and_the_next_to_come(now: datetime, daily: str, zone: str, pace):
    one = delivery(pace=pace, daily_at=daily, zone=zone)

    assert digest_before(one, now) <= now < digest_after(one, now)
    assert digest_before(one, digest_after(one, now)) > digest_before(one, now)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_no_wait_is_longer_than_a_quarter_of_an_hour(failures: int, chance: float):
    assert timedelta(seconds=0.5) <= back_off(failures, chance) <= timedelta(minutes=15)


# As it is sent --------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def test_what_comes_in_quiet_hours_is_held_back_and_then_sent(here, there):
    # It is noon, UTC.
    hook = here.deliver(Way.WEBHOOK, there.url, quiet="20:00-22:00", zone="Asia/Tokyo")
    here.see("192.0.2.1")
    here.send(hook)
    assert there.asked == 0
    here.clock.pass_(hours=1)
    here.send(hook)

    assert there.values() == ["192.0.2.1"]


@pytest.mark.parametrize("pace", ["immediate", "daily"])
def test_nothing_waits_for_years_because_the_clock_was_wrong(here, there, pace: str):
    hook = here.deliver(Way.WEBHOOK, there.url, pace=pace, daily_at="09:00")
    here.clock.pass_(days=3650)
    here.see("192.0.2.1")
    there.status = 500
    here.send(hook)
    there.status = 204
    here.clock.pass_(days=-3650)
    here.see("192.0.2.2")
    here.send(hook)
    here.clock.pass_(days=1)
    here.send(hook)

    assert there.values() == ["192.0.2.1", "192.0.2.2"]
    assert here.progress(hook).failures == 0


def test_a_digest_holds_what_was_found_before_its_hour(here, there):
    hook = here.deliver(
        Way.WEBHOOK, there.url, pace="daily", daily_at="09:00", zone="Asia/Tokyo", batch=True
    )
    for last in (1, 2, 3):
        here.see(f"192.0.2.{last}")
        here.clock.pass_(hours=5)
        here.send(hook)
    assert len(there.accepted) == 1
    here.send(hook)

    assert there.accepted[0][1].count(b'"specversion"') == 3


@pytest.mark.parametrize(
    ("field", "text"),
    [("quiet", "22"), ("quiet", "22:00-22:00"), ("quiet", "25:00-7:00"), ("daily_at", "9"),
     ("zone", "Mars/Base"), ("zone", "../etc"), ("zone", "/etc/passwd")],
)  # fmt: skip
def test_times_that_no_clock_shows_are_refused(here, field: str, text: str):
    with pytest.raises(MalformedError):
        here.deliver(Way.WEBHOOK, "https://example.jp/", **{field: text})
