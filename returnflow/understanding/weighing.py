"""Which intents hold, best first: rules, the trained model and the answer to what was asked, weighed together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from returnflow.understanding.answers import Answer
from returnflow.understanding.classifier import Classifier
from returnflow.understanding.intents import first_person, rule_intents
from returnflow.understanding.patterns import load
from returnflow.understanding.reasons import papers_missing
from returnflow.understanding.sentiment import abusive
from returnflow.understanding.text import Utterance

CONTENT = frozenset(
    "start_return exchange return_status order_status not_received cancel ask_policy human repeat slower goodbye go_back wait start_over "
    "explain".split()
)
"""Intents that can stand beside others in one utterance; the rest answer a question or say nothing of ours."""

_ALSO = 0.6
"""A clause, or the model beside a rule, adds an intent from this probability on."""

_SECOND = 0.35
"""The model's next best class is named too from this probability on."""

_UNASKED = 0.55
"""A yes or a no that nobody asked for carries little."""

_SHORT = frozenset({"yes", "no"})

_LONG = 7
"""From this many words on, a yes or a no inside a sentence that answers no question says nothing about it."""

_SURE_OFF_TOPIC = 0.5
"""With slots in the utterance it is only off topic when the model is this sure."""

_ABOUT_DELIVERY = re.compile(r"\b(?:where|when|track\w*|status|arriv\w+|eta|late|delayed|coming)\b")
"""A pasted order summary sounds like a question about the delivery; these words make it one."""

_CLEARLY_ABUSE = 0.85
"""The model alone calls it abuse from this probability on, and never when a thing, a reason or a number was understood."""

_CLEARLY_BYE = 0.7
"""Without a word of parting the model may call it a goodbye from here on, when no yes or no was asked for."""

_HOW_MUCH = re.compile(
    r"^(?:(?:so|and|wait|ok|okay|sorry|um) )*how much"
    r"(?: (?:do|will|would) i (?:get|receive)(?: back)?| is it| was (?:it|that))?(?: again)?$"
)
_CANT_HEAR = re.compile(r"\bcan you hear me\b")

_ABSTAINED = 0.3
_FILLED = 0.9
_TELLS_WHY = 0.85


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the slots say about the intent.

    `asked`: a yes/no question was open. `filled`: the slot that was asked for was given. `slots`: any slot was.
    `ours`: a thing of the verified order was named. `why`: a reason to return was given. `corrected`: something was taken back.
    `free`: nothing, or what the call is about, was asked. `undone`: the return that was just made is to be cancelled.
    `counted`: how many was asked and a number was said. `about_return`: a thing, a reason or an order's digits were understood.
    `offered`: a quote was put to the customer. `topic`: what a question about the rules was about, or "".
    """

    asked: bool = False
    filled: bool = False
    slots: bool = False
    ours: bool = False
    why: bool = False
    corrected: bool = False
    free: bool = True
    undone: bool = False
    counted: bool = False
    about_return: bool = False
    offered: bool = False
    topic: str = ""


def weigh(classifier: Classifier, utterance: Utterance, answer: Answer, evidence: Evidence) -> list[tuple[str, float]]:
    """Every intent that holds with its confidence, best first; never empty.

    Below the model's threshold it abstains: `inform` when there are slots, else `dont_know` with at most 0.3.
    """
    if evidence.counted and len(utterance.words) < _LONG:
        return [("inform", _FILLED)]
    plain = first_person(utterance.plain)
    found = dict(rule_intents(plain))
    if abusive(utterance.plain) and not evidence.about_return:
        _put(found, "abuse", 0.93)
    ruled = bool(found)
    if evidence.asked or len(utterance.words) < _LONG:
        for name, confidence in _from_answer(answer, asked=evidence.asked):
            _put(found, name, confidence)
    if evidence.corrected and not evidence.free:
        _put(found, "correction", 0.8)
    model = _from_model(classifier, plain, ruled=ruled, evidence=evidence)
    answered = evidence.asked and bool(found.keys() & {"yes", "no", "correction", "dont_know"})
    if evidence.asked and answer.answer != "yes":
        model = [(name, confidence) for name, confidence in model if name != "yes"]
    for name, confidence in [] if answered else model:
        _put(found, name, min(confidence, _UNASKED) if name in _SHORT and not evidence.asked else confidence)
    for name, confidence in _from_clauses(classifier, utterance, evidence):
        _put(found, name, confidence)
    _settle(found, evidence, plain)
    return sorted(found.items(), key=lambda item: -item[1])


def _put(found: dict[str, float], name: str, confidence: float) -> None:
    found[name] = max(confidence, found.get(name, 0.0))


def _from_answer(answer: Answer, *, asked: bool) -> list[tuple[str, float]]:
    factor = 1.0 if asked else _UNASKED
    if answer.unknown:
        return [("dont_know", 0.9)]
    if answer.change:
        found = [("correction", (0.85 if answer.answer else 0.7) * factor)]
        return [*found, ("no", 0.8 * factor)] if answer.answer == "no" else found
    if answer.answer in {"yes", "no"}:
        return [(answer.answer, answer.confidence * factor)]
    return [("dont_know", 0.4)] if answer.answer == "doubtful" and asked else []


def _from_model(classifier: Classifier, plain: str, *, ruled: bool, evidence: Evidence) -> list[tuple[str, float]]:
    """The model's classes that are likely enough; beside a rule only those that can stand beside others."""
    if not classifier.knows(plain):
        return []
    ranked = classifier.probabilities(plain)
    if not _clear(*ranked[0], plain, evidence):
        return []
    ranked = [(name, chance) for name, chance in ranked[:3] if _clear(name, chance, plain, evidence)]
    if ruled:
        return [(name, chance) for name, chance in ranked[:2] if name in CONTENT and chance >= _ALSO]
    if evidence.why and ranked[0][0] == "human":
        return ranked[1:2]
    best, chance = ranked[0]
    if chance < classifier.threshold or (best == "off_topic" and (evidence.ours or (evidence.slots and chance < _SURE_OFF_TOPIC))):
        return []
    return [ranked[0], *((name, second) for name, second in ranked[1:3] if second >= _SECOND)]


