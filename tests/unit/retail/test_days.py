"""Business days and the customer's own today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.days import add_business_days, is_business_day, local_today


@pytest.mark.parametrize(
    "start, count, end",
    [
        pytest.param(date(2026, 11, 20), 1, date(2026, 11, 23), id="over-a-weekend"),
        pytest.param(date(2026, 11, 25), 1, date(2026, 11, 27), id="over-thanksgiving"),
        pytest.param(date(2026, 11, 21), 0, date(2026, 11, 23), id="saturday-becomes-monday"),
        pytest.param(date(2026, 7, 2), 1, date(2026, 7, 6), id="july-4-observed-on-friday"),
    ],
)
def test_weekends_and_federal_holidays_are_skipped(start: date, count: int, end: date) -> None:
    """Only days on which banks work count."""
    assert end == add_business_days(start, count)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 40))
def test_the_result_is_a_business_day_and_grows(start: date, count: int) -> None:
    """One more day never gives an earlier date."""
    end = add_business_days(start, count)

    assert is_business_day(end)
    assert start <= end < add_business_days(start, count + 1)


def test_today_is_the_orders_own() -> None:
    """At 23:30 in Los Angeles it is tomorrow in UTC and still today for the customer."""
    now = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)

    assert date(2026, 11, 21) == local_today(now, "America/Los_Angeles")
    assert date(2026, 11, 22) == local_today(now, "America/New_York")


@pytest.mark.parametrize("now, zone", [(datetime(2026, 1, 1), "UTC"), (datetime(2026, 1, 1, tzinfo=UTC), "Nowhere/Land")])  # noqa: DTZ001 - the subject
def test_a_time_without_zone_or_an_unknown_zone_is_refused(now: datetime, zone: str) -> None:
    """The day is never guessed."""
    with pytest.raises(ValueError, match="time zone"):
        local_today(now, zone)
