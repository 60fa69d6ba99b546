"""Dates as customers say them, most often in the past: "two Fridays ago", "October the 3rd", "the day before yesterday".

Own rules only: a general date parser guesses silently ("on the 3rd" becomes the wrong month) and costs 140 ms to load.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from returnflow.understanding.numbers import small_number


def _numbered(first: int, *names: str) -> dict[str, int]:
    """Names to numbers, from `first` on; each entry may hold several names."""
    return {name: number for number, several in enumerate(names, first) for name in several.split()}


_MONTHS = _numbered(
    1, "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep",
    "october oct", "november nov", "december dec",
)  # fmt: skip
_DAYS = _numbered(
    0, "monday mon mondays", "tuesday tue tues tuesdays", "wednesday wed weds wednesdays", "thursday thu thurs thursdays",
    "friday fri fridays",
    "saturday sat saturdays", "sunday sun sundays",
)  # fmt: skip
_TO_NINTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = (
    _numbered(
        1, *_TO_NINTH, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"
    )
    | {"nineteenth": 19, "twentieth": 20, "thirtieth": 30, "thirty first": 31}
    | {f"twenty {word}": 20 + number for number, word in enumerate(_TO_NINTH, 1)}
)
_UNIT = "(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN = "(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_COUNT = rf"(?P<count>some|a couple of|a couple|couple of|couple|a few|few|several|an|a|{_UNIT}|{_TEEN}|twenty|thirty|[0-9]{{1,3}})"
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_WEEKDAY = "(?P<weekday>" + "|".join(sorted(_DAYS, key=len, reverse=True)) + ")"
_NTH = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_DAY = rf"(?P<day>[0-9]{{1,2}}(?: ?(?:st|nd|rd|th))?|{_NTH}|(?:twenty|thirty) {_UNIT}|{_UNIT}|{_TEEN}|twenty|thirty)"
_YEAR = rf"(?: (?P<year>20[0-9]{{2}}|twenty twenty(?: {_UNIT})?|two thousand (?:and )?twenty(?: {_UNIT})?))?"
_FEW = {"some": 3, "a": 1, "an": 1, "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2, "a few": 3, "few": 3, "several": 4}


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date with its place in the plain words; `vague` when it was a week or a month, not a day."""

    day: date
    start: int
    end: int
    vague: bool = False


def _count(text: str) -> int:
    return _FEW.get(text) or small_number(text.split()) or 1


def _shift_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return day


def _ago(match: re.Match[str], today: date) -> date | None:
    count, unit = _count(match["count"]), match["unit"]
    if count > 400:
        return None
    if unit.startswith("day"):
        return today - timedelta(days=count)
    if unit.startswith(("week", "wk")):
        return today - timedelta(weeks=count)
    if unit.startswith("month"):
        return _shift_months(today, count)
    if unit.startswith("year"):
        return _shift_months(today, 12 * count)
    return None


def _weekday_back(today: date, weekday: int, back: int) -> date:
    """The day `back` such weekdays ago; today itself does not count."""
    return today - timedelta(days=((today.weekday() - weekday - 1) % 7) + 1 + 7 * (back - 1))


def _weekdays_ago(match: re.Match[str], today: date) -> date | None:
    return _weekday_back(today, _DAYS[match["weekday"]], min(_count(match["count"]), 60))


def _weekday(match: re.Match[str], today: date) -> date | None:
    which, weekday = (match["which"] or "").strip(), _DAYS[match["weekday"]]
    if which in {"next", "this coming", "coming"}:
        return today + timedelta(days=((weekday - today.weekday() - 1) % 7) + 1)
    if which == "last week":
        return today - timedelta(days=today.weekday() + 7 - weekday)
    if which == "next week":
        return today + timedelta(days=7 - today.weekday() + weekday)
    return _weekday_back(today, weekday, 1)


