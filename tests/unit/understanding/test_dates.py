"""Dates: said of the past, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.understanding.dates import find_dates
from returnflow.understanding.text import Utterance
from tests.unit.understanding.scenes import TODAY, read

MONTHS = "January February March April May June July August September October November December".split()


def days(text: str) -> list[date]:
    return [found.day for found in find_dates(Utterance(text).plain, text, TODAY)]


@pytest.mark.parametrize(
    "said,day",
    [
        ("two Fridays ago", (2026, 11, 13)),
        ("last thursday", (2026, 11, 19)),
        ("last week Monday", (2026, 11, 9)),
        ("on the 3rd", (2026, 11, 3)),
        ("on the 30th", (2026, 10, 30)),
        ("November third twenty twenty-five", (2025, 11, 3)),
        ("october the 30th", (2026, 10, 30)),
        ("the thirty first of october", (2026, 10, 31)),
        ("december fifteenth", (2025, 12, 15)),
        ("10/30", (2026, 10, 30)),
        ("2026-10-02", (2026, 10, 2)),
        ("yesterday", (2026, 11, 20)),
        ("the day before yesterday", (2026, 11, 19)),
        ("a couple of weeks ago", (2026, 11, 7)),
        ("three months ago", (2026, 8, 21)),
        ("christmas eve", (2025, 12, 24)),
        ("black friday", (2025, 11, 28)),
        ("halloween", (2026, 10, 31)),
        ("labor day", (2026, 9, 7)),
        ("next tuesday", (2026, 11, 24)),
        ("in 10 days", (2026, 12, 1)),
    ],
)
def test_a_date_is_the_day_that_was_meant(said: str, day: tuple[int, int, int]) -> None:
    """On Saturday 21 November 2026."""
    assert days(said) == [date(*day)]


@pytest.mark.parametrize(
    "text", ["the second one", "may I ask", "one moment", "my sun hat", "lamp", "", "february 31", "99/99", "40 years of use"]
)
def test_what_is_no_date_gives_none(text: str) -> None:
    """No silent guess."""
    assert days(text) == []


@given(st.dates(date(2025, 11, 22), TODAY))
def test_a_month_and_day_of_the_last_year_is_read_back(day: date) -> None:
    """parse(speak(x)) == x for every day of the year before today."""
    assert days(f"it came {MONTHS[day.month - 1]} {day.day}") == [day]


def test_the_slot_holds_it_as_said() -> None:
    """Without the little words before it."""
    heard = read("I bought it on the 3rd")

    assert (heard.slots["date"], heard.values["date"]) == ("3rd", "2026-11-03")
