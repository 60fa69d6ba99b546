"""How many: a number that stands for a quantity when no thing carries it itself."""

from __future__ import annotations

import re

from returnflow.understanding.numbers import small_number
from returnflow.understanding.text import Utterance

_NUMBER = r"(?P<number>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:a )?couple|a pair|[0-9]{1,2})"
_TIME = r"(?! (?:minute|second|moment|sec|day|week|month))"
_OF_THEM = "of (?:them|those|these|it|em)"
_SAID = re.compile(
    rf"\b(?:only|just|but|make (?:it|that)|change (?:it|that) to|i (?:said|meant|mean)|need|keep) {_NUMBER}\b{_TIME}"
    rf"|\b{_NUMBER.replace('number', 'of_them')} (?:{_OF_THEM}|pieces?|instead|only)\b"
)
_LEAD = "(?:(?:um|just|only|i have|its|all|maybe|like|the|no|yes|okay|ok|a|single|well|oh|thats) )*"
_BARE = re.compile(
    rf"^{_LEAD}{_NUMBER}(?: (?:{_OF_THEM}|please|pieces?|items?|ones?|is (?:fine|enough|good|all)|thanks|thank you|will do|only|back))*$"
)
_SENT = re.compile(
    rf"\b(?:return|returning|send(?:ing)?(?: back)?|back|bring back|give back|take) (?:just |only |back )*{_NUMBER}\b{_TIME}"
)
_KEPT = re.compile(
    rf"\b(?:i |ill |i will |want to |just )*(?:keep(?:ing)?|all (?:but|except)|all of them (?:but|except)) (?:just |only |the )?{_NUMBER}\b"
)
_ALL = re.compile(r"\b(?:(?:all|each|every one|every single one|the whole lot)(?: of (?:them|those|these|it|em))?|everything|the lot)\b")
_SOUNDS_LIKE = {"to": 2, "too": 2, "tu": 2, "won": 1, "for": 4, "fore": 4, "tree": 3, "free": 3}
_COUPLE = {"a couple": 2, "couple": 2, "a pair": 2}
_POLITE = re.compile(r"\b(?:um|uh|just|only|please|thanks|yes|okay|ok|no|single|the|one more time|of (?:them|em|those))\b")


def find_quantity(utterance: Utterance, *, asked: bool, available: int | None = None) -> int | None:
    """The quantity that was said last, 1 to 99: with words that make it one, or bare when it was asked for.

    When it was asked for and `available` is known, what is to be kept, "half" and "all" are counted from that.
    """
    plain = utterance.plain
    if asked:
        counted = _counted(plain, available)
        if counted is not None:
            return counted if 0 < counted < 100 else None
    found = [match.group("number") or match.group("of_them") for match in _SAID.finditer(plain)]
    if asked and not found:
        found = [match.group("number") for clause in utterance.clauses for match in [_BARE.match(utterance.clause_text(clause))] if match]
        found = found or [match.group("number") for match in _SENT.finditer(plain)]
    if not found:
        return None
    number = _value(found[-1])
    return number if number and 0 < number < 100 else None


def _value(word: str) -> int | None:
    return _COUPLE.get(word) or small_number([word])


def _counted(plain: str, available: int | None) -> int | None:
    """A number that its sound or what there is decides; None when the words hold none of that kind."""
    alike = _SOUNDS_LIKE.get(" ".join(_POLITE.sub(" ", plain).split()))
    if alike is not None:
        return alike
    if available is None:
        return None
    kept = _KEPT.search(plain)
    if kept:
        return available - (_value(kept.group("number")) or 0)
    if re.search(r"\bhalf\b", plain):
        return available // 2 if available % 2 == 0 else None
    if re.search(r"\bboth\b", plain):
        return 2 if available == 2 else None
    return available if _ALL.search(plain) and not re.search(r"\b(?:not|but|except)\b", plain) else None
