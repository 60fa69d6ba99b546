"""Amounts, days and ranges as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from returnflow.retail import words

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "cents, currency, said",
    [(6494, "USD", "$64.94"), (0, "USD", "$0.00"), (123456789, "USD", "$1,234,567.89"), (-5, "USD", "-$0.05"), (500, "SEK", "5.00 SEK")],
)
def test_money_is_cents_with_a_sign(cents: int, currency: str, said: str) -> None:
    """An amount always has two decimals and its currency."""
    assert said == words.money(cents, currency)


@pytest.mark.parametrize(
    "day, said",
    [
        (date(2026, 11, 29), "Sunday, November 29"),
        (date(2027, 1, 31), "Sunday, January 31"),
        (date(2027, 11, 29), "Monday, November 29, 2027"),
        (date(2025, 12, 1), "Monday, December 1, 2025"),
    ],
)
def test_a_day_has_a_weekday_and_a_year_only_when_far(day: date, said: str) -> None:
    """The year is said only more than eleven months away."""
    assert said == words.day(day, TODAY)


def test_a_range_of_one_day_is_that_day() -> None:
    """No "from Monday to Monday"."""
    assert words.day_range(date(2026, 11, 29), date(2026, 11, 29), TODAY) == "Sunday, November 29"
    assert words.day_range(date(2026, 11, 29), date(2026, 12, 1), TODAY) == "Sunday, November 29 to Tuesday, December 1"


@pytest.mark.parametrize(
    "fewest, most, said",
    [(3, 5, "3 to 5 business days"), (10, 10, "10 business days"), (0, 1, "within 1 business day"), (0, 0, "the same day")],
)
def test_business_days_are_a_range(fewest: int, most: int, said: str) -> None:
    """Fewest to most, without a zero."""
    assert said == words.business_days_range(fewest, most)


@pytest.mark.parametrize(
    "hour, minute, said", [(12, 0, "noon"), (0, 0, "midnight"), (15, 0, "3 p.m."), (10, 15, "10:15 a.m."), (12, 30, "12:30 p.m.")]
)
def test_the_time_of_day_is_said_as_people_do(hour: int, minute: int, said: str) -> None:
    """No minutes when there are none; noon and midnight by name."""
    assert said == words.clock(datetime(2026, 1, 1, hour, minute, tzinfo=UTC))


def test_small_numbers_are_words() -> None:
    """Up to ten in words, then digits."""
    assert (words.number(2), words.number(11)) == ("two", "11")
