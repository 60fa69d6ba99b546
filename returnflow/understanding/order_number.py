"""Which order numbers a run of digits can be, given how the stores' numbers look and what was heard of one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from returnflow.understanding.model import NumberFormat
from returnflow.understanding.numbers import Reading

MARGIN = 0.95
"""Readings that cost this much more than the cheapest one that fits are not candidates: they are unnatural."""

MAX_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """Order numbers that a run can be, cheapest first, with their store; `partial` when it can only be the start of one."""

    candidates: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    partial: str = ""


def relevant(formats: Sequence[NumberFormat], store: str | None) -> tuple[NumberFormat, ...]:
    """The formats of the known store, or all of them when it is not known or has none."""
    own = tuple(form for form in formats if form.store == store)
    return own or tuple(formats)


def is_number(digits: str, form: NumberFormat) -> bool:
    """Whether these digits (and letters) are a whole number of this format."""
    return len(digits) == form.length and digits.startswith(form.starts) and (form.letters or digits.isdigit())


def known_number(digits: str, formats: Iterable[NumberFormat]) -> bool:
    """Whether any store's number looks like this."""
    return any(is_number(digits, form) for form in formats)


def fit(readings: Sequence[Reading], formats: Sequence[NumberFormat], before: str = "") -> Fit:
    """Whole numbers among the readings, alone or joined to what was heard before; a later whole number replaces it."""
    whole = _whole(readings, formats)
    if not whole and before:
        joined = [Reading(text, read.cost + cost) for read in readings for text, cost in joins(before, read.digits)]
        whole = _whole(joined, formats)
    if not whole:
        return Fit()
    best = min(whole.values(), key=lambda item: item[0])[0]
    near = [(cost, digits, store) for digits, (cost, store) in whole.items() if cost < best + MARGIN]
    near.sort()
    kept = near[:MAX_CANDIDATES]
    return Fit(tuple(digits for _, digits, _ in kept), tuple(dict.fromkeys(store for _, _, store in kept)))


def _whole(readings: Iterable[Reading], formats: Sequence[NumberFormat]) -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    for read in readings:
        for form in formats:
            if is_number(read.digits, form) and read.cost < found.get(read.digits, (99.0, ""))[0]:
                found[read.digits] = (read.cost, form.store)
    return found


def joins(before: str, digits: str) -> list[tuple[str, float]]:
    """Ways to put new digits behind earlier ones: straight on, or repeating the last few for a run-up."""
    ways = [(before + digits, 0.0)]
    for overlap in range(2, min(len(before), len(digits)) + 1):
        if before.endswith(digits[:overlap]):
            ways.append((before + digits[overlap:], 0.5))
    return ways


def partial(readings: Sequence[Reading], formats: Sequence[NumberFormat], before: str = "") -> str:
    """The start of an order number that this can be, joined with what came before; empty when it fits no format."""
    for start in (before, "") if before else ("",):
        options = [
            (read.cost - (0.5 if form.starts and (start + read.digits).startswith(form.starts) else 0.0), start + read.digits)
            for read in readings
            for form in formats
            if _can_begin(start + read.digits, form)
        ]
        if options:
            return min(options, key=lambda option: (option[0], option[1]))[1]
    return ""


def _can_begin(digits: str, form: NumberFormat) -> bool:
    if not 0 < len(digits) < form.length or not (form.letters or digits.isdigit()):
        return False
    return digits.startswith(form.starts) or form.starts.startswith(digits)


def replace_end(before: str, digits: str) -> str:
    """What was heard before with its last digits replaced by these: "no, nine"."""
    return before[: max(0, len(before) - len(digits))] + digits
