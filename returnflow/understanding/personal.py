"""Which parts of an utterance must never be stored in the clear. Payment cards are recognised to be dropped, not kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from returnflow.understanding.model import NumberFormat
from returnflow.understanding.order_number import known_number

_WRITTEN = re.compile(r"(?<![0-9])[0-9](?:[ .\-]?[0-9]){12,18}(?![0-9])")
_ISSUERS = re.compile(
    r"4\d{12}(\d{3}){0,2}|(5[1-5]|2(2(2[1-9]|[3-9]\d)|[3-6]\d\d|7([01]\d|20)))\d{1}\d{10,13}|3[47]\d{13}|6(011|5\d\d|4[4-9]\d)\d{12,15}"
    r"|35(2[89]|[3-8]\d)\d{12,15}|3(0[0-5]|[689]\d)\d{11,13}|62\d{14,17}|(50|5[6-9]|6[0-9])\d{11,17}"
)


def luhn_valid(digits: str) -> bool:
    """Whether the Luhn sum of these digits is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether 13 to 19 digits are a payment card number: a known issuer and a right check digit."""
    return digits.isdigit() and 13 <= len(digits) <= 19 and bool(_ISSUERS.fullmatch(digits)) and luhn_valid(digits)


def written_cards(text: str, formats: Sequence[NumberFormat]) -> list[str]:
    """Card numbers written in digits. A number that looks like an order number of a store is kept: it is not a card."""
    found = []
    for match in _WRITTEN.finditer(text):
        digits = re.sub(r"[^0-9]", "", match.group())
        if is_card(digits) and not known_number(digits, formats):
            found.append(match.group())
    return found


def collect(parts: Iterable[str]) -> tuple[str, ...]:
    """The parts without repeats and empties, longest first, so that replacing them in turn leaves no remains."""
    return tuple(sorted({part for part in parts if part.strip()}, key=lambda part: (-len(part), part)))
