"""Promises that can be kept: when somebody answers, computed from the opening hours, and how to say it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from returnflow.retail import words
from returnflow.retail.days import zone
from returnflow.retail.shop import Shop

_DAYS_TO_LOOK = 400
_QUARTER = 15 * 60
_WEEK = 7


def is_open(now: datetime, shop: Shop) -> bool:
    """Whether somebody is at the desk at this moment (aware time)."""
    return any(opens <= now < closes for opens, closes in _opening(now, shop))


def due_at(now: datetime, shop: Shop, hours: int | None = None) -> datetime:
    """When `hours` opening hours (by default the shop's reply time) have passed from now, in UTC, up to the next quarter.

    Saturday 18:00, open Monday to Friday 9 to 17, three hours → Monday 12:00. Raises ValueError when the shop does not
    open for that long within a year.
    """
    left = timedelta(hours=shop.reply_time_hours if hours is None else hours)
    for opens, closes in _opening(now, shop):
        start = max(opens, now.astimezone(UTC))
        if closes - start >= left:
            return min(_next_quarter(start + left), closes)
        left -= max(closes - start, timedelta())
    raise ValueError("the shop is not open long enough within a year, expected fewer closed days")


def promise(due: datetime, now: datetime, time_zone: str) -> str:
    """The due time as a promise: "by 3 p.m. today", "by Monday at noon", "by Wednesday, December 2 at 10 a.m."."""
    there, here = due.astimezone(zone(time_zone)), now.astimezone(zone(time_zone))
    away = (there.date() - here.date()).days
    if away == 0:
        return f"by {words.clock(there)} today"
    if 0 < away < _WEEK:
        return f"by {words.WEEKDAYS[there.weekday()]} at {words.clock(there)}"
    return f"by {words.day(there.date(), here.date())} at {words.clock(there)}"


def _opening(now: datetime, shop: Shop) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of opening hours in UTC, from the one that contains or follows `now`."""
    if now.tzinfo is None:
        raise ValueError("the time has no time zone, expected aware UTC")
    place = zone(shop.time_zone)
    today = now.astimezone(place).date()
    for offset in range(_DAYS_TO_LOOK):
        day = today + timedelta(days=offset)
        for opens, closes in shop.hours_on(day):
            end = datetime.combine(day, closes, place).astimezone(UTC)
            if end > now:
                yield datetime.combine(day, opens, place).astimezone(UTC), end


def _next_quarter(moment: datetime) -> datetime:
    seconds = (moment.minute * 60 + moment.second) % _QUARTER + moment.microsecond / 1_000_000
    return moment if seconds == 0 else moment + timedelta(seconds=_QUARTER - seconds)