def _year(text: str | None) -> int | None:
    if not text:
        return None
    if text[0] == "2":
        return int(text)
    tail = text.replace("two thousand", "").replace("and", "").split()
    tail = tail[1:] if tail[:2] == ["twenty", "twenty"] else tail
    return 2000 + (small_number(tail) or 20)


def _day_number(text: str) -> int | None:
    digits = re.match(r"[0-9]{1,2}", text)
    return int(digits.group()) if digits else _ORDINALS.get(text) or small_number(text.split())


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest_past(today: date, month: int, day: int, year: int | None) -> date | None:
    """The day in the year said, or the last time it was: customers talk of what they bought."""
    if year:
        return _safe(year, month, day)
    return next((found for back in range(5) if (found := _safe(today.year - back, month, day)) and found <= today), None)


def _month_day(match: re.Match[str], today: date) -> date | None:
    day = _day_number(match["day"])
    return _nearest_past(today, _MONTHS[match["month"]], day, _year(match["year"])) if day else None


def _numeric(match: re.Match[str], today: date) -> date | None:
    year = int(match["y"]) if match["y"] else None
    year = 2000 + year if year is not None and year < 100 else year
    return _nearest_past(today, int(match["m"]), int(match["d"]), year)


def _iso(match: re.Match[str], today: date) -> date | None:
    return _safe(int(match["y"]), int(match["m"]), int(match["d"]))


def _of_month(match: re.Match[str], today: date) -> date | None:
    day = _day_number(match["day"])
    if day is None or not 1 <= day <= 31:
        return None
    for back in range(3):
        first = _shift_months(today.replace(day=1), back)
        found = _safe(first.year, first.month, day)
        if found and found <= today:
            return found
    return None


def _fixed(days: int) -> Callable[[re.Match[str], date], date | None]:
    return lambda _match, today: today + timedelta(days=days)


def _last_week(match: re.Match[str], today: date) -> date | None:
    unit = match["unit"]
    if unit == "week":
        return today - timedelta(weeks=1)
    if unit == "weekend":
        return _weekday_back(today, 5, 1 if today.weekday() not in {5, 6} else 2 if today.weekday() == 6 else 1)
    return _shift_months(today, 1 if unit == "month" else 12)


def _in_days(match: re.Match[str], today: date) -> date | None:
    count = _count(match["count"])
    unit = match["unit"]
    if count > 400:
        return None
    return (
        today + timedelta(days=count * (7 if unit.startswith("week") else 1))
        if not unit.startswith("month")
        else _shift_months(today, -count)
    )


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _holiday(match: re.Match[str], today: date) -> date | None:
    name = re.sub(r"^the ", "", match["holiday"])
    this_year = _holiday_in(name, today.year)
    return this_year if this_year <= today else _holiday_in(name, today.year - 1)


def _holiday_in(name: str, year: int) -> date:
    thanksgiving = _nth_weekday(year, 11, 3, 4)
    if "thanksgiving" in name:
        return thanksgiving
    if name == "black friday":
        return thanksgiving + timedelta(days=1)
    if name == "cyber monday":
        return thanksgiving + timedelta(days=4)
    if name == "labor day":
        return _nth_weekday(year, 9, 0, 1)
    if name == "memorial day":
        return _nth_weekday(year, 6, 0, 1) - timedelta(days=7)
    month, day = next((month, day) for key, month, day in _FIXED if key in name)
    return date(year, month, day)


