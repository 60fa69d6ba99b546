"""Whether a yes is only a yes. What stands beside it decides: courtesies and words of the question do no harm, all else does."""

from __future__ import annotations

import re

from returnflow.understanding.model import Scene
from returnflow.understanding.patterns import load
from returnflow.understanding.text import Utterance
from returnflow.understanding.words import singular, synonyms, word_set

_FILLS_A_VALUE = frozenset({"condition", "reason", "anything_else"})
"""A yes to these commits nothing; what is said beside it is read as a value or as the next wish."""

_LONG_SOUND = re.compile(r"y+e+a+h*|y+e+s+|y+[ue]+p+|o+k+(?:a+y+)?|m+h+m+")
_TAG = re.compile(r"\b(?:(?:is|isnt|was|wasnt|does|doesnt|dont|didnt|wont|aint|arent) (?:it|that|they|you|i|we))$")
_RIGHT = re.compile(
    r"^(?!.*\b(?:is|are|be|was|all|thats|its|youre|sounds|seems|looks?|just|about|quite|so|yes|yeah|yep|ok|okay) right$).* right$"
)
_SOUNDS = re.compile(r"\b(?:uh|um|mm) huh\b|\b10 4\b|\bmm\b|^(?:she|he|they|(?:the )?(?:caller|customer)) (?:says?|said)\b")
"""Ways to say yes that are no words, and a relay operator's lead-in to one."""


def only_yes(utterance: Utterance, scene: Scene) -> bool:
    """Whether nothing of substance stands beside the yes of an answer to this scene's question; a tag question is no yes."""
    slot = scene.expecting.slot if scene.expecting else ""
    if slot in _FILLS_A_VALUE:
        return True
    plain = _SOUNDS.sub("yes", utterance.plain)
    asks = _TAG.search(plain) or (_RIGHT.search(plain) and len(plain.split()) > 2)
    return not asks and not _substance(plain, slot, scene)


def _substance(plain: str, slot: str, scene: Scene) -> bool:
    """Whether a word is left that is neither a yes, a courtesy, nor a word of the question."""
    said = load("answers", whole=True)
    for section in ("no_yes", "yes_anywhere"):
        plain = said[section].sub(" ", plain)
    asked = word_set(f"asked {slot}") if slot in _ASKED else frozenset()
    titles = [line.title for line in scene.lines]
    known = asked | {singular(word) for text in (*titles, scene.asked) for word in re.findall(r"[^\W_]+", text.lower())}
    known |= {other for word in known for other in synonyms().get(word, ())}
    return any(not _harmless(word, known) for word in plain.split())


def _harmless(word: str, known: frozenset[str]) -> bool:
    return word in word_set("beside a yes") or word in known or singular(word) in known or _LONG_SOUND.fullmatch(word) is not None


_ASKED = frozenset({"offer", "pass_on", "steps", "cancel", "contact_ok", "start_over", "only_one", "status_offer"})
