"""Why a customer sends something back: everyday words to the canonical reasons (reference/returns-domain.md, 1a)."""

from __future__ import annotations

from dataclasses import dataclass

from returnflow.retail.model import Reason
from returnflow.understanding.patterns import load


@dataclass(frozen=True, slots=True)
class ReasonSpan:
    """A reason found in the plain words, with its place there."""

    reason: str
    start: int
    end: int


def find_reasons(plain: str) -> tuple[ReasonSpan, ...]:
    """The reasons in a text in the order they were said; where two overlap, the one earlier in the file stays."""
    found: list[ReasonSpan] = []
    for reason, pattern in load("reasons").items():
        for match in pattern.finditer(plain):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(ReasonSpan(Reason(reason).value, match.start(), match.end()))
    return tuple(sorted(found, key=lambda span: span.start))
