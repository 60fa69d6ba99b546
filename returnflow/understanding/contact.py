"""ZIP codes, phone numbers, return numbers and e-mail addresses, spoken or typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from returnflow.retail.rma import check_digit
from returnflow.understanding.numbers import REPEATS, TEENS, TENS, UNITS, Reading
from returnflow.understanding.text import Token, Utterance
from returnflow.understanding.words import word_set

_TYPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*\s?@\s?[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)+")
_PROVIDERS = {
    "gmail": "gmail.com", "yahoo": "yahoo.com", "hotmail": "hotmail.com", "outlook": "outlook.com", "icloud": "icloud.com",
    "aol": "aol.com", "proton": "proton.me", "protonmail": "protonmail.com", "comcast": "comcast.net", "verizon": "verizon.net",
    "msn": "msn.com",
}  # fmt: skip
_ENDS = frozenset(
    {"com", "net", "org", "edu", "gov", "co", "io", "me", "us", "uk", "de", "ca", "info", "biz", "mail", "shop", "example", "test"}
)
_SIGNS = {"dot": ".", "period": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_MARK_SIGNS = frozenset("._-+")
_STOPS = word_set("never in an address")
_MAX_LOCAL = 40


def damm_valid(digits: str) -> bool:
    """Whether the last digit is the right Damm check digit, as return numbers carry one."""
    return check_digit(digits) == "0"


def zip_code(readings: Sequence[Reading]) -> str | None:
    """The five digits of the cheapest reading that is a ZIP code or ZIP+4; None when none is."""
    for read in readings:
        if read.digits.isdigit() and len(read.digits) in {5, 9}:
            return read.digits[:5]
    return None


def phone(readings: Sequence[Reading], *, certain: bool = False) -> str | None:
    """Ten digits, without a leading 1. With `certain` (a phone was asked for or named) other countries' lengths pass too."""
    for read in readings:
        digits = read.digits
        if digits.isdigit() and len(digits) == 10:
            return digits
        if digits.isdigit() and len(digits) == 11 and digits[0] == "1":
            return digits[1:]
    if certain and readings and readings[0].digits.isdigit() and 7 <= len(readings[0].digits) <= 15:
        return readings[0].digits
    return None


def return_number(readings: Sequence[Reading], *, certain: bool) -> str | None:
    """Nine digits with a right check digit; when a return number was asked for, nine digits without one too."""
    nines = [read.digits for read in readings if len(read.digits) == 9 and read.digits.isdigit()]
    for digits in nines:
        if damm_valid(digits):
            return digits
    return nines[0] if nines and certain else None


def email(utterance: Utterance) -> tuple[str, int, int] | None:
    """(address in lower case, start, end) with the places in the text; None when no e-mail address was said."""
    typed = _TYPED.search(utterance.text)
    if typed:
        return re.sub(r"\s", "", typed.group()).lower(), typed.start(), typed.end()
    tokens = utterance.tokens
    for place, token in enumerate(tokens):
        if token.low in {"at", "@"} and 0 < place < len(tokens) - 1:
            found = _spoken(tokens, place)
            if found:
                return found
    return None


def _spoken(tokens: Sequence[Token], at: int) -> tuple[str, int, int] | None:
    domain, end = _domain(tokens, at + 1)
    if not domain:
        return None
    local, start = _local(tokens, at - 1)
    if not local:
        return None
    return f"{local}@{domain}".lower(), tokens[start].start, tokens[end - 1].end


def _domain(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The domain that starts here and the token index after it. Only known providers may lack their ending."""
    parts: list[str] = []
    here = place
    while here < len(tokens) and len(parts) < 8:
        low = tokens[here].low
        if low in {"dot", "."}:
            if not parts or parts[-1] == ".":
                break
            parts.append(".")
        elif tokens[here].is_mark and low != "-":
            break
        elif low in {"dash", "hyphen", "-"}:
            parts.append("-")
        elif parts and parts[-1] not in {".", "-"}:
            break
        else:
            parts.append(low)
        here += 1
        if low in _ENDS and len(parts) >= 3 and parts[-2] == "." and not (here < len(tokens) and tokens[here].low == "dot"):
            break
    text = "".join(parts).rstrip(".-")
    if re.fullmatch(r"[a-z0-9\-]+(\.[a-z0-9\-]+)*\.[a-z]{2,}", text):
        return text, here
    first = parts[0] if parts else ""
    if first.removesuffix("com") in _PROVIDERS:
        return _PROVIDERS[first.removesuffix("com")], place + 1
    return "", place


def _local(tokens: Sequence[Token], last: int) -> tuple[str, int]:
    """The part before "at", read backwards until a word that cannot belong to an address."""
    parts: list[str] = []
    here = last
    while here >= 0 and len(parts) < 16:
        token = tokens[here]
        if token.low in _SIGNS:
            parts.append(_SIGNS[token.low])
        elif token.is_mark:
            if token.raw == "," or token.raw in ":;!?":
                break
            if token.raw in _MARK_SIGNS:
                parts.append(token.raw)
        elif token.low in _STOPS and not (len(token.low) == 1 and parts and (token.low == "e" or len(parts[-1]) == 1)):
            break
        elif token.kind == "digits" or len(token.low) <= 2 or not parts or _glued(tokens, here):
            parts.append(_letters(token.low))
        else:
            break
        here -= 1
    local = "".join(_joined_tens(list(reversed(parts)))).strip(".-+")
    good = re.fullmatch(r"[a-z0-9._+\-]{1,40}", local)
    return (local, here + 1) if good and len(local) <= _MAX_LOCAL else ("", last)


def _joined_tens(parts: list[str]) -> list[str]:
    """ "twenty", "two" as 22."""
    joined: list[str] = []
    for part in parts:
        tens = joined[-1] if joined else ""
        if len(part) == 1 and part in "123456789" and len(tens) == 2 and tens.isdigit() and tens[1] == "0":
            joined[-1] = tens[0] + part
        else:
            joined.append(part)
    return joined


def _letters(word: str) -> str:
    if word in REPEATS:
        return ""
    for table in (UNITS, TEENS, TENS):
        if word in table:
            return str(table[word])
    return word


def _glued(tokens: Sequence[Token], here: int) -> bool:
    """Whether the word belongs to the next one: a sign or a number stands between them, or it is a number itself."""
    after = tokens[here + 1]
    numbers = UNITS.keys() | TEENS.keys() | TENS.keys()
    return after.low in _SIGNS or after.raw in _MARK_SIGNS or after.kind == "digits" or after.low in numbers or tokens[here].low in numbers