_FIXED = (
    ("christmas eve", 12, 24), ("boxing", 12, 26), ("christmas", 12, 25), ("xmas", 12, 25), ("new years eve", 12, 31), ("new year", 1, 1),
    ("halloween", 10, 31), ("valentine", 2, 14), ("fourth of july", 7, 4), ("4th of july", 7, 4), ("independence", 7, 4),
    ("veterans", 11, 11), ("juneteenth", 6, 19),
)  # fmt: skip
_HOLIDAY = (
    r"(?P<holiday>christmas eve|christmas(?: day)?|xmas|black friday|cyber monday|thanksgiving(?: day)?|halloween|new years eve"
    r"|new years(?: day)?|valentines(?: day)?|labor day|memorial day|(?:the )?(?:fourth|4th) of july|independence day|boxing day"
    r"|veterans day|juneteenth)"
)
_NO_DAY = "one|item|thing|time|part|line|bit|half|group|set|number|pair|digit"
"""What makes "the second …" no day of the month."""

_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None], bool], ...] = tuple(
    (re.compile(rf"\b{pattern}\b"), rule, vague)
    for pattern, rule, vague in (
        (r"the day before yesterday|day before yesterday", _fixed(-2), False),
        (r"the day after tomorrow|day after tomorrow", _fixed(2), False),
        (rf"{_COUNT} {_WEEKDAY} ago", _weekdays_ago, False),
        (rf"{_COUNT} (?P<unit>days?|weeks?|wks?|months?|years?) (?:ago|back|earlier)", _ago, False),
        (rf"(?:in|within) {_COUNT} (?P<unit>days?|weeks?|months?)", _in_days, False),
        (r"(?P<y>20[0-9]{2}) (?P<m>[0-9]{1,2}) (?P<d>[0-9]{1,2})", _iso, False),
        (_HOLIDAY, _holiday, False),
        (rf"{_MONTH} (?:the )?{_DAY}(?: of)?{_YEAR}", _month_day, False),
        (rf"(?:the )?{_DAY} (?:of )?{_MONTH}{_YEAR}", _month_day, False),
        (rf"(?P<which>(?:last|next) week) (?:on )?{_WEEKDAY}", _weekday, False),
        (rf"{_WEEKDAY} (?P<which>(?:last|next) week)", _weekday, False),
        (rf"(?:(?P<which>last|this past|past|this coming|this|next|coming) )?{_WEEKDAY}", _weekday, False),
        (r"yesterday(?: morning| afternoon| evening| night)?|last night", _fixed(-1), False),
        (r"tomorrow(?: morning| afternoon| evening| night)?", _fixed(1), False),
        (r"today|this (?:morning|afternoon|evening)|tonight", _fixed(0), False),
        (r"(?:last|this past|past) (?P<unit>week|weekend|month|year)", _last_week, True),
        (rf"(?:on )?the (?P<day>[0-9]{{1,2}}(?: ?(?:st|nd|rd|th))|{_NTH})(?! (?:{_NO_DAY}))", _of_month, False),
    )
)  # fmt: skip
_WRITTEN = re.compile(r"(?<![0-9/.\-])(?P<m>1[0-2]|0?[1-9])[/](?P<d>3[01]|[12][0-9]|0?[1-9])(?:[/](?P<y>20[0-9]{2}|[0-9]{2}))?(?![0-9/])")
_SHORT_WORDS = frozenset({"may", "mar", "sun", "sat", "mon", "second", "wed"})


def find_dates(plain: str, text: str, today: date) -> tuple[DateSpan, ...]:
    """Every date said, in order of the rules; a span in `plain`, or in nothing (0, 0) for one written as 10/30/2026."""
    found: list[DateSpan] = []
    for pattern, rule, vague in _RULES:
        for match in pattern.finditer(plain):
            if match.group() in _SHORT_WORDS or any(match.start() < span.end and match.end() > span.start for span in found):
                continue
            day = rule(match, today)
            if day is not None:
                found.append(DateSpan(day, match.start(), match.end(), vague))
    if not found:
        for match in _WRITTEN.finditer(text):
            day = _numeric(match, today)
            if day is not None:
                found.append(DateSpan(day, 0, 0))
    return tuple(found)


def written_date(text: str) -> str | None:
    """The first date written with slashes, as it stands in the text."""
    match = _WRITTEN.search(text)
    return match.group() if match else None
