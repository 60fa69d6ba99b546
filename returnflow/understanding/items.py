"""Which things the customer named, each with its own quantity and reason, and which lines of the order they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from returnflow.understanding.model import ItemMention, LineName, Scene
from returnflow.understanding.numbers import small_number
from returnflow.understanding.patterns import load
from returnflow.understanding.reasons import ReasonSpan
from returnflow.understanding.text import Utterance
from returnflow.understanding.words import COLOURS, MODIFIERS, SIZES, products, singular, synonyms, word_set

MARGIN = 0.12
"""Lines this close to the best match are as good as it: the mention is ambiguous."""

_ENOUGH = 0.6
_WORD_ALIKE = 84.0
_SAME_KIND = 0.95
_AFTER_MEASURE = re.compile(r"\b(?:too|so|very|way|is|are|was|were|its|really|bit)$")
_BOTH_OF_ONE = re.compile(rf"\bboth (?:of )?(?:the |my )?(?:{'|'.join(sorted(COLOURS, key=len, reverse=True))})\b")
_OF_EACH = re.compile(r"\b(one|two|three) (?:of )?each\b(?! of)")
_OTHER = re.compile(r"\bthe other(?: (?:one|item|thing))?\b")
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "fifth": 4,
    "1st": 0,
    "2nd": 1,
    "3rd": 2,
    "4th": 3,
    "last": -1,
    "top": 0,
    "bottom": -1,
}
_ORDINAL = re.compile(rf"\b(?:the )?({'|'.join(_ORDINALS)}) (?:one|item|thing)\b|\bnumber (one|two|three|four|five|[1-9])\b")
_STOP_WORDS = word_set("never in a thing")
_ALSO_ADVERBS = frozenset({"the", "long", "short", "little", "mini", "single", "double", "extra", "tall", "rose", "light"})
_ARTICLES = frozenset("a an the my our this these those that some".split())
_OF_THEM = re.compile(
    r"\b(?:return(?:ing)?|send(?:ing)? back|only|just|but) "
    r"(one|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,2}) of (?:them|those|these)\b"
)
_QUANTITY_GLUE = frozenset({"of", "the", "those", "these", "my", "them"})
_ONES = re.compile(rf"\b((?:the )?(?:(?:{'|'.join(sorted(COLOURS | SIZES, key=len, reverse=True))}) )+)(ones?|pair|set)?\b")


@dataclass(frozen=True, slots=True)
class Span:
    """A mention with its place in the plain words."""

    mention: ItemMention
    start: int
    end: int


def find_items(utterance: Utterance, scene: Scene, reasons: Sequence[ReasonSpan], skip: Iterable[tuple[int, int]] = ()) -> list[Span]:
    """Every thing named in the utterance, in order. `skip` are parts of the plain words that are something else, such as names."""
    spans = _named(utterance.plain, scene.lines)
    spans += [span for span in _unknown_things(utterance, reasons) if _free(span, spans)]
    spans += [span for span in _colour_only(utterance.plain, scene) if _free(span, spans)]
    spans += [span for span in _by_place(utterance.plain) if _free(span, spans)]
    taken = list(skip)
    spans += _other_one(plain=utterance.plain, scene=scene)
    spans = sorted(
        (span for span in spans if not any(span.start < end and span.end > start for start, end in taken)), key=lambda span: span.start
    )
    spans = [_with_quantity(span, utterance.plain) for span in spans]
    return _merge(_with_reasons([_with_exclusion(span, utterance.plain) for span in spans], utterance, reasons))


def _other_one(plain: str, scene: Scene) -> list[Span]:
    """ "the other one" when the question was about one of two lines."""
    about = scene.expecting.about if scene.expecting else None
    match = _OTHER.search(plain)
    others = [line for line in scene.lines if line.line_id != about]
    if match is None or len(scene.lines) != 2 or len(others) != 1:
        return []
    return [Span(ItemMention(others[0].title.lower()), match.start(), match.end())]


def wants_everything(plain: str) -> bool:
    """Whether "all of it", "both" or the like was said."""
    return bool(load("things")["all"].search(_BOTH_OF_ONE.sub(" ", plain)))


def some_of_each(plain: str, lines: Sequence[LineName]) -> tuple[ItemMention, ...]:
    """ "One of each": every line with that quantity; none when it was not said."""
    match = _OF_EACH.search(plain)
    number = small_number([match.group(1)]) if match else None
    return tuple(ItemMention(line.title.lower(), number, line_ids=(line.line_id,)) for line in lines) if number else ()


def _free(span: Span, others: Sequence[Span]) -> bool:
    return all(span.end <= other.start or span.start >= other.end for other in others)


def _words_at(plain: str) -> list[tuple[str, int, int]]:
    return [(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", plain)]


def _named(plain: str, lines: Sequence[LineName]) -> list[Span]:
    """Product words, longest first, with the colours and kinds before them; words of the order's own titles count too."""
    words = _words_at(plain)
    known, own = products(), _title_words(lines)
    spans: list[Span] = []
    place = 0
    while place < len(words):
        length = next((size for size in (3, 2, 1) if _is_product(words[place : place + size], size, known, own)), 0)
        if not length:
            place += 1
            continue
        end = place + length
        while end < len(words) and (words[end][0] in COLOURS or _is_product(words[end : end + 1], 1, known, own)):
            end += 1
        first = _first_adjective(words, place, spans[-1].end if spans else 0)
        text = plain[words[first][1] : words[end - 1][2]]
        spans.append(Span(ItemMention(text), words[first][1], words[end - 1][2]))
        place = end
    return spans


