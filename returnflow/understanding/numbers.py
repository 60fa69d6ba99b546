"""Spoken and written digits as a lattice: every way a run of number words can be read, cheapest first.

A cost of 0 is the natural reading ("forty two" → 42); a cost of 1 or more is one that only a length or a prefix can
justify ("forty two" → 402). Nothing here knows what a number is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returnflow.understanding.text import FILLERS, Token

UNITS = {
    "zero": 0, "nought": 0, "naught": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "niner": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
PLURALS = {f"{word}s": value for word, value in UNITS.items()} | {"sixes": 6, "zeroes": 0, "ohs": 0, "os": 0}
OH = frozenset({"oh", "o"})
HOMOPHONES = {
    "to": 2, "too": 2, "tu": 2, "for": 4, "fore": 4, "ate": 8, "won": 1, "sicks": 6, "sex": 6, "tree": 3, "free": 3, "fife": 5, "nein": 9,
    "owe": 0, "ow": 0,
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
SCALES = {"hundred": 2, "thousand": 3}
NATO = {
    word: word[0]
    for word in (
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec romeo "
        "sierra tango uniform victor whiskey whisky xray yankee zulu"
    ).split()
}

_JOINERS = frozenset({"dash", "hyphen", "minus", "space", "comma", "slash", "then", "next", "again", "that's", "thats", "ok", "okay"})
_MARKS = frozenset("-,./…()#:;")
_UNDO = frozenset({"no", "sorry", "wait", "actually", "correction", "oops", "rather", "scratch", "mean"})
_UNDO_GLUE = frozenset({"i", "that", "its", "is", "it", "make", "was", "not", "a", "should", "be", "hold", "on"})

_MAX_ELEMENTS = 48
_BEAM = 120
_UNDO_BEAM = 30
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Element:
    """One step of a run. `kind`: digits, unit, teen, tens, plural, soft, repeat, scale, letter, and, gap or undo."""

    kind: str
    value: str
    token: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a run, or a part of it."""

    digits: str
    cost: float


@dataclass(frozen=True, slots=True)
class Run:
    """Number words that belong together; `first` and `end` are token indexes of the utterance."""

    elements: tuple[Element, ...]
    first: int
    end: int

    @property
    def size(self) -> int:
        """How many number words or digit groups it has."""
        return sum(element.kind not in {"gap", "and", "undo"} for element in self.elements)

    @property
    def literal(self) -> bool:
        """True when it was written in digits only."""
        return all(element.kind in {"digits", "gap"} for element in self.elements)

    def part(self, start: int, end: int) -> Run:
        """The run's elements from `start` up to `end` as a run of their own."""
        elements = self.elements[start:end]
        return Run(elements, elements[0].token, elements[-1].token + 1)


def find_runs(tokens: Sequence[Token], *, letters: bool = False) -> list[Run]:
    """Every maximal run of number words. With `letters`, letters and NATO words next to digits belong to it (W1234567)."""
    runs: list[Run] = []
    place = 0
    while place < len(tokens):
        elements = _elements_from(tokens, place, letters)
        kept = _trim(elements)
        if not any(element.kind in _FIRM for element in kept):
            place += max(1, len(elements))
        elif kept[0].token > place:
            place = kept[0].token
        else:
            runs.append(Run(tuple(kept), place, kept[-1].token + 1))
            place = runs[-1].end
    return runs


_FIRM = frozenset({"digits", "unit", "teen", "tens", "repeat"})


def _elements_from(tokens: Sequence[Token], start: int, letters: bool) -> list[Element]:
    """The tokens from `start` on that can stand in a run, up to the first that cannot; glue at the start is not collected."""
    elements: list[Element] = []
    for place in range(start, min(len(tokens), start + _MAX_ELEMENTS)):
        element = _element(tokens, place, letters)
        if element is None or (not elements and element.kind in {"gap", "and", "undo"}):
            break
        elements.append(element)
    return elements


def _element(tokens: Sequence[Token], place: int, letters: bool) -> Element | None:
    token = tokens[place]
    if token.is_mark:
        return Element("gap", token.raw, place) if token.raw in _MARKS else None
    kind, value = _kind_of(token)
    if kind:
        return Element(kind, value, place)
    if letters and _stands_as_letter(tokens, place):
        return Element("letter", token.low[0], place)
    return _glue_element(tokens, place)


def _kind_of(token: Token) -> tuple[str, str]:
    low = token.low
    if token.kind == "digits":
        return "digits", low
    for kind, table in (("unit", UNITS), ("teen", TEENS), ("tens", TENS), ("plural", PLURALS), ("soft", HOMOPHONES), ("repeat", REPEATS)):
        if low in table:
            return kind, str(table[low])
    if low in OH:
        return "soft", "0"
    if low in SCALES:
        return "scale", low
    return "", ""


