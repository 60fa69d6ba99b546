"""What each run of digits in an utterance is for: order number, its last digits, ZIP, phone, return number, card or nothing.

The words beside a run decide first, then its length against the stores' formats, then what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from returnflow.understanding import contact, order_number
from returnflow.understanding.model import NumberFormat, Scene
from returnflow.understanding.numbers import Reading, Run, find_runs, readings
from returnflow.understanding.personal import is_card
from returnflow.understanding.text import Token, Utterance
from returnflow.understanding.words import word_set

_CUES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("zip", r"\b(zip|zipcode|postal|postcode|post code)\b"),
        ("suffix", r"\b(end(s|ing|ed)? (in|with|on)|last (four|five|six|seven|eight|few|[4-8]|digits|part))\b"),
        ("rma", r"\b(rma|return (number|code|id|no)|return authori[sz]ation)\b"),
        (
            "phone",
            r"\b(phone|cell|mobile|telephone|call me|call|reach me|text|texts|text me|contact number|contact no|my number|callback|sms)\b",
        ),
        ("order", r"\b(order|orders|purchase|theorder|confirmation|invoice)\b"),
        ("card", r"\b(visa|mastercard|amex|credit card|debit card|card number|cvv|expiry|expires)\b"),
        ("case", r"\b(case|ticket|reference) (number|no|id)?\b"),
    )
)
_NO_MORE = re.compile(
    r"\b(?:thats|that is|its|is) (?:all|everything|the only (?:thing|part|number)) (?:i|it|we) \w+"
    r"|\bonly (?:part|thing) i have\b"
)
"""The customer has no more of the number: what was said is most likely its end, as a mail shows it."""

_MEASURE = word_set("measures")
_RESTART = re.compile(r"\b(start(ing)? (over|again)|from the (top|beginning|start)|try (that |it )?again|once more|begin again)\b")
_UNDO_FIRST = re.compile(r"^(no|sorry|wait|actually|correction|i mean|oops)\b")
_PREFERRED = {
    "order_number": ("order", "partial", "zip", "phone", "rma"),
    "order_suffix": ("order", "suffix"),
    "identity": ("zip", "order", "phone"),
    "zip": ("zip", "order", "phone"),
    "contact": ("phone", "order", "zip"),
    "phone": ("phone", "order"),
    "rma": ("rma", "order", "zip"),
}
_MOST_RUNS = 12
"""Nobody gives more numbers than that in one breath; the rest is noise."""

_MOST_WORDS = 30
"""Longer runs of numbers are no order number with a ZIP code."""

_ZIP_WORDS = 5
"""A ZIP code has at most so many number words."""

_ANYTHING = ("order", "rma", "phone", "zip")


@dataclass(slots=True)
class DigitSlots:
    """What the digits of one utterance were; `used` is (first, end) token indexes, `personal` exact parts of the text."""

    candidates: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    partial: str = ""
    order_said: str | None = None
    zip: str | None = None
    phone: str | None = None
    rma: str | None = None
    suffix: str | None = None
    cards: int = 0
    used: list[tuple[int, int]] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)


class _Allocator:
    def __init__(self, utterance: Utterance, scene: Scene, skip: tuple[int, int] | None) -> None:
        self.utterance = utterance
        self.tokens: Sequence[Token] = utterance.tokens
        self.scene = scene
        self.formats: tuple[NumberFormat, ...] = order_number.relevant(scene.formats, scene.store)
        self.longest = max((form.length for form in scene.formats), default=20) + 10
        self.expected = scene.expecting.slot if scene.expecting else ""
        self.before = "" if _RESTART.search(utterance.plain) else scene.partial_order_number
        self.skip = skip
        self.slots = DigitSlots()
        self.loose: list[Run] = []

    def run(self) -> DigitSlots:
        if any(form.letters for form in self.scene.formats):
            self._lettered()
        last_end = 0
        for run in find_runs(self.tokens)[:_MOST_RUNS]:
            cue = self._cue(last_end, run)
            if cue == "none" or self._skipped(run):
                continue
            last_end = run.end
            self._place(run, cue)
        self._join_loose()
        if _NO_MORE.search(self.utterance.plain) and not self.before and 5 <= len(self.slots.partial) <= 8:
            self.slots.suffix, self.slots.partial, self.slots.order_said = self.slots.partial, "", None
        return self.slots

    def _lettered(self) -> None:
        """Numbers that begin with or hold letters, such as W1234567: whole, or the start of one when it was asked for."""
        for run in find_runs(self.tokens, letters=True)[:_MOST_RUNS]:
            if all(element.kind != "letter" for element in run.elements) or self._skipped(run):
                continue
            found = [read for read in readings(run, longest=self.longest) if not read.digits.isdigit()]
            if self._whole_order(run, found) or self._split(run):
                continue
            forms = [form for form in self.formats if form.letters and found and found[0].digits[: len(form.starts)] == form.starts != ""]
            start = order_number.partial(found, forms) if self.expected == "order_number" and len(run.elements) > 2 else ""
            if start:
                self.slots.partial = self.slots.order_said = start
                self._take(run)

    def _skipped(self, run: Run) -> bool:
        if any(run.first < end and run.end > first for first, end in self.slots.used):
            return True
        if self.skip is None:
            return False
        return self.tokens[run.first].start < self.skip[1] and self.tokens[run.end - 1].end > self.skip[0]

    def _cue(self, last_end: int, run: Run) -> str:
        """What the words beside a run call it: a kind, "" when they say nothing, "none" when it is an amount or a time."""
        before = [token for token in self.tokens[last_end : run.first] if not token.is_mark][-7:]
        after = self.tokens[run.end].low if run.end < len(self.tokens) else ""
        marks = {self.tokens[place].raw for place in (run.first - 1, run.end) if 0 <= place < len(self.tokens)}
        if run.first and self._lettered_code(run.first):
            return "none"
        if run.size <= 3 and (after in _MEASURE or "$" in marks or "%" in marks):
            return "none"
        if run.size == 1 and before and before[-1].low in {"last", "first"} and after in {"digits", "numbers", "are", "is", "of"}:
            return "none"
        words = " ".join(token.low for token in before)
        if run.first and self.tokens[run.first - 1].low in {"last"}:
            words += " digits"
        found = [(match.end(), kind) for kind, pattern in _CUES for match in pattern.finditer(words)]
        return max(found)[1] if found else ""

    def _lettered_code(self, place: int) -> bool:
        """Whether letters touch these digits, as in a carrier's tracking number; no order number of ours has them."""
        letters = self.tokens[place - 1]
        return letters.kind == "word" and len(letters.raw) > 1 and letters.raw.isupper() and letters.end == self.tokens[place].start

    def _place(self, run: Run, cue: str) -> None:
        found = readings(run, longest=self.longest)
        if not found:
            return
        if self._whole_order(run, found):
            return
        if is_card(found[0].digits) and not self._could_continue(found):
            self.slots.cards += 1
            self._take(run)
            return
        if cue in {"card", "case"}:
            return
        if run.literal and run.size == 1 and not cue and len(found[0].digits) == _ZIP_WORDS and self._try("zip", run, found, certain=True):
            return
        for kind in self._kinds(cue):
            if self._try(kind, run, found, certain=bool(cue) or kind == self._certain_kind()):
                return
        if self._split(run) or self._single_groups(run) or (not self.expected and not cue and self._unknown(run, found)):
            return
        self.loose.append(run)

    def _could_continue(self, found: Sequence[Reading]) -> bool:
        return self.expected == "order_number" and bool(self.before) and bool(order_number.partial(found[:1], self.formats, self.before))

    def _certain_kind(self) -> str:
        return {"identity": "zip", "zip": "zip", "contact": "phone", "phone": "phone", "rma": "rma"}.get(self.expected, "")

    def _kinds(self, cue: str) -> tuple[str, ...]:
        if cue == "order":
            return ("partial", "said") if self.expected != "rma" else ("rma", "partial")
        if cue == "phone" and self.expected == "order_number":
            return ("phone", "partial")
        if cue:
            return (cue,)
        return _PREFERRED.get(self.expected, _ANYTHING)

    def _try(self, kind: str, run: Run, found: Sequence[Reading], *, certain: bool) -> bool:
        if kind == "zip":
            return self._set("zip", contact.zip_code(found) if certain or run.size >= 3 or run.literal else None, run)
        if kind == "phone":
            return self._set("phone", contact.phone(found, certain=certain), run)
        if kind == "rma":
            return self._set("rma", contact.return_number(found, certain=certain), run)
        if kind == "suffix":
            digits = found[0].digits
            return self._set("suffix", digits if 5 <= len(digits) <= 8 else None, run)
        if kind == "partial":
            return self._partial(run, found)
        if kind == "said" and len(found[0].digits) >= 5:
            self.slots.order_said = found[0].digits
            self._take(run)
            return True
        return False

    def _set(self, name: str, value: str | None, run: Run) -> bool:
        if value is None:
            return False
        setattr(self.slots, name, value)
        self._take(run)
        return True

    def _take(self, run: Run) -> None:
        self.slots.used.append((run.first, run.end))
        self.slots.personal.append(self.utterance.text[self.tokens[run.first].start : self.tokens[run.end - 1].end])

    def _whole_order(self, run: Run, found: Sequence[Reading], *, before: str | None = None) -> bool:
        earlier = (self.slots.partial or self.before) if before is None else before
        earlier = earlier if self.expected in {"order_number", ""} else ""
        result = order_number.fit(found, self.formats, earlier)
        if not result.candidates and self.formats != self.scene.formats:
            result = order_number.fit(found, self.scene.formats)
        if not result.candidates:
            return False
        self.slots.candidates, self.slots.stores = result.candidates, result.stores
        self.slots.order_said = result.candidates[0]
        self.slots.partial = ""
        self._take(run)
        return True

    def _partial(self, run: Run, found: Sequence[Reading]) -> bool:
        if self.slots.candidates or not self._enough(run, found):
            return False
        before = self.slots.partial or self.before
        if before and _UNDO_FIRST.search(self.utterance.plain) and run.size <= 7:
            replaced = order_number.replace_end(before, found[0].digits)
            text = order_number.partial([Reading(replaced, 0.0)], self.formats)
        else:
            text = order_number.partial(found, self.formats, before)
        if not text:
            return False
        self.slots.partial = self.slots.order_said = text
        self._take(run)
        return True

    def _enough(self, run: Run, found: Sequence[Reading]) -> bool:
        """A lone "two" in a sentence is no part of an order number; it is when little else was said."""
        words = len(self.utterance.words)
        return len(found[0].digits) >= 3 or run.size * 2 >= words

    def _split(self, run: Run) -> bool:
        """Two things said in one breath: "… nine one oh eight, nine seven two one four"."""
        if len(run.elements) < 2 or run.size > _MOST_WORDS:
            return False
        cuts = [cut for cut in range(1, len(run.elements)) if run.elements[cut].kind != "gap"]
        cuts.sort(key=lambda cut: run.elements[cut - 1].kind != "gap")
        halves = [(run.part(0, cut), run.part(cut, len(run.elements))) for cut in cuts]
        halves = [(left, right) for left, right in halves if left.size and right.size and min(left.size, right.size) <= _ZIP_WORDS]
        for left, right in halves:
            if self._pair(left, right, self.before):
                return True
        return any(self._pair(right, left, "") for left, right in halves)

    def _pair(self, main: Run, other: Run, before: str) -> bool:
        """Take `main` as an order number (or a phone when a ZIP was asked for) and `other` as a ZIP, if both fit."""
        other_read = readings(other, longest=self.longest)
        if not contact.zip_code(_natural(other_read)):
            return False
        main_read = readings(main, longest=self.longest)
        if order_number.fit(main_read, self.formats, before).candidates:
            return self._whole_order(main, main_read, before=before) and self._try("zip", other, other_read, certain=True)
        if self.expected in {"identity", "zip"} and contact.phone(_natural(main_read)):
            return self._try("zip", other, other_read, certain=True) and self._try("phone", main, main_read, certain=True)
        return False

    def _single_groups(self, run: Run) -> bool:
        """Written groups that are a thing of their own: a ten-digit phone or a ZIP beside a house number."""
        taken = False
        for place, element in enumerate(run.elements):
            kind = {10: "phone", 5: "zip"}.get(len(element.value)) if element.kind == "digits" else None
            if kind and getattr(self.slots, kind) is None:
                setattr(self.slots, kind, element.value)
                self._take(run.part(place, place + 1))
                taken = True
        return taken

    def _unknown(self, run: Run, found: Sequence[Reading]) -> bool:
        """A long number that nothing explains is most likely an order number of a form we do not know."""
        return run.size <= 3 and 8 <= len(found[0].digits) <= 20 and self._try("said", run, found, certain=False)

    def _join_loose(self) -> None:
        """Parts of one number with words between them: "one one four, that's the first bit, then five five six …"."""
        if self.slots.candidates or len(self.loose) < 2 or self.slots.partial:
            return
        joined = [Reading("", 0.0)]
        for run in self.loose[:6]:
            joined = [Reading(a.digits + b.digits, a.cost + b.cost) for a in joined for b in readings(run, longest=self.longest)[:4]][:60]
        result = order_number.fit(joined, self.formats)
        if result.candidates:
            self.slots.candidates, self.slots.stores, self.slots.order_said = result.candidates, result.stores, result.candidates[0]
            for run in self.loose:
                self._take(run)


def _natural(found: Sequence[Reading]) -> list[Reading]:
    return [read for read in found if read.cost < order_number.MARGIN]


def read_digits(utterance: Utterance, scene: Scene, skip: tuple[int, int] | None = None) -> DigitSlots:
    """What every run of digits is for. `skip` is a part of the text that is already taken, such as an e-mail address."""
    return _Allocator(utterance, scene, skip).run()
