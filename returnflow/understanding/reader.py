"""Reads one utterance: every parser once, then what it all means together, given what was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from returnflow.understanding.answers import Answer, read_answer, takes_back
from returnflow.understanding.choosing import chosen
from returnflow.understanding.classifier import WEIGHTS, Classifier
from returnflow.understanding.contact import email
from returnflow.understanding.corrections import Part, last_word
from returnflow.understanding.dates import DateSpan, find_dates, written_date
from returnflow.understanding.details import Found, find_category, find_condition, find_contact_way, find_preference, find_store, find_topic
from returnflow.understanding.digits import DigitSlots, read_digits
from returnflow.understanding.items import Span, find_items, match_items, some_of_each, wants_everything
from returnflow.understanding.model import Correction, Expecting, Hearing, ItemMention, Scene, Understanding
from returnflow.understanding.names import Name, find_names
from returnflow.understanding.personal import collect, written_cards
from returnflow.understanding.plain_yes import only_yes
from returnflow.understanding.quantities import find_quantity
from returnflow.understanding.reasons import ReasonSpan, find_reasons
from returnflow.understanding.sentiment import abusive, sentiment
from returnflow.understanding.text import Utterance
from returnflow.understanding.weighing import Evidence, weigh

_NAME_SLOTS = frozenset({"identity", "last_name"})
_MAX_CHARS = 1000
_PHONE_DIGITS = 10


@dataclass(slots=True)
class _Facts:
    """What the parsers found in one utterance."""

    digits: DigitSlots
    name: Name | None = None
    names: tuple[Name, ...] = ()
    mail: tuple[str, int, int] | None = None
    dates: tuple[DateSpan, ...] = ()
    reasons: tuple[ReasonSpan, ...] = ()
    store: Found | None = None
    condition: Found | None = None
    preference: Found | None = None
    topic: Found | None = None
    way: Found | None = None
    category: Found | None = None
    items: tuple[ItemMention, ...] = ()
    quantity: int | None = None
    everything: bool = False
    corrections: tuple[Correction, ...] = ()
    cards: list[str] = field(default_factory=list)


class Reader:
    """Understands one utterance at a time. Holds the weights and no state of any call, so one serves all threads."""

    def __init__(self, weights: Path | None = None) -> None:
        """Load exported weights; raises FileNotFoundError or ValueError when they cannot be used."""
        self._classifier = Classifier.load(weights or WEIGHTS)

    def read(self, hearing: Hearing, scene: Scene) -> Understanding:
        """What was said and what it means given the scene. Never raises on any text; reads at most 1,000 characters."""
        spoken = Utterance(hearing.text[:_MAX_CHARS])
        source = Utterance(" ".join(hearing.heard)[:_MAX_CHARS]) if hearing.heard else spoken
        facts = self._facts(source, scene, hearing)
        answer = self._answer(spoken, source, scene)
        if answer.answer == "no" and _asked_yes_no(scene):
            _refused(facts)
        slots, values = _slots(facts, source), _values(facts, scene)
        answer = _guarded(answer, facts, values, source, scene)
        picked = chosen(source, scene, facts.items, values, everything=facts.everything, answer=answer)
        ranked = weigh(self._classifier, source, answer, _evidence(facts, slots, values, picked, source, scene))
        if any(name == "ask_policy" for name, _ in ranked) and facts.category:
            values["category"], facts.items = facts.category.value, _without(facts.items, facts.category.value)
        return Understanding(
            text=hearing.text,
            intent=ranked[0][0],
            confidence=round(ranked[0][1], 3),
            intents=tuple((name, round(confidence, 3)) for name, confidence in ranked),
            slots=slots,
            values=values,
            items=facts.items,
            everything=facts.everything,
            corrections=facts.corrections,
            candidates=facts.digits.candidates,
            partial_order_number=facts.digits.partial,
            answer=answer.answer if scene.expecting and scene.expecting.kind == "yes_no" else None,
            choices=picked,
            sentiment="angry" if abusive(source.plain) else sentiment(source.plain, source.text),
            personal=_personal(facts, source, hearing, scene),
        )

    def _facts(self, source: Utterance, scene: Scene, hearing: Hearing) -> _Facts:
        mail = email(source)
        digits = read_digits(source, scene, (mail[1], mail[2]) if mail else None)
        digits = self._second_hearing(digits, scene, hearing)
        facts = _Facts(digits, mail=mail, cards=written_cards(source.text, scene.formats))
        plain = source.plain
        asked = scene.expecting.slot if scene.expecting else ""
        facts.names = find_names(
            source, asked=asked in _NAME_SLOTS, beside_identifier=bool(digits.zip or digits.candidates), common=self._classifier.words
        )
        facts.name = facts.names[-1] if facts.names else None
        facts.dates = find_dates(plain, source.text, scene.today)
        facts.reasons, facts.store = find_reasons(plain, asked=asked == "reason"), find_store(plain, scene.stores)
        facts.condition, facts.preference, facts.topic = find_condition(plain), find_preference(plain), find_topic(plain)
        facts.way = find_contact_way(plain) if asked.startswith("contact") or mail or digits.phone else None
        facts.category = find_category(plain)
        facts.quantity = None if _identifies(digits) else find_quantity(source, asked=asked == "quantity", available=_available(scene))
        _find_things(facts, source, scene)
        if asked.startswith("contact"):
            facts.items = tuple(item for item in facts.items if item.line_ids)
        if asked == "quantity":
            _only_a_number(facts, source.plain, _available(scene))
        return facts

    def _second_hearing(self, digits: DigitSlots, scene: Scene, hearing: Hearing) -> DigitSlots:
        """The recogniser's other guesses, in their order, when the first holds no whole order number but one was due."""
        if digits.candidates or not (scene.expecting and scene.expecting.slot == "order_number"):
            return digits
        for text, _ in sorted(hearing.alternatives, key=lambda item: -item[1])[:5]:
            other = read_digits(Utterance(text[:_MAX_CHARS]), scene)
            if other.candidates:
                return other
        return digits

    def _answer(self, spoken: Utterance, source: Utterance, scene: Scene) -> Answer:
        """How it answers; a yes that the platform wrote but the raw transcript does not hold is doubtful."""
        slot = scene.expecting.slot if scene.expecting else ""
        answer = read_answer(source, slot=slot, asked=scene.asked)
        if source is not spoken and answer.answer == "yes" and read_answer(spoken, slot=slot).answer not in {"yes", None}:
            return replace(answer, answer="doubtful", confidence=0.6)
        return answer