def _clear(name: str, chance: float, plain: str, evidence: Evidence) -> bool:
    """Whether the model may say so: abuse when it is sure and nothing else was understood, what acts at once when a word tells it."""
    if name == "abuse":
        return chance >= _CLEARLY_ABUSE and not evidence.about_return
    if name == "not_received" and papers_missing(plain):
        return False
    if name == "goodbye" and not evidence.asked and chance >= _CLEARLY_BYE:
        return True
    cue = load("cues").get(name)
    return cue is None or cue.search(plain) is not None


def _from_clauses(classifier: Classifier, utterance: Utterance, evidence: Evidence) -> list[tuple[str, float]]:
    """What single clauses of three words or more ask for beside the rest."""
    if len(utterance.clauses) < 2:
        return []
    found = []
    for clause in utterance.clauses:
        plain = first_person(utterance.clause_text(clause))
        if clause[1] - clause[0] >= 3 and classifier.knows(plain):
            name, chance = classifier.probabilities(plain)[0]
            if chance >= _ALSO and name in CONTENT and _clear(name, chance, plain, evidence) and not (name == "human" and evidence.why):
                found.append((name, chance * 0.95))
    return found


def _settle(found: dict[str, float], evidence: Evidence, plain: str) -> None:
    """Let the slots speak: an answer that fills what was asked informs; a thing and its reason start a return."""
    if evidence.undone:
        for name in ("go_back", "no", "correction"):
            found.pop(name, None)
        _put(found, "cancel", _FILLED)
    if _CANT_HEAR.search(plain) and "greeting" in found:
        found.pop("repeat", None)
    if evidence.offered and _HOW_MUCH.search(plain):
        found.pop("ask_policy", None)
        _put(found, "repeat", _FILLED)
    _settle_topic(found, evidence)
    if evidence.filled and not evidence.asked and (evidence.why or set(found) <= {"yes", "dont_know"}):
        for name in ("yes", "no", "dont_know"):
            found.pop(name, None)
    if evidence.filled and not found.keys() & {"yes", "no"}:
        for name in ("dont_know", "off_topic", "abuse", "goodbye", "greeting"):
            if found.get(name, 1.0) < _TELLS_WHY + 0.07:
                del found[name]
        _put(found, "inform", _FILLED)
    if evidence.why and evidence.free and not any(found.get(name, 0.0) >= 0.5 for name in CONTENT - {"start_return", "repeat", "explain"}):
        _put(found, "start_return", _TELLS_WHY)
    if evidence.filled and not _ABOUT_DELIVERY.search(plain):
        found.pop("order_status", None)
    if evidence.why and {"cancel", "start_return"} <= found.keys():
        del found["cancel"]
    if not found:
        found.update({"inform": 0.6} if evidence.slots else {"dont_know": _ABSTAINED})


_MISTAKEN = ("off_topic", "order_status", "not_received", "go_back", "cancel", "start_return", "no", "correction", "dont_know", "goodbye",
             "yes")  # fmt: skip


def _settle_topic(found: dict[str, float], evidence: Evidence) -> None:
    """A question about fees, the way or the money is a question about the rules, whatever its words are like."""
    if not evidence.topic or (evidence.topic == "money" and "return_status" in found):
        return
    for name in _MISTAKEN:
        if found.get(name, 1.0) < _FILLED or name in {"go_back", "order_status", "off_topic"}:
            found.pop(name, None)
    _put(found, "ask_policy", _FILLED)
