"""Proving that an order is the caller's: number, ZIP and last name together, one answer, no hints.

Nothing here says which fact was wrong, and a miss does the same work as a hit: every route is walked to its end over
at least one (made-up) order, and facts are compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from returnflow.retail.model import Order

SUFFIX_LENGTH = 7
_MAX_DISTANCE = 2
_MAX_SUFFIX_DISTANCE = 1
_LONG_AGO = timedelta(days=36_500)
_DECOY = Order(order_number="0" * 17, store="", placed_on=date(2000, 1, 1), zip="", last_name="", lines=())
_ZIP_LENGTH = 5
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a caller says is theirs, as heard. `order_numbers` are readings of one number; `suffix` its last seven digits."""

    zip: str
    last_name: str
    order_numbers: tuple[str, ...] = ()
    suffix: str | None = None
    store: str | None = None


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Limit:
    """At most `failures` failed sets of facts within `hours`, or for the whole call when `hours` is None."""

    failures: int
    hours: int | None = None


REPAIR_LIMIT = Limit(failures=5, hours=24)
"""Failed sets of facts with one last name, after which only a whole and exact number proves an order of that name."""


def normalise_zip(text: str | None) -> str:
    """The five digits of a US ZIP code; the +4 part is dropped. Empty when there are fewer than five."""
    digits = "".join(character for character in text or "" if character.isascii() and character.isdigit())
    return digits[:_ZIP_LENGTH] if len(digits) >= _ZIP_LENGTH else ""


def normalise_name(text: str | None) -> str:
    """A name without case, accents, punctuation and spaces: "O'Brien-Núñez" → "obriennunez"."""
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold().translate(_LETTERS))
    return "".join(character for character in decomposed if character.isalpha())


def normalise_number(text: str | None) -> str:
    """An order number without separators, letters in capitals."""
    return "".join(character for character in (text or "").upper() if character.isascii() and character.isalnum())


def match(claims: Claims, by_number: Sequence[Order], by_facts: Sequence[Order], *, exact_only: bool = False) -> Order | None:
    """The one order that the claims prove, or None.

    `by_number` are the orders found under the claimed numbers, `by_facts` those of the claimed ZIP and last name. An
    exact match wins. Otherwise a number heard wrong is repaired when ZIP and last name are both exact and exactly one
    of their orders is at most two dropped, doubled or wrong digits away (one, for the last seven digits). With `exact_only`
    all of that is done and only the exact match counts.
    """
    numbers = tuple(normalise_number(number) for number in claims.order_numbers)
    suffix = normalise_number(claims.suffix)
    owned = _owned(claims, by_facts)
    exact = [order for order in _owned(claims, by_number) if _any_same(order.order_number, numbers)]
    by_suffix = [order for order in owned if len(suffix) >= SUFFIX_LENGTH and _same(order.order_number[-SUFFIX_LENGTH:], suffix)]
    walked = owned or [_DECOY]
    near = [order for order in walked if _repairable(order.order_number, numbers) and owned]
    near_suffix = [order for order in walked if _near(order.order_number[-SUFFIX_LENGTH:], suffix, _MAX_SUFFIX_DISTANCE) and owned]
    for found in (exact,) if exact_only else (exact, by_suffix, near, near_suffix):
        distinct = {order.order_number: order for order in found}
        if distinct:
            return next(iter(distinct.values())) if len(distinct) == 1 else None
    return None


def allowed(counts: Mapping[str, int], limits: Mapping[str, Limit]) -> bool:
    """Whether one more attempt may be made: every scope ("call", "order", "caller") is below its limit."""
    return all(counts.get(scope, 0) < limit.failures for scope, limit in limits.items())


def since(limits: Mapping[str, Limit], now: datetime) -> dict[str, datetime]:
    """From when to count the failures of each scope."""
    return {scope: now - (_LONG_AGO if limit.hours is None else timedelta(hours=limit.hours)) for scope, limit in limits.items()}


def distance(left: str, right: str) -> int:
    """Levenshtein's distance: how many characters were dropped, added or changed."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def _owned(claims: Claims, orders: Sequence[Order]) -> list[Order]:
    """The orders whose ZIP and last name (and store, when it was said) are the claimed ones."""
    zip_code, name = normalise_zip(claims.zip), normalise_name(claims.last_name)
    owned = []
    for order in orders or (_DECOY,):
        same_zip = _same(normalise_zip(order.zip), zip_code)
        same_name = _same(normalise_name(order.last_name), name)
        same_store = _same(order.store, claims.store or order.store)
        if same_zip & same_name & same_store & bool(zip_code) & bool(name):
            owned.append(order)
    return owned


def _any_same(number: str, candidates: tuple[str, ...]) -> bool:
    found = False
    for candidate in candidates:
        found |= _same(number, candidate)
    return found


def _repairable(number: str, candidates: tuple[str, ...]) -> bool:
    found = False
    for candidate in candidates:
        found |= _near(number, candidate, _MAX_DISTANCE)
    return found


def _near(number: str, heard: str, at_most: int) -> bool:
    """Close enough, and the same format: both of digits only, or both beginning with the same letters."""
    return _prefix(number) == _prefix(heard) and distance(number, heard) <= at_most


def _prefix(number: str) -> str:
    return number[: len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]


def _same(left: str, right: str) -> bool:
    """Constant-time equality; both sides are hashed first, so their lengths do not show either."""
    return hmac.compare_digest(hashlib.sha256(left.encode()).digest(), hashlib.sha256(right.encode()).digest())
