"""How many: a number that stands for a quantity when no thing carries it itself."""

from __future__ import annotations

import re

from returnflow.understanding.numbers import small_number
from returnflow.understanding.text import Utterance

_NUMBER = r"(?P<number>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple|a pair|[0-9]{1,2})"
_TIME = r"(?! (?:minute|second|moment|sec|day|week|month))"
_OF_THEM = "of (?:them|those|these|it)"
_SAID = re.compile(
    rf"\b(?:only|just|but|make (?:it|that)|change (?:it|that) to|i (?:said|meant|mean)|need|keep) {_NUMBER}\b{_TIME}"
    rf"|\b{_NUMBER.replace('number', 'of_them')} (?:{_OF_THEM}|pieces?|instead|only)\b"
)
_LEAD = "(?:(?:um|just|only|i have|its|all|maybe|like|the|no|yes|okay|ok) )*"
_BARE = re.compile(rf"^{_LEAD}{_NUMBER}(?: (?:{_OF_THEM}|please|pieces?|items?|ones))*$")
_COUPLE = {"a couple": 2, "a pair": 2}


def find_quantity(utterance: Utterance, *, asked: bool) -> int | None:
    """The quantity that was said last, 1 to 99: with words that make it one, or bare when it was asked for."""
    found = [match.group("number") or match.group("of_them") for match in _SAID.finditer(utterance.plain)]
    if asked and not found:
        found = [match.group("number") for clause in utterance.clauses for match in [_BARE.match(utterance.clause_text(clause))] if match]
    if not found:
        return None
    number = _COUPLE.get(found[-1]) or small_number([found[-1]])
    return number if number and 0 < number < 100 else None
