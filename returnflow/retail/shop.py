"""The shop itself: who answers, when, where parcels go and what is said about the way back. Values and their checks.

Reading the file is `returnflow.agents`' job; `parse_shop` turns its content into a `Shop` or names every problem at once.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from returnflow.retail.days import is_us_holiday, zone
from returnflow.retail.problems import problems
from returnflow.retail.rules import STRICT, Id, Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EXPECTED_HOURS = 'opening hours like "9:00-17:00", a list of them, or closed'
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_AUTOMATED = re.compile(r"(?i)\b(automated|automatic|automatische[rs]?|automatizad[oa]|ai|robot|bot)\b|\bA\.I\.")
_PLACEHOLDERS = frozenset({"shop", "by"})

Hours = tuple[tuple[time, time], ...]
ByLanguage = Mapping[Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")], Text]


def _by_language(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


def _weekdays(days: str) -> range:
    """The days that `mon` or `mon-fri` names, as numbers from Monday 0. Raises ValueError for anything else."""
    first, _, last = days.strip().lower().partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS or WEEKDAYS.index(last or first) < WEEKDAYS.index(first):
        raise ValueError("weekdays such as mon, sat or mon-fri")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def _known_weekdays(days: str) -> str:
    _weekdays(days)
    return days


def _day_hours(hours: Any) -> Hours:
    """`"9:00-17:00"`, a list of such stretches, or `closed`."""
    if hours in (None, False, "closed"):
        return ()
    found = tuple(_stretch(each) for each in (hours if isinstance(hours, list) else [hours]))
    if any(closes > opens for (_, closes), (opens, _) in pairwise(found)):
        raise ValueError("opening hours in order that do not overlap")
    return found


def _stretch(hours: Any) -> tuple[time, time]:
    match = _HOURS.fullmatch(str(hours).strip())
    if match is None:
        raise ValueError(_EXPECTED_HOURS)
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
    try:
        opens, closes = time(opens_hour, opens_minute), time(closes_hour, closes_minute)
    except ValueError:
        raise ValueError(_EXPECTED_HOURS) from None
    if closes <= opens:
        raise ValueError("opening hours that end after they begin")
    return opens, closes


def _known_zone(name: str) -> str:
    zone(name)
    return name


def _says_automated(sentences: Mapping[str, str]) -> Mapping[str, str]:
    if not all(_AUTOMATED.search(sentence) for sentence in sentences.values()):
        raise ValueError('a sentence with "automated" or "AI" in it')
    return sentences


def _known_placeholders(sentence: str) -> str:
    used = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    if used - _PLACEHOLDERS:
        raise ValueError("a sentence; only {shop} and {by} are filled in")
    return sentence


@dataclass(frozen=True, slots=True, config=STRICT)
class ClosedDays:
    """Days off besides the weekly ones: the federal holidays when wanted, and the shop's own."""

    us_holidays: bool = True
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Contact:
    """How to reach the shop without the assistant."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: str | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Notice:
    """A dated sentence said after the greeting; it begins and ends by itself, both days included."""

    text: Annotated[ByLanguage, BeforeValidator(_by_language)]
    from_: Annotated[date, Field(validation_alias="from")]
    until: date

    def active(self, today: date) -> bool:
        """Whether it is said on this day."""
        return self.from_ <= today <= self.until


@dataclass(frozen=True, slots=True, config=STRICT)
class ReturnShipping:
    """How the parcel gets back. `sentence` may use {shop} and {by}; `by_hours` are the staff's hours for their part of it."""

    kind: Literal["prepaid_by_staff", "customer_pays", "drop_off", "store_counter", "carrier"]
    who_pays: Literal["shop", "customer", "store"]
    sentence: Annotated[Text, AfterValidator(_known_placeholders)]
    by_hours: Annotated[int, Field(ge=1, le=200)] | None = None

    def say(self, shop: str, by: str = "") -> str:
        """The sentence with the shop's name and the promise ("by Monday at noon") filled in."""
        return self.sentence.format(shop=shop, by=by)


