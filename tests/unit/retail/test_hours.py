"""Promises computed from opening hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.retail.hours import due_at, is_open, promise
from returnflow.retail.shop import Shop, parse_shop

NEW_YORK = ZoneInfo("America/New_York")
ZONE = "America/New_York"


def make_shop(**changes: Any) -> Shop:
    """Open Monday to Friday, 9 to 17, answering within three hours."""
    data = {
        "name": "Maple Street",
        "time_zone": ZONE,
        "hours": {"mon-fri": "9:00-17:00"},
        "reply_time_hours": 3,
        "contact": {"email": "returns@maplestreet.example"},
        "return_address": "48 Dock Road",
        "privacy_url": "/privacy",
        "disclosure": "An automated assistant.",
        "greeting": "Hi.",
        "return_shipping": {},
    }
    return parse_shop(data | changes, "shop.yaml")


SHOP = make_shop()


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    "now, hours, due",
    [
        pytest.param(at(2026, 11, 21, 18), None, at(2026, 11, 23, 12), id="saturday-evening"),
        pytest.param(at(2026, 11, 23, 10), None, at(2026, 11, 23, 13), id="in-the-morning"),
        pytest.param(at(2026, 11, 23, 16), None, at(2026, 11, 24, 11), id="rest-of-the-hours-tomorrow"),
        pytest.param(at(2026, 11, 23, 14), None, at(2026, 11, 23, 17), id="exactly-at-closing"),
        pytest.param(at(2026, 11, 25, 16), None, at(2026, 11, 27, 11), id="over-thanksgiving"),
        pytest.param(at(2026, 11, 23, 7), 20, at(2026, 11, 25, 13), id="over-days"),
        pytest.param(at(2026, 11, 23, 10, 7, 31), None, at(2026, 11, 23, 13, 15), id="up-to-the-quarter"),
        pytest.param(at(2026, 10, 30, 16), None, at(2026, 11, 2, 11), id="over-the-end-of-summer-time"),
    ],
)
def test_due_is_after_that_many_opening_hours(now: datetime, hours: int | None, due: datetime) -> None:
    """Only time at the desk counts."""
    assert due_at(now.astimezone(UTC), SHOP, hours) == due.astimezone(UTC)


def test_a_break_does_not_count() -> None:
    """Lunch is not answering time."""
    shop = make_shop(hours={"mon-fri": ["9:00-12:00", "13:00-17:00"]})

    assert due_at(at(2026, 11, 23, 11), shop, 2) == at(2026, 11, 23, 14)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 60))  # noqa: DTZ001 - made aware below
def test_due_is_in_opening_hours_and_later_for_more(naive: datetime, hours: int) -> None:
    """A promise always falls when somebody is there, a working day for each eight hours at least."""
    now = naive.replace(tzinfo=UTC)
    due = due_at(now, SHOP, hours)

    assert now + timedelta(hours=hours) <= due <= due_at(now, SHOP, hours + 1)
    assert due.utcoffset() == timedelta()
    assert is_open(due - timedelta(minutes=1), SHOP)


def test_a_shop_that_stays_closed_cannot_promise() -> None:
    """Better an error than a promise in two years."""
    shop = make_shop(hours={"thu": "9:00-9:30"})

    with pytest.raises(ValueError, match="not open long enough"):
        due_at(at(2026, 11, 21, 18), shop, 100)


def test_a_time_without_zone_is_refused() -> None:
    """Nothing is promised from a time that could be anywhere."""
    with pytest.raises(ValueError, match="time zone"):
        is_open(datetime(2026, 11, 21), SHOP)  # noqa: DTZ001 - the subject


@pytest.mark.parametrize(
    "now, expected",
    [
        (at(2026, 11, 23, 9), True),
        (at(2026, 11, 23, 16, 59), True),
        (at(2026, 11, 23, 17), False),
        (at(2026, 11, 23, 8, 59), False),
        (at(2026, 11, 21, 12), False),
        (at(2026, 11, 26, 12), False),
    ],
)
def test_the_desk_is_open_from_the_first_to_before_the_last_minute(now: datetime, expected: bool) -> None:
    """Closed at closing time, on weekends and holidays."""
    assert is_open(now, SHOP) is expected


@pytest.mark.parametrize(
    "due, said",
    [
        (at(2026, 11, 21, 15), "by 3 p.m. today"),
        (at(2026, 11, 23, 12), "by Monday at noon"),
        (at(2026, 11, 27, 9, 30), "by Friday at 9:30 a.m."),
        (at(2026, 11, 28, 10), "by Saturday, November 28 at 10 a.m."),
        (at(2026, 12, 2, 10), "by Wednesday, December 2 at 10 a.m."),
        (at(2026, 11, 20, 12), "by Friday, November 20 at noon"),
    ],
)
def test_a_promise_is_said_as_people_do(due: datetime, said: str) -> None:
    """A weekday within the week, a date beyond it or in the past."""
    assert promise(due.astimezone(UTC), at(2026, 11, 21, 10).astimezone(UTC), ZONE) == said


def test_today_is_the_listeners_today() -> None:
    """Late in the evening UTC is already tomorrow."""
    due = datetime(2026, 11, 22, 2, tzinfo=UTC)

    assert promise(due, datetime(2026, 11, 21, 20, tzinfo=UTC), ZONE) == "by 9 p.m. today"
    assert date(2026, 11, 22) == due.date()