def _stands_as_letter(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if token.low in NATO:
        return True
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return len(token.low) == 1 and token.low.isalpha() and token.low not in {"a", "i"} and after is not None


def _glue_element(tokens: Sequence[Token], place: int) -> Element | None:
    low = tokens[place].low
    if low in _UNDO:
        return Element("undo", low, place)
    if low == "and":
        return Element("and", low, place)
    if low in _JOINERS or low in FILLERS:
        return Element("gap", low, place)
    beside = {tokens[other].low for other in (place - 1, place - 2, place + 1, place + 2) if 0 <= other < len(tokens)}
    return Element("undo", low, place) if low in _UNDO_GLUE and beside & _UNDO else None


_OUTSIDE = frozenset({"gap", "and", "undo", "scale", "plural"})


def _trim(elements: list[Element]) -> list[Element]:
    """Cut a run at an "and" that joins two things, and take glue and lone homophones off its ends."""
    kept: list[Element] = []
    for index, element in enumerate(elements):
        if element.kind == "and" and not (kept and kept[-1].kind == "scale" and index + 1 < len(elements)):
            break
        kept.append(element)
    while kept and (kept[-1].kind in {"gap", "and", "undo", "repeat"} or (kept[-1].kind == "soft" and not _soft_end(kept))):
        kept.pop()
    while kept and (kept[0].kind in _OUTSIDE or (kept[0].kind == "soft" and not _soft_start(kept))):
        kept.pop(0)
    return kept


def _soft_end(elements: list[Element]) -> bool:
    """Whether "oh", "to" or "for" at the end of a run may be a digit: only right after other digits."""
    element = elements[-1]
    before = [other for other in elements[:-1] if other.kind not in {"gap"}]
    if element.value == "0":
        return bool(before)
    return len(before) >= 3 and elements[-2].kind != "undo"


def _soft_start(elements: list[Element]) -> bool:
    """Whether a run may begin with a homophone: "oh four" and "for oh four five", but not "to 30309" or "for 2"."""
    after = elements[1:]
    if not after or after[0].kind not in {"unit", "soft", "digits", "repeat", "tens", "teen"}:
        return False
    if elements[0].value == "0":
        return True
    return len(after) >= 3 and all(element.kind in {"unit", "soft", "gap"} for element in after[:3])


def readings(run: Run, *, longest: int = _LONGEST) -> list[Reading]:
    """Every way to read the whole run in at most `longest` digits, cheapest first; at most a beam's width of them."""
    elements = run.elements
    states: list[dict[str, float]] = [{} for _ in range(len(elements) + 1)]
    states[0][""] = 0.0
    for place in range(len(elements)):
        here = _cheapest(states[place])
        if not here:
            continue
        if elements[place].kind == "undo":
            _undo(elements, place, here, states)
            continue
        for arc_end, said, cost in _arcs(elements, place):
            target = states[arc_end]
            for digits, so_far in here:
                joined = digits + said
                if len(joined) <= longest and so_far + cost < target.get(joined, 99.0):
                    target[joined] = so_far + cost
    return [Reading(digits, cost) for digits, cost in _cheapest(states[-1]) if digits]


def _cheapest(state: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(state.items(), key=lambda item: (item[1], item[0]))[:_BEAM]


def _undo(elements: Sequence[Element], place: int, here: list[tuple[str, float]], states: list[dict[str, float]]) -> None:
    """ "no, nine" replaces as many digits as follow it before the next pause, or one, or all; other counts cost more."""
    after = place
    while after < len(elements) and elements[after].kind in {"undo", "gap"}:
        after += 1
    follows = 0
    for element in elements[after:]:
        if element.kind in {"gap", "undo"}:
            break
        follows += len(element.value) if element.kind == "digits" else 1
    target = states[after]
    for digits, so_far in here[:_UNDO_BEAM]:
        for drop in range(len(digits) + 1):
            cost = so_far + _undo_cost(drop, follows, len(digits))
            kept = digits[: len(digits) - drop]
            if cost < target.get(kept, 99.0):
                target[kept] = cost


def _undo_cost(drop: int, follows: int, had: int) -> float:
    if drop == 0:
        return 2.5
    if drop == follows:
        return 0.0
    if drop == had:
        return 0.2
    return 0.3 if drop == 1 else 0.5 + 0.1 * abs(drop - follows)


def _arcs(elements: Sequence[Element], place: int) -> Iterator[tuple[int, str, float]]:
    """(where it ends, digits, cost) of everything that can be read from one place."""
    element = elements[place]
    if element.kind in {"gap", "and"}:
        yield place + 1, "", 0.0
    elif element.kind == "digits":
        yield place + 1, element.value, 0.0
        yield from _joined_literal(elements, place)
    elif element.kind == "soft":
        yield place + 1, element.value, 0.0 if element.value == "0" else 0.1
        yield place + 1, "", 1.5 if 0 < place < len(elements) - 1 else 0.6
    elif element.kind == "letter":
        yield place + 1, element.value.upper(), 0.0
    elif element.kind == "repeat":
        yield from _repeated(elements, place)
    elif element.kind == "scale":
        yield place + 1, "0" * SCALES[element.value], 2.0
    elif element.kind == "plural":
        yield place + 1, element.value, 1.0
    else:
        yield from _cardinals(elements, place)


def _joined_literal(elements: Sequence[Element], place: int) -> Iterator[tuple[int, str, float]]:
    """A recogniser that writes "30 4" or "100 14" may have heard thirty-four or one hundred fourteen."""
    value, after = elements[place].value, place + 1
    while after < len(elements) and elements[after].kind == "gap":
        after += 1
    if after >= len(elements) or elements[after].kind != "digits":
        return
    small = elements[after].value
    zeros = len(value) - len(value.rstrip("0"))
    if 0 < zeros < len(value) and len(small) <= zeros and not small.startswith("0") and len(value) <= 4:
        yield after + 1, str(int(value) + int(small)), 2.0


def _repeated(elements: Sequence[Element], place: int) -> Iterator[tuple[int, str, float]]:
    times = int(elements[place].value)
    if place + 1 >= len(elements):
        return
    target = elements[place + 1]
    if target.kind == "letter" and target.value == "u" and times == 2:
        yield place + 2, "W", 0.0
    elif target.kind in {"unit", "soft", "plural", "letter"} or (target.kind == "digits" and len(target.value) == 1):
        yield place + 2, target.value.upper() * times, 0.0
    elif target.kind == "digits" and len(target.value) == 2:
        yield place + 2, target.value * times, 0.0
    elif target.kind in {"teen", "tens"}:
        for end, digits, cost in _small(elements, place + 1):
            yield end, digits * times, cost


def _small(elements: Sequence[Element], place: int) -> Iterator[tuple[int, str, float]]:
    """A number from 1 to 99 in words: unit, teen, tens, or tens and unit."""
    element = elements[place]
    if element.kind in {"unit", "teen"}:
        yield place + 1, element.value, 0.0
        return
    if element.kind != "tens":
        return
    paused, after = False, place + 1
    if after < len(elements) and elements[after].kind == "gap":
        paused, after = elements[after].value != "-", after + 1
    follows = after < len(elements) and elements[after].kind in {"unit", "soft"} and elements[after].value != "0"
    yield place + 1, element.value, 1.0 if follows and not paused else 0.0
    if follows:
        soft = 0.1 if elements[after].kind == "soft" else 0.0
        yield after + 1, str(int(element.value) + int(elements[after].value)), soft + (1.0 if paused else 0.0)


def _cardinals(elements: Sequence[Element], place: int) -> Iterator[tuple[int, str, float]]:
    for end, digits, cost in _small(elements, place):
        yield end, digits, cost + (4.0 if end < len(elements) and elements[end].kind == "scale" else 0.0)
        if end < len(elements) and elements[end].kind == "plural" and len(digits) == 1 and digits in "234":
            yield end + 1, elements[end].value * int(digits), cost
        if end < len(elements) and elements[end].kind == "scale" and digits != "0":
            yield from _scaled(elements, end, digits, cost)


def _scaled(elements: Sequence[Element], scale: int, digits: str, cost: float) -> Iterator[tuple[int, str, float]]:
    """ "two thousand one thirteen": the rest may belong to the thousand (2001, 2113) or stand alone (2000, 1)."""
    zeros = SCALES[elements[scale].value]
    after = scale + 1
    joined_by_and = after < len(elements) and elements[after].kind == "and"
    if joined_by_and:
        after += 1
    rests = list(_rest(elements, after, zeros)) if after < len(elements) else []
    yield scale + 1, digits + "0" * zeros, cost + (1.0 if joined_by_and and rests else 0.4 if rests and zeros == 2 else 0.0)
    for end, rest, rest_cost in rests:
        yield end, digits + rest.zfill(zeros), cost + rest_cost + (0.4 if zeros == 3 and not joined_by_and else 0.0)


def _rest(elements: Sequence[Element], place: int, zeros: int) -> Iterator[tuple[int, str, float]]:
    for end, digits, cost in _small(elements, place):
        if digits == "0":
            continue
        yield end, digits, cost
        if zeros == 3 and end < len(elements) and elements[end].kind == "scale" and elements[end].value == "hundred" and len(digits) == 1:
            yield end + 1, digits + "00", cost
            after = end + 2 if end + 1 < len(elements) and elements[end + 1].kind == "and" else end + 1
            if after < len(elements):
                for last, rest, rest_cost in _small(elements, after):
                    yield last, digits + rest.zfill(2), cost + rest_cost


def small_number(words: Sequence[str]) -> int | None:
    """The value of a short number in words or digits, such as "two", "12" or "twenty one"; None when it is not one."""
    if len(words) == 1:
        word = words[0]
        if word.isascii() and word.isdigit() and len(word) <= 4:
            return int(word)
        for table in (UNITS, TEENS, TENS):
            if word in table:
                return table[word]
    if len(words) == 2 and words[0] in TENS and words[1] in UNITS and UNITS[words[1]]:
        return TENS[words[0]] + UNITS[words[1]]
    return None
