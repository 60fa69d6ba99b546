"""The shop file: what is read, and what is wrong with it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, time
from typing import Any

import pytest

from returnflow.retail.shop import ShopError, parse_shop

GOOD: dict[str, Any] = {
    "name": "Maple Street",
    "time_zone": "America/New_York",
    "hours": {"mon-thu": "9:00-17:00", "fri": ["9:00-12:00", "13:00-15:30"], "sat": "closed"},
    "closed_days": {"dates": [date(2026, 12, 24)]},
    "reply_time_hours": 3,
    "contact": {"email": "returns@maplestreet.example"},
    "return_address": "48 Dock Road, Portland, OR 97209",
    "privacy_url": "/privacy",
    "disclosure": "Hi, I'm Maple Street's automated return assistant.",
    "greeting": {"en": "What would you like to send back?", "es": "¿Qué desea devolver?"},
    "notice": {"text": "Black Friday is busy.", "from": date(2026, 11, 27), "until": date(2026, 11, 30)},
    "return_shipping": {
        "amazon": {"kind": "prepaid_by_staff", "who_pays": "shop", "by_hours": 3, "sentence": "{shop} e-mails you a label {by}."},
        "shop": {"kind": "customer_pays", "who_pays": "customer", "sentence": "Post it to the address on the slip."},
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good file with one thing changed; None takes it away."""
    data = deepcopy(GOOD)
    *way, last = path.split(".")
    block = data
    for key in way:
        block = block[key]
    if value is None:
        del block[last]
    else:
        block[last] = value
    return data


def problems_of(data: Any) -> list[str]:
    with pytest.raises(ShopError) as caught:
        parse_shop(data, "shop.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    "day, hours",
    [
        pytest.param(date(2026, 11, 23), ((time(9), time(17)),), id="monday"),
        pytest.param(date(2026, 11, 20), ((time(9), time(12)), (time(13), time(15, 30))), id="friday-with-a-break"),
        pytest.param(date(2026, 11, 21), (), id="saturday-closed"),
        pytest.param(date(2026, 11, 22), (), id="sunday-not-named"),
        pytest.param(date(2026, 11, 26), (), id="thanksgiving"),
        pytest.param(date(2026, 12, 24), (), id="own-day-off"),
    ],
)
def test_the_hours_of_a_day(day: date, hours: tuple[tuple[time, time], ...]) -> None:
    """Weekday ranges, breaks, holidays and the shop's own days."""
    assert parse_shop(GOOD, "shop.yaml").hours_on(day) == hours


def test_a_shop_may_work_on_holidays() -> None:
    """Only when it says so."""
    shop = parse_shop(changed("closed_days", {"us_holidays": False}), "shop.yaml")

    assert shop.hours_on(date(2026, 11, 26)) == ((time(9), time(17)),)


@pytest.mark.parametrize("day, said", [(26, None), (27, "Black Friday is busy."), (30, "Black Friday is busy.")])
def test_a_notice_begins_and_ends_by_itself(day: int, said: str | None) -> None:
    """Both days included; a language without a text of its own hears English."""
    assert parse_shop(GOOD, "shop.yaml").notice_on(date(2026, 11, day), "es") == said


def test_no_notice_is_no_notice() -> None:
    """It is optional."""
    assert parse_shop(changed("notice", None), "shop.yaml").notice_on(date(2026, 11, 27)) is None


def test_the_way_back_is_said_with_its_promise() -> None:
    """The shop's name and the computed time are filled in."""
    way = parse_shop(GOOD, "shop.yaml").return_shipping["amazon"]

    assert way.say("Maple Street", "by Monday at noon") == "Maple Street e-mails you a label by Monday at noon."


@pytest.mark.parametrize(
    "path, value, problem",
    [
        ("time_zone", "Mars/Base", 'shop.yaml: time_zone: is "Mars/Base", expected an IANA name such as America/Chicago'),
        ("hours.mon-thu", "9-17", 'shop.yaml: hours.mon-thu: is "9-17", expected opening hours like "9:00-17:00"'),
        ("hours.mon-thu", "9:00-25:00", 'hours.mon-thu: is "9:00-25:00", expected opening hours'),
        ("hours.mon-thu", "17:00-9:00", "expected opening hours that end after they begin"),
        ("hours.fri", ["9:00-12:00", "11:00-13:00"], "expected opening hours in order that do not overlap"),
        ("hours.funday", "9:00-17:00", 'hours.funday: is "funday", expected weekdays such as mon, sat or mon-fri'),
        ("hours.fri-mon", "9:00-17:00", "expected weekdays such as mon, sat or mon-fri"),
        ("hours.tue", "9:00-17:00", "hours: tue is given more than once"),
        ("hours", {"mon": "closed"}, "hours: the shop never opens"),
        ("reply_time_hours", "soon", 'reply_time_hours: is "soon", expected a whole number of opening hours'),
        ("contact.email", "us", 'contact.email: is "us", expected an e-mail address'),
        ("disclosure", "Hi, I'm Dana!", "expected a sentence, or sentences by language like {en: ...}, that says it is automated"),
        ("disclosure", {"es": "Soy un asistente automatizado."}, "disclosure.en: is missing"),
        ("greeting", None, "greeting: is missing, expected a sentence"),
        ("notice.until", date(2026, 11, 1), "notice.until: is before from"),
        ("notice.from", "Friday", 'notice.from: is "Friday", expected a date like 2026-11-26'),
        ("return_shipping.amazon.kind", "owl", 'return_shipping.amazon.kind: is "owl", expected prepaid_by_staff'),
        ("return_shipping.amazon.sentence", "Ask {name}.", "only {shop} and {by} are filled in"),
        ("return_shipping.amazon.sentence", "Ask {", "only {shop} and {by} are filled in"),
        ("return_shipping.amazon.by_hours", None, "return_shipping.amazon.by_hours: is missing"),
        ("colour", "red", "colour: is not a key that is known here, expected one of closed_days, contact"),
    ],
)
def test_a_problem_names_the_key_and_what_was_expected(path: str, value: Any, problem: str) -> None:
    """One line tells what to repair."""
    found = problems_of(changed(path, value))

    assert any(problem in line for line in found), found


def test_all_problems_come_at_once() -> None:
    """Nobody repairs one thing to find the next."""
    data = changed("time_zone", "X") | {"reply_time_hours": 0, "greeting": 5, "privacy_url": "ftp://x"}

    assert [line.split(": ")[1] for line in problems_of(data)] == ["time_zone", "reply_time_hours", "privacy_url", "greeting"]


def test_another_kind_of_file_is_a_problem() -> None:
    """A list is not a shop."""
    assert "not a block of keys" in problems_of(["shop"])[0]
