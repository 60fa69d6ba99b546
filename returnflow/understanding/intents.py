"""Intents told by rules: what has a fixed set of wordings, and what must be right from the first word (a person, stop, wait)."""

from __future__ import annotations

import re
from functools import cache

from returnflow.understanding.patterns import load
from returnflow.understanding.reasons import papers_missing


@cache
def _rules() -> tuple[tuple[str, float, re.Pattern[str]], ...]:
    heads = [(title.split(), pattern) for title, pattern in load("intents").items()]
    return tuple((head[0], float(head[1]), pattern) for head, pattern in heads)


def rule_intents(plain: str) -> list[tuple[str, float]]:
    """Every intent whose wordings the plain words hold, best first."""
    found = {intent: confidence for intent, confidence, pattern in _rules() if pattern.search(plain)}
    if "are_you_human" in found and found.get("human") and not re.search(r"\b(?:get|want|need|give|speak|talk|transfer|connect)\b", plain):
        del found["human"]
    if "not_received" in found and papers_missing(plain):
        del found["not_received"]
    if "explain" in found and "repeat" in found and re.search(r"\b(?:mean|understand|where|what is)\b", plain):
        del found["repeat"]
    return sorted(found.items(), key=lambda item: -item[1])


_WHO = r"(?:she|he|they|the (?:caller|customer|lady|gentleman|person))"
_SAYS = r"(?: says| said| is saying| tells me| wants me to say| asks)?(?: that)?"
_THEN = r"(?=(?:want|need|would|is|has|have|cant|doesnt|bought|ordered|got|say|ask|lost|never|didnt|dont|will|wont|was)\w*)"
_OPERATOR = re.compile(
    r"^(?:hello|hi)? ?(?:this is )?(?:a |the )?(?:relay|telecommunications relay)(?: operator| service| assistant| agent)*"
    r"(?: number)?(?: [0-9]+)?"
    r"(?: (?:with|for|calling for|on behalf of) (?:a|the) (?:customer|caller|deaf caller|call))?(?: on the line)?"
)
_RELAY = re.compile(rf"\b{_WHO}{_SAYS} {_THEN}")


def first_person(plain: str) -> str:
    """A relay operator's third person in the first ("she wants to return" → "i want to return"), the "go ahead" signal dropped."""
    said = re.sub(r"\bga$|\bsk ?sk$|^ga\b", "", _OPERATOR.sub("", plain)).strip()
    said = _RELAY.sub("i ", said)
    return re.sub(
        r"\bi (wants|needs|has|says|asks|doesnt)\b",
        lambda match: "i " + {"has": "have", "doesnt": "dont"}.get(match.group(1), match.group(1)[:-1]),
        said,
    )