@dataclass(frozen=True, slots=True, config=STRICT)
class Shop:
    """The merchant's own facts. Opening hours are in `time_zone`; `reply_time_hours` counts opening hours only."""

    name: Text
    time_zone: Annotated[Text, AfterValidator(_known_zone)]
    hours: Mapping[Annotated[str, AfterValidator(_known_weekdays)], Annotated[Hours, BeforeValidator(_day_hours)]]
    reply_time_hours: Annotated[int, Field(ge=1, le=200)]
    contact: Contact
    return_address: Text
    privacy_url: Annotated[str, Field(pattern=r"^(https://|/)")]
    disclosure: Annotated[ByLanguage, BeforeValidator(_by_language), AfterValidator(_says_automated)]
    greeting: Annotated[ByLanguage, BeforeValidator(_by_language)]
    return_shipping: Mapping[Id, ReturnShipping]
    closed_days: ClosedDays = ClosedDays()
    notice: Notice | None = None

    def hours_on(self, day: date) -> Hours:
        """When the shop is open on this day; empty when it is closed."""
        if day in self.closed_days.dates or (self.closed_days.us_holidays and is_us_holiday(day)):
            return ()
        return next((hours for days, hours in self.hours.items() if day.weekday() in _weekdays(days)), ())

    def notice_on(self, today: date, language: str = "en") -> str | None:
        """The dated sentence of this day, in this language or in English."""
        if self.notice is None or not self.notice.active(today):
            return None
        return self.notice.text.get(language) or self.notice.text.get("en")


_SHOP = TypeAdapter(Shop)
_KEYS = tuple(field.name for field in fields(Shop))
_EXPECTED: Mapping[str, str] = {
    "name": "the shop's name",
    "time_zone": "an IANA name such as America/Chicago",
    "reply_time_hours": "a whole number of opening hours",
    "by_hours": "a whole number of opening hours",
    "email": "an e-mail address",
    "privacy_url": "an address that starts with https:// or /",
    "disclosure": "a sentence, or sentences by language like {en: ...}, that says it is automated",
    "greeting": "a sentence, or sentences by language like {en: ...}",
    "text": "a sentence, or sentences by language like {en: ...}",
    "return_address": "the address that parcels go back to",
    "return_shipping": "a block per store with kind, who_pays and sentence",
    "kind": "prepaid_by_staff, customer_pays, drop_off, store_counter or carrier",
    "who_pays": "shop, customer or store",
    "sentence": "a sentence; only {shop} and {by} are filled in",
    "from": "a date like 2026-11-26",
    "until": "a date like 2026-11-30",
    "dates": "a list of dates like 2026-12-24",
    "us_holidays": "true or false",
    "contact": "a block with email and, if there is one, phone",
}


class ShopError(Exception):
    """The shop file cannot be used. `problems` has a line for each thing to repair."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def parse_shop(data: Any, file: str) -> Shop:
    """The shop of a parsed `shop.yaml`. Raises ShopError with every problem; `file` is the name to put before each."""
    if not isinstance(data, dict):
        raise ShopError([f"{file}: the file: is not a block of keys, expected name, hours, contact and so on"])
    try:
        shop = _SHOP.validate_python(data)
    except ValidationError as error:
        raise ShopError(problems(error, file, _EXPECTED, _KEYS)) from None
    wrong = [f"{file}: {problem}" for problem in _contradictions(shop)]
    if wrong:
        raise ShopError(wrong)
    return shop


def _contradictions(shop: Shop) -> Iterator[str]:
    named = [WEEKDAYS[day] for days in shop.hours for day in _weekdays(days)]
    for day in WEEKDAYS:
        if named.count(day) > 1:
            yield f"hours: {day} is given more than once, expected each weekday once"
    if not any(shop.hours.values()):
        yield "hours: the shop never opens, expected hours on at least one weekday"
    for name in ("disclosure", "greeting"):
        if "en" not in getattr(shop, name):
            yield f"{name}.en: is missing, expected the English sentence"
    if shop.notice and shop.notice.until < shop.notice.from_:
        yield "notice.until: is before from, expected a later date"
    for store, way in shop.return_shipping.items():
        if way.by_hours is None and ("{by}" in way.sentence or way.kind == "prepaid_by_staff"):
            yield f"return_shipping.{store}.by_hours: is missing, expected the staff's opening hours for their part"