def _available(scene: Scene) -> int | None:
    """How many units the line has that the question was about, or the only line."""
    about = scene.expecting.about if scene.expecting else None
    lines = [line for line in scene.lines if line.line_id == about] or (list(scene.lines) if len(scene.lines) == 1 else [])
    return lines[0].quantity if lines else None


def _only_a_number(facts: _Facts, plain: str, available: int | None) -> None:
    """Asked how many: "single one" names no thing, and "both" of three is not everything."""
    if facts.quantity is not None:
        facts.items = tuple(item for item in facts.items if item.line_ids)
        facts.everything = facts.everything and facts.quantity == available
    if available is not None and available != 2 and re.search(r"\bboth\b", plain):
        facts.everything = False


def _asked_yes_no(scene: Scene) -> bool:
    return scene.expecting is not None and scene.expecting.kind == "yes_no" and scene.expecting.slot not in {"reason", "condition"}


def _refused(facts: _Facts) -> None:
    """ "No, I do not want that" and "I'll keep it" refuse what was asked: neither is a reason or a wish of its own."""
    facts.reasons = tuple(span for span in facts.reasons if span.reason != "NO_LONGER_WANTED")
    if facts.preference and facts.preference.value == "keep":
        facts.preference = None


def _identifies(digits: DigitSlots) -> bool:
    """Whether the digits are an identifier or a part of one, so that a number among the words is no quantity."""
    return bool(digits.used)


def _find_things(facts: _Facts, source: Utterance, scene: Scene) -> None:
    """Items, everything and corrections: what was said after "no wait" or "actually" replaces what came before."""
    taken = _taken(facts, source)
    parts = last_word(source)
    spans = find_items(source, scene, facts.reasons, [*taken, *_fetched(source.plain)])
    said: list[tuple[Part, list[Span]]] = [(part, [span for span in spans if part.start <= span.start < part.end]) for part in parts]
    final, corrections = _settle(said, source)
    facts.items = match_items([span.mention for span in final], scene.lines)
    if not facts.items:
        facts.items = some_of_each(source.plain, scene.lines)
    start = min((span.start for span in final), default=0) if corrections else 0
    facts.everything = wants_everything(source.plain[start:]) if not corrections or not final else False
    facts.corrections = (*corrections, *_renamed(facts.names))


