"""Business days in the United States, and today in a customer's time zone. No clock: the caller brings the time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SATURDAY = 5


@lru_cache(maxsize=64)
def us_holidays(year: int) -> frozenset[date]:
    """The federal holidays of a year, with the days on which they are observed."""
    import holidays  # slow to import and needed by few commands

    return frozenset(holidays.country_holidays("US", years=year).keys())


def is_us_holiday(day: date) -> bool:
    """Whether banks and offices are closed on this weekday because of a federal holiday."""
    return day in us_holidays(day.year)


def is_business_day(day: date) -> bool:
    """Monday to Friday, federal holidays excluded."""
    return day.weekday() < _SATURDAY and not is_us_holiday(day)


def add_business_days(day: date, count: int) -> date:
    """The business day that is `count` business days after `day`; with 0, `day` itself or the next business day."""
    while not is_business_day(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day):
            day += timedelta(days=1)
    return day


def zone(name: str) -> ZoneInfo:
    """The time zone of this IANA name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'"{name}" is not a time zone, expected an IANA name such as America/Chicago') from error


def local_today(now_utc: datetime, time_zone: str) -> date:
    """The calendar day in `time_zone` at this moment. Raises ValueError for a time without zone or an unknown zone."""
    if now_utc.tzinfo is None:
        raise ValueError("the time has no time zone, expected aware UTC")
    return now_utc.astimezone(zone(time_zone)).date()
