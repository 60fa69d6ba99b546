"""Why a customer sends something back: everyday words to the canonical reasons (reference/returns-domain.md, 1a)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from returnflow.retail.model import Reason
from returnflow.understanding.patterns import load


@dataclass(frozen=True, slots=True)
class ReasonSpan:
    """A reason found in the plain words, with its place there."""

    reason: str
    start: int
    end: int


_PAPERS = re.compile(
    r"\b(?:label|e ?mail|slip|code|receipt|confirmation|refund|money|text|message|credit)s? (?:still |has |have |that )*"
    r"(?:never|didnt|did not|hasnt|has not|havent|isnt|is not|not)\b"
)
"""What is not the thing that was bought: its absence is no reason to return."""


def papers_missing(plain: str) -> bool:
    """Whether a label, a message or the money did not come."""
    return _PAPERS.search(plain) is not None


def find_reasons(plain: str, *, asked: bool = False) -> tuple[ReasonSpan, ...]:
    """The reasons in a text in the order they were said; where two overlap, the one earlier in the file stays.

    Words that say little by themselves ("wrong") count only when the reason was `asked` for.
    """
    found: list[ReasonSpan] = []
    for title, pattern in load("reasons").items():
        reason, _, only_asked = title.partition(" ")
        if (only_asked and not asked) or (reason.startswith("LOST") and papers_missing(plain)):
            continue
        for match in pattern.finditer(plain):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(ReasonSpan(Reason(reason).value, match.start(), match.end()))
    return tuple(sorted(found, key=lambda span: span.start))