def _renamed(names: tuple[Name, ...]) -> tuple[Correction, ...]:
    if len(names) < 2 or names[0].last == names[-1].last:
        return ()
    return (Correction("last_name", names[0].last, names[-1].last or ""),)


_FETCHING = re.compile(r"\b(?:get|find|grab|look for|looking for|open|fetch|where is|wheres|put on|need) (?:my|the|a) \w+")
_WAITING = re.compile(r"\b(?:wait|hold on|hang on|moment|second|minute|sec|let me|ill get|i get|gotta get)\b")


def _fetched(plain: str) -> list[tuple[int, int]]:
    """What the customer goes to fetch while we wait: "wait, I get my glasses" names nothing to send back."""
    return [match.span() for match in _FETCHING.finditer(plain)] if _WAITING.search(plain) else []


def _settle(said: list[tuple[Part, list[Span]]], source: Utterance) -> tuple[list[Span], tuple[Correction, ...]]:
    kept: list[Span] = []
    corrections: list[Correction] = []
    for part, spans in said:
        if part.corrects and spans:
            old = ", ".join(span.mention.text for span in kept) or None
            if old or wants_everything(source.plain[: part.start]):
                corrections.append(Correction("item", old, ", ".join(span.mention.text for span in spans)))
            kept = [span for span in kept if span.mention.reason and not part.replaces_all] if not old else []
        kept += spans
    return kept, tuple(corrections)


def _taken(facts: _Facts, source: Utterance) -> list[tuple[int, int]]:
    """Places in the plain words that are names, stores or dates and so no things."""
    way = facts.topic if facts.topic and facts.topic.value == "way" else None
    taken = [(found.start, found.end) for found in (facts.store, way) if found]
    taken += [(span.start, span.end) for span in facts.dates]
    for name in facts.names:
        start = sum(len(word.low) + 1 for word in source.words[: name.first_word])
        taken.append((start, start + sum(len(word.low) + 1 for word in source.words[name.first_word : name.end_word])))
    return taken


_FILLED_BY = {
    "identity": ("zip", "last_name"), "contact": ("phone", "email"), "order_number": ("order_number", "order_suffix"),
}  # fmt: skip
_BINDING = frozenset({"offer", "cancel"})
_REPLACED = frozenset({"order_number", "zip", "phone", "email", "quantity", "store", "contact_by", "last_name", "preference"})


def _guarded(answer: Answer, facts: _Facts, values: Mapping[str, Any], source: Utterance, scene: Scene) -> Answer:
    """A no with something new beside it corrects; a yes with anything beside it, or to only some of several things, is doubtful."""
    if scene.expecting is None or scene.expecting.kind != "yes_no":
        return answer
    slot = scene.expecting.slot
    if answer.answer == "no" and slot != "anything_else" and (facts.items or values.keys() & _REPLACED):
        return replace(answer, change=True)
    some = len(scene.lines) > 1 and any(item.line_ids for item in facts.items) and not facts.everything
    if answer.answer == "yes" and slot in _BINDING and some:
        return replace(answer, answer="doubtful", confidence=0.7, change=True)
    if answer.answer == "no" and facts.topic and not re.match(r"(?:no+|nope|nah)\b", source.plain):
        return replace(answer, answer=None, confidence=0.0, change=False)
    if answer.answer == "yes" and not only_yes(source, scene):
        return replace(answer, answer="doubtful", confidence=0.6)
    return answer


def _evidence(
    facts: _Facts, slots: Mapping[str, str], values: Mapping[str, Any], picked: tuple[str, ...], source: Utterance, scene: Scene
) -> Evidence:
    """What the intents are weighed with."""
    expecting = scene.expecting
    slot = expecting.slot if expecting else ""
    given = bool(picked) or any(name in values for name in _FILLED_BY.get(slot, (slot,)))
    if slot == "order_number":
        given = given or bool(facts.digits.candidates or facts.digits.partial)
    if slot == "items":
        given = given or facts.everything or any(item.line_ids for item in facts.items)
    return Evidence(
        asked=bool(expecting and expecting.kind == "yes_no"),
        filled=given and bool(slot),
        slots=bool(slots) or facts.everything or bool(facts.digits.rma or facts.digits.suffix or facts.digits.cards),
        ours=any(item.line_ids for item in facts.items),
        why=bool(facts.reasons),
        corrected=bool(facts.corrections),
        free=slot in {"", "journey"},
        counted=slot == "quantity" and "quantity" in values,
        about_return=bool(facts.items or facts.reasons or facts.digits.used),
        offered=slot == "offer",
        topic=facts.topic.value if facts.topic else "",
        undone=slot == "anything_else" and takes_back(source.plain),
    )