def _first_adjective(words: Sequence[tuple[str, int, int]], noun: int, free_from: int) -> int:
    """Where a thing's name begins: colours and kinds before the noun, and up to two unknown words behind an article or a number."""
    first = noun
    while first > 0 and words[first - 1][0] in MODIFIERS and words[first - 1][1] >= free_from:
        first -= 1
    for back in (1, 2):
        unknown = first - back
        if unknown < 1 or words[unknown][1] < free_from or words[unknown][0] in _STOP_WORDS or words[unknown][0] in MODIFIERS:
            break
        if words[unknown - 1][0] in _ARTICLES or small_number([words[unknown - 1][0]]) is not None:
            return unknown
    return first


def _is_product(words: Sequence[tuple[str, int, int]], size: int, known: frozenset[str], own: frozenset[str]) -> bool:
    if len(words) < size:
        return False
    text = " ".join(word for word, _, _ in words[:size])
    return text in known or (size == 1 and singular(text) in own)


def _title_words(lines: Sequence[LineName]) -> frozenset[str]:
    found = {singular(word) for line in lines for word in re.findall(r"[^\W\d_]{3,}", line.title.lower())}
    return frozenset(found - MODIFIERS - _STOP_WORDS)


def _unknown_things(utterance: Utterance, reasons: Sequence[ReasonSpan]) -> list[Span]:
    """A thing no list knows, told by its place: "I want to return my theremin"."""
    plain, spans = utterance.plain, []
    for match in load("things")["object"].finditer(plain):
        words: list[tuple[str, int, int]] = []
        limit = _clause_end(utterance, match.end())
        for word, start, end in _words_at(plain[match.end() : limit]):
            inside = any(reason.start <= match.end() + start < reason.end for reason in reasons)
            if word in _STOP_WORDS or word[0].isdigit() or inside or len(words) == 3:
                break
            words.append((word, match.end() + start, match.end() + end))
        if words and not all(word in MODIFIERS for word, _, _ in words):
            start, end = words[0][1], words[-1][2]
            spans.append(Span(ItemMention(plain[start:end]), start, end))
    return spans


def _clause_end(utterance: Utterance, start: int) -> int:
    word = utterance.word_range(start, start + 1)[0]
    for first, end in utterance.clauses:
        if first <= word < end:
            return sum(len(token.low) + 1 for token in utterance.words[:end])
    return len(utterance.plain)


