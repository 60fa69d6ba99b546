"""Where an utterance takes itself back: "the gray. no wait, the blue" falls into what was said first and what replaces it."""

from __future__ import annotations

from dataclasses import dataclass

from returnflow.understanding.patterns import load
from returnflow.understanding.text import Utterance

_NEAR = 9
"""How many characters around a turning word may show that it is none ("no problem", "I cannot wait")."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the plain words; `corrects` when it takes back what came before it."""

    start: int
    end: int
    corrects: bool
    replaces_all: bool = False


def last_word(utterance: Utterance) -> list[Part]:
    """The utterance cut at words that take something back; one part when there are none."""
    plain = utterance.plain
    turns, not_turns = load("turns")["turn"], load("turns")["not a turn"]
    cuts = [
        match
        for match in turns.finditer(plain)
        if match.start() > 0 and not not_turns.search(plain, max(0, match.start() - _NEAR), match.end() + _NEAR)
    ]
    parts = [Part(0, cuts[0].start() if cuts else len(plain) + 1, corrects=False)]
    for place, match in enumerate(cuts):
        end = cuts[place + 1].start() if place + 1 < len(cuts) else len(plain) + 1
        parts.append(Part(match.start(), end, corrects=True, replaces_all=True))
    return parts
