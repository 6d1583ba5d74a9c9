"""When a delivery sends: quiet hours, digests, and how long to wait after a failure. Pure."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from cure.subscribers.deliveries.delivery import Delivery, Pace, clock_time, hours, time_zone

GIVE_UP = timedelta(hours=24)
"""A receiver may fail for so long; then what is as old becomes dead letters."""
MAIL_GAP = timedelta(minutes=1)
"""So far apart are mails that are sent at once; what comes in between goes together."""
LONGEST_WAIT = timedelta(hours=1)
"""What is to wait for longer was said by a clock that was wrong."""
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 900.0


def quiet_until(delivery: Delivery, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which a moment lies; None: it lies in none."""
    quiet = hours(delivery.quiet)
    if quiet is None:
        return None
    begin, end = quiet
    zone = time_zone(delivery.zone)
    local = now.astimezone(zone).time()
    within = begin <= local < end if begin < end else local >= begin or local < end
    return _next(end, now, zone) if within else None


def digest_before(delivery: Delivery, now: datetime) -> datetime:
    """Return before which moment a hit must have been found to be sent now."""
    match delivery.pace:
        case Pace.IMMEDIATE:
            return datetime.max.replace(tzinfo=UTC)
        case Pace.HOURLY:
            return now.replace(minute=0, second=0, microsecond=0)
        case Pace.DAILY:
            zone = time_zone(delivery.zone)
            at = clock_time(delivery.daily_at)
            return max(one for one in _around(at, now, zone) if one <= now)


def digest_after(delivery: Delivery, now: datetime) -> datetime:
    """Return when the next digest is due."""
    if delivery.pace is Pace.DAILY:
        return _next(clock_time(delivery.daily_at), now, time_zone(delivery.zone))
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _next(at: time, now: datetime, zone: tzinfo) -> datetime:
    """Return when it is next that time of the day, later than now."""
    return min(one for one in _around(at, now, zone) if one > now)


def _around(at: time, now: datetime, zone: tzinfo) -> list[datetime]:
    """Return when it is that time of the day in the days around a moment; days have 23 to 25 h."""
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=day) for day in (-2, -1, 0, 1, 2))
    return [datetime.combine(day, at, zone).astimezone(UTC) for day in days]


def back_off(failures: int, chance: float) -> timedelta:
    """Return how long to wait after so many failures in a row, at least one.

    Args:
        failures: How many.
        chance: From 0 to 1, so that not all come again at the same moment.

    >>> [back_off(n, 1.0).total_seconds() for n in (1, 2, 3, 20)]
    [1.0, 2.0, 4.0, 900.0]
    """
    most = min(_FIRST_WAIT_S * 2.0 ** min(failures - 1, 30), _LONGEST_WAIT_S)
    return timedelta(seconds=most * (0.5 + chance / 2))