def _slots(facts: _Facts, source: Utterance) -> dict[str, str]:
    """Each slot as it was said; identifiers as digits without separators."""
    digits, found = facts.digits, {}
    for name, value in (("order_number", digits.order_said), ("zip", digits.zip), ("phone", digits.phone)):
        if value:
            found[name] = value
    if facts.name:
        found["name"] = facts.name.said
    if facts.mail:
        found["email"] = facts.mail[0]
    if facts.dates:
        span = facts.dates[0]
        said = source.said_plain(span.start, span.end) if span.end else written_date(source.text) or span.day.isoformat()
        found["date"] = re.sub(r"^(?:on )?(?:the )?|'s$", "", said, flags=re.IGNORECASE)
    if facts.items:
        found["item"] = ", ".join(mention.text for mention in facts.items)
        quantities = [mention.quantity for mention in facts.items if mention.quantity]
        if quantities:
            found["quantity"] = str(quantities[0])
    if facts.quantity and "quantity" not in found:
        found["quantity"] = str(facts.quantity)
    if facts.reasons:
        found["reason"] = source.said_plain(facts.reasons[0].start, facts.reasons[0].end)
    for name, detail in (("condition", facts.condition), ("preference", facts.preference), ("store", facts.store)):
        if detail:
            found[name] = source.said_plain(detail.start, detail.end)
    return found


def _values(facts: _Facts, scene: Scene) -> dict[str, Any]:
    """Normalised values; an order number only when there is exactly one candidate."""
    digits = facts.digits
    found: dict[str, Any] = {
        "order_number": digits.candidates[0] if len(digits.candidates) == 1 else None,
        "zip": digits.zip,
        "phone": digits.phone if digits.phone and len(digits.phone) == _PHONE_DIGITS else None,
        "rma": digits.rma,
        "order_suffix": digits.suffix,
        "last_name": facts.name.last if facts.name else None,
        "first_name": facts.name.first if facts.name else None,
        "email": facts.mail[0] if facts.mail else None,
        "date": facts.dates[0].day.isoformat() if facts.dates else None,
        "quantity": next((mention.quantity for mention in facts.items if mention.quantity), facts.quantity),
        "reason": facts.reasons[0].reason if facts.reasons else None,
        "condition": facts.condition.value if facts.condition else None,
        "preference": facts.preference.value if facts.preference and not facts.topic else None,
        "topic": facts.topic.value if facts.topic else None,
        "store": facts.store.value if facts.store else None,
        "contact_by": facts.way.value if facts.way else "email" if facts.mail else None,
        "card_number": True if digits.cards or facts.cards else None,
    }
    if len(digits.stores) == 1 and not found["store"] and digits.stores[0] != scene.store:
        found["store"] = digits.stores[0]
    return {name: value for name, value in found.items() if value is not None}


def _without(items: tuple[ItemMention, ...], category: str) -> tuple[ItemMention, ...]:
    """The items without those that a policy question was about."""
    return tuple(item for item in items if category not in item.text)


def _personal(facts: _Facts, source: Utterance, hearing: Hearing, scene: Scene) -> tuple[str, ...]:
    parts = [*facts.digits.personal, *facts.cards]
    parts += [name.said for name in facts.names]
    if facts.mail:
        parts.append(source.text[facts.mail[1] : facts.mail[2]])
    if hearing.heard:
        other = Utterance(hearing.text[:_MAX_CHARS])
        parts += read_digits(other, scene).personal
    return collect(parts)


@cache
def default_reader() -> Reader:
    """The reader with the weights that ship; loaded once a process, and all wordings compiled before the first customer speaks."""
    reader = Reader()
    reader.read(Hearing("hello"), Scene(date(2026, 1, 1), Expecting("offer", "yes_no")))
    return reader


__all__ = ["Reader", "default_reader"]