def _colour_only(plain: str, scene: Scene) -> list[Span]:
    """ "the blue", "two blue ones": only where lines or choices are known, or "ones" follows."""
    spans = []
    for match in _ONES.finditer(plain):
        telling = (scene.lines or scene.items_said) and not set(match.group(1).split()) <= _ALSO_ADVERBS
        if match.group(2) is None and _AFTER_MEASURE.search(plain[: match.start()].rstrip()):
            continue
        if telling or match.group(2) in {"one", "ones"}:
            start = match.start() + (4 if match.group().startswith("the ") else 0)
            text = plain[start : match.end()].strip()
            spans.append(Span(ItemMention(text), start, start + len(text)))
    return spans


def _by_place(plain: str) -> list[Span]:
    return [Span(ItemMention(match.group()), match.start(), match.end()) for match in _ORDINAL.finditer(plain)]


def _with_quantity(span: Span, plain: str) -> Span:
    """ "two of the blue pillows", "2 lamps", "a lamp": a number right before the thing; "two of them" behind it counts more."""
    number = _number_before(span, plain)
    later = _OF_THEM.search(plain, span.end)
    if later:
        number = small_number([later.group(1)]) or number
    return replace(span, mention=replace(span.mention, quantity=number)) if number else span


def _number_before(span: Span, plain: str) -> int | None:
    before = plain[: span.start].split()
    if "both" in before and _BOTH_OF_ONE.match(plain, plain.rfind("both", 0, span.start)):
        return 2
    glue = 0
    while before and before[-1] in _QUANTITY_GLUE and glue < 3:
        before.pop()
        glue += 1
    for size in (2, 1):
        if len(before) >= size and not (size == 1 and before[-1] == "one" and glue == 0 and before[-2:-1] == ["the"]):
            number = small_number(before[-size:])
            if number is not None and 0 < number < 100:
                return number
    one = glue == 0 and before[-1:] and before[-1] in {"single", "a", "an"}
    return 1 if one and not span.mention.text.split()[-1].endswith("s") else None


def _with_exclusion(span: Span, plain: str) -> Span:
    if load("things")["without"].search(plain[: span.start]):
        return replace(span, mention=replace(span.mention, excluded=True))
    before = re.sub(r"\b(the|my|that|those|these|this)\s*$", "", plain[: span.start])
    if load("things")["keep"].search(before) or (
        load("things")["except"].search(before)
        and (load("things")["all"].search(plain[: span.start]) or before.endswith(("not ", "except ", "except for ")))
    ):
        return replace(span, mention=replace(span.mention, excluded=True))
    return span


def _with_reasons(spans: list[Span], utterance: Utterance, reasons: Sequence[ReasonSpan]) -> list[Span]:
    """Each reason goes to the nearest thing named before it that has none yet, or else to the next one after it."""
    given: dict[int, str] = {}
    for reason in reasons:
        earlier = [index for index, span in enumerate(spans) if span.start <= reason.start and not span.mention.excluded]
        later = [index for index, span in enumerate(spans) if span.start > reason.start and not span.mention.excluded]
        same = [index for index in later if _same_clause(utterance, reason.start, spans[index].start)]
        later = [index for index in later if not _in_question(utterance, spans[index].start)]
        if earlier and earlier[-1] not in given:
            given[earlier[-1]] = reason.reason
        elif later and later[0] not in given and (later[0] in same or not earlier):
            given[later[0]] = reason.reason
    return [replace(span, mention=replace(span.mention, reason=given.get(index))) for index, span in enumerate(spans)]


_ASKS = re.compile(r"^(?:and |but |so |also )?(?:how|what|when|can|could|do|does|is|are|where|which|will|would)\b")


def _in_question(utterance: Utterance, place: int) -> bool:
    """Whether the thing at this place of the plain words stands in a question: nothing is wrong with it."""
    word = utterance.word_range(place, place + 1)[0]
    return any(first <= word < end and _ASKS.search(utterance.clause_text((first, end))) for first, end in utterance.clauses)


