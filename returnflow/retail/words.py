"""Money, days and ranges as people say them. Months in words, a weekday with every date, no year that is not needed."""

from __future__ import annotations

from datetime import date, datetime

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SYMBOLS = {"USD": "$", "CAD": "CA$", "EUR": "€", "GBP": "£"}
_ELEVEN_MONTHS = 11 * 365 // 12
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def money(cents: int, currency: str = "USD") -> str:
    """Cents as shown to a customer: "$1,264.94"; a currency without a known sign follows the amount."""
    sign = "-" if cents < 0 else ""
    amount = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {currency}"


def day(day: date, today: date) -> str:
    """A date with its weekday: "Sunday, November 29"; the year only when it is more than eleven months away."""
    text = f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"
    return f"{text}, {day.year}" if abs((day - today).days) > _ELEVEN_MONTHS else text


def day_range(first: date, last: date, today: date) -> str:
    """A stretch of days: "Tuesday, December 1 to Monday, December 14"; one day when both are the same."""
    return day(first, today) if first == last else f"{day(first, today)} to {day(last, today)}"


def business_days_range(fewest: int, most: int) -> str:
    """How long money takes: "3 to 5 business days", "10 business days", "within 1 business day" when it may be at once."""
    if fewest == 0:
        return f"within {_business_days(most)}" if most else "the same day"
    return _business_days(most) if fewest == most else f"{fewest} to {_business_days(most)}"


def _business_days(count: int) -> str:
    return f"{count} business day" if count == 1 else f"{count} business days"


def clock(moment: datetime) -> str:
    """The time of day as said: "noon", "midnight", "3 p.m.", "10:15 a.m."."""
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'a.m.' if moment.hour < 12 else 'p.m.'}"


def number(count: int) -> str:
    """Small whole numbers in words ("two"), larger ones in digits."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)
