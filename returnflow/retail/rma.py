"""Return and case numbers: eight random digits and a Damm check digit, spoken and shown in threes.

The check digit finds every single wrong digit and every swap of two neighbours, so a number heard wrong on the
telephone is noticed before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Callable

_LENGTH = 9
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""The quasigroup of order 10 from H. Michael Damm's thesis (2004): weakly totally anti-symmetric, zero diagonal."""


def check_digit(digits: str) -> str:
    """The Damm digit that makes `digits` + itself sum to zero."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def new_rma(rng: Callable[[int, int], int]) -> str:
    """A fresh number of nine digits. `rng(low, high)` draws a whole number, both ends included; the first digit is never 0."""
    body = str(rng(10_000_000, 99_999_999))
    return body + check_digit(body)


def is_valid(rma: str) -> bool:
    """Whether this is nine ASCII digits, not starting with 0, whose check digit is right."""
    return len(rma) == _LENGTH and rma.isascii() and rma.isdigit() and rma[0] != "0" and check_digit(rma) == "0"


def spoken(rma: str) -> str:
    """For the voice: "4 8 2, 9 1 3, 0 7 7"."""
    return ", ".join(" ".join(group) for group in _groups(rma))


def shown(rma: str) -> str:
    """For the eye: "482 913 077"."""
    return " ".join(_groups(rma))


def _groups(rma: str) -> list[str]:
    return [rma[start : start + 3] for start in range(0, len(rma), 3)]