def _same_clause(utterance: Utterance, one: int, other: int) -> bool:
    first, second = utterance.word_range(one, one + 1)[0], utterance.word_range(other, other + 1)[0]
    return any(start <= first < end and start <= second < end for start, end in utterance.clauses)


def _merge(spans: list[Span]) -> list[Span]:
    """ "the blue, two blue ones" is one thing said twice; the later, fuller one stays."""
    kept: list[Span] = []
    for span in spans:
        key = _key(span.mention.text)
        same = next((index for index, other in enumerate(kept) if _key(other.mention.text) == key), None)
        if same is None:
            kept.append(span)
            continue
        old = kept[same].mention
        merged = replace(span.mention, quantity=span.mention.quantity or old.quantity, reason=old.reason or span.mention.reason)
        kept[same] = replace(kept[same], mention=replace(merged, excluded=old.excluded or span.mention.excluded))
    return kept


def _key(text: str) -> str:
    return " ".join(sorted(singular(word) for word in text.split() if word not in {"one", "ones", "the", "pair", "set"}))


def match_items(mentions: Sequence[ItemMention], lines: Sequence[LineName]) -> tuple[ItemMention, ...]:
    """The mentions with `line_ids`: one id when a line matches best by a margin, several when it is open, none when nothing fits."""
    return tuple(replace(mention, line_ids=_matching(mention.text, lines)) for mention in mentions)


def ordinal_place(plain: str) -> int | None:
    """The place (0-based, -1 for the last) that "the second one" or "number two" names; None when no place was named."""
    match = _ORDINAL.search(plain)
    if match is None:
        return None
    return _ORDINALS[match.group(1)] if match.group(1) else (small_number([match.group(2)]) or 1) - 1


def _matching(text: str, lines: Sequence[LineName]) -> tuple[str, ...]:
    if not lines:
        return ()
    ordinal = _ORDINAL.fullmatch(text.lower())
    if ordinal:
        place = ordinal_place(text.lower())
        return (lines[place].line_id,) if place is not None and -len(lines) <= place < len(lines) else ()
    words = [
        word for word in re.findall(r"[^\W_]+", text.lower()) if word not in {"one", "ones", "the", "a", "an", "my", "pair", "of", "set"}
    ]
    if not words:
        return ()
    words = _telling(words, lines)
    scores = [(_score(words, line), line.line_id) for line in lines]
    best = max(score for score, _ in scores)
    if best < _ENOUGH:
        return ()
    return tuple(line_id for score, line_id in scores if score >= best - MARGIN)


def _telling(words: list[str], lines: Sequence[LineName]) -> list[str]:
    """The words that some line has, when the thing itself (the last word) is one of them; else all of them."""
    told = [word for word in words if any(_alike(singular(word), other) for line in lines for other in _title(line))]
    return told if told and words[-1] in told else words


def _title(line: LineName) -> list[str]:
    return [singular(word) for word in re.findall(r"[^\W_]+", f"{line.title} {line.category.replace('_', ' ')}".lower())]


def _score(words: Sequence[str], line: LineName) -> float:
    """How much of what was said the title and category hold: the mean over the words, 1.0 when all are there."""
    title = _title(line)
    if not title:
        return 0.0
    compact = "".join(singular(word) for word in words)
    together = max((fuzz.ratio(compact, "".join(title[at : at + size])) for size in (1, 2) for at in range(len(title))), default=0.0)
    each = sum(max(_alike(singular(word), other) for other in title) for word in words) / len(words)
    return max(each, together / 100 if together >= _WORD_ALIKE else 0.0)


def _alike(said: str, title: str) -> float:
    said, title = ("gray" if said == "grey" else said), ("gray" if title == "grey" else title)
    if said == title:
        return 1.0
    if said in COLOURS and title in COLOURS:
        return 0.0
    if title in synonyms().get(said, ()):
        return _SAME_KIND
    ratio = fuzz.ratio(said, title)
    return ratio / 100 if ratio >= _WORD_ALIKE else 0.0
