"""What one cell of an order file may hold. Each parser gives the value or raises ValueError with what was expected."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from returnflow.retail.days import zone
from returnflow.retail.verification import normalise_name, normalise_zip

TITLE_LENGTH = 80
MOST_CENTS = 100_000_000
"""A million: more is a typing error."""
_BRACKETS = str.maketrans("", "", "<>[]{}")
_CARD = re.compile(r"(?:\d[ -]?){13,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ZIP = re.compile(r"\d{5}(-?\d{4})?")


def clean(text: str, longest: int = TITLE_LENGTH) -> str:
    """Text from outside as harmless data: no control or invisible characters, no brackets, one line, cut at a word."""
    visible = "".join(char if not unicodedata.category(char).startswith("C") else " " for char in text)
    plain = " ".join(visible.translate(_BRACKETS).split())
    if len(plain) <= longest:
        return plain
    cut = plain[:longest]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut
    return at_word.rstrip(" ,;-")


def words(text: str) -> str:
    """A title or a name that still says something after cleaning."""
    plain = clean(text)
    if not plain:
        raise ValueError("is empty; expected text")
    return plain


def name(text: str) -> str:
    """A name with at least one letter."""
    plain = clean(text)
    if not normalise_name(plain):
        raise ValueError("has no letters; expected a name")
    return plain


def identifier(text: str) -> str:
    """A line id or SKU: letters, digits and `. _ - /`."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/ -]{0,63}", text):
        raise ValueError("is not an id; expected up to 64 letters, digits, dots or dashes, such as 1 or B07-XL")
    return text


def key(text: str) -> str:
    """A store, category or seller: lower case, words joined by underscores."""
    lowered = re.sub(r"[\s-]+", "_", text.strip().lower())
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.]{0,63}", lowered):
        raise ValueError("is not a name that can be used here; expected letters, digits and underscores, such as phone_case")
    return lowered


def day(text: str) -> date:
    """A date in the ISO form."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("is not a date in the form 2026-10-30; write year-month-day")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is not a day of the calendar; check month and day") from error


def cents(text: str) -> int:
    """A whole number of cents, zero or more."""
    if re.fullmatch(r"-\d+(\.\d+)?", text):
        raise ValueError("is negative; expected zero or more cents")
    if not re.fullmatch(r"\d+", text) or not text.isascii():
        raise ValueError("is not a whole number of cents; write 1299 for $12.99")
    amount = int(text[:12])
    if amount > MOST_CENTS:
        raise ValueError("is more than a million dollars; write cents, 1299 for $12.99")
    return amount


def count(text: str) -> int:
    """A quantity of at least one."""
    if not re.fullmatch(r"\d+", text) or not text.isascii() or not 1 <= int(text[:9]) <= 1000:
        raise ValueError("is not a quantity; expected a whole number from 1 to 1000, leave out rows that were not shipped")
    return int(text)


def zip_code(text: str) -> str:
    """A US ZIP code; the +4 part is dropped."""
    if re.fullmatch(r"\d{3,4}", text):
        raise ValueError("has lost its leading zeros; format the column as text, ZIP codes have 5 digits")
    if not _ZIP.fullmatch(text):
        raise ValueError("is not a ZIP code; expected 5 digits, such as 97214")
    return normalise_zip(text)


def currency(text: str) -> str:
    """Three capitals, ISO 4217."""
    if not re.fullmatch(r"[A-Z]{3}", text.upper()):
        raise ValueError("is not a currency; expected three letters, such as USD")
    return text.upper()


def email(text: str) -> str:
    """Something with one @ and a domain."""
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise ValueError("is not an e-mail address; expected one such as ana@example.com, or leave it empty")
    return text


def phone(text: str) -> str:
    """A telephone number as digits, with a leading + when it was given."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    if not 7 <= len(digits) <= 15 or re.search(r"[^0-9+()./ xX-]", text):
        raise ValueError("is not a telephone number; expected 7 to 15 digits, or leave it empty")
    return f"+{digits}" if text.startswith("+") else digits


def payment(text: str) -> str:
    """A kind of payment. A card number is refused: nothing here ever needs one."""
    if _CARD.search(text):
        raise ValueError("looks like a card number; write only the kind, such as credit_card")
    return key(text)


def time_zone(text: str) -> str:
    """An IANA time zone."""
    zone(text)
    return text
