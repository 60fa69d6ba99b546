"""Names: said with a cue ("it's under Kowalczyk"), bare when asked for, or spelled ("K, O, W", "K as in kite", NATO words)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from returnflow.understanding.corrections import last_word
from returnflow.understanding.numbers import NATO, OH, PLURALS, REPEATS, TEENS, TENS, UNITS
from returnflow.understanding.patterns import load
from returnflow.understanding.sentiment import sentiment
from returnflow.understanding.text import Token, Utterance
from returnflow.understanding.words import not_names, word_set

_FIRST_ONLY = re.compile(r"\bfirst name (?:is )?$")
_END_WORDS = word_set("ends a name")
_SPELL_GLUE = word_set("between spelled letters")
_PARTICLES = word_set("particles")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was said, with the word indexes it took; `last` and `first` are capitalised."""

    said: str
    last: str | None
    first: str | None
    first_word: int
    end_word: int


def find_name(utterance: Utterance, *, asked: bool, beside_identifier: bool = False, common: frozenset[str] = frozenset()) -> Name | None:
    """The caller's name. Bare words count only when a name was asked for, or as a clause of their own beside a ZIP or order number.

    `common` are everyday words: after a weak cue ("I'm …", "this is …") they are not taken for a name.
    """
    spelled = _spelled(utterance)
    spoken = _cued(utterance, common, asked=asked) or (_bare(utterance, asked=asked, common=common) if asked or beside_identifier else None)
    if spelled and spoken and spelled.first_word <= spoken.first_word and spoken.end_word <= spelled.end_word:
        return spelled
    if spelled and spoken and spoken.last:
        alike = fuzz.ratio(spelled.last or "", spoken.last) >= 50
        first = min(spelled.first_word, spoken.first_word)
        last = spelled.last if alike or asked else spoken.last
        return Name(
            utterance.said(first, max(spelled.end_word, spoken.end_word)), last, spoken.first, first, max(spelled.end_word, spoken.end_word)
        )
    return spelled if spelled and (asked or beside_identifier or len(spelled.last or "") >= 3) else spoken


def find_names(
    utterance: Utterance, *, asked: bool, beside_identifier: bool = False, common: frozenset[str] = frozenset()
) -> tuple[Name, ...]:
    """The name as `find_name` has it, and after it the one that replaces it: "Rays, I mean Reyes". The last one counts."""
    joined = _with_apostrophe(utterance) if asked else None
    if joined is not None:
        found = find_name(joined, asked=asked, beside_identifier=beside_identifier, common=common)
        return (_placed(found, joined, utterance),) if found else ()
    first = find_name(utterance, asked=asked, beside_identifier=beside_identifier, common=common) or _twice(utterance)
    if first is None:
        return ()
    for part in last_word(utterance)[1:]:
        turn = load("turns")["turn"].match(utterance.plain, part.start)
        place = utterance.word_range(turn.end() + 1, turn.end() + 2)[0] if turn else 0
        while place < len(utterance.words) and utterance.words[place].low in _LEAD_IN:
            place += 1
        end = _name_end(utterance, place, strong=True)
        if turn and place >= first.end_word and end > place:
            return (first, _build(utterance, place, end, first_only=False))
    return (first,)


_O_NAME = re.compile(r"\b[Oo] ([A-Za-z]{4,})\b")
_SURNAME_FIRST = re.compile(r"\b([A-Z][^\W\d_]+), ([A-Z][^\W\d_]+) \1\b")


def _with_apostrophe(utterance: Utterance) -> Utterance | None:
    """ "o brien" as "O'Brien", every place in the text the same; None when there is no such name."""
    match = _O_NAME.search(utterance.text)
    if match is None or match.group(1).lower() in UNITS.keys() | TEENS.keys() | TENS.keys() | REPEATS.keys() | not_names():
        return None
    name = match.group(1).capitalize()
    return Utterance(f"{utterance.text[: match.start()]}O'{name}{utterance.text[match.end() :]}")


def _placed(name: Name, joined: Utterance, utterance: Utterance) -> Name:
    """The name with the words it took of the utterance as it was said."""
    start, end = joined.words[name.first_word].start, joined.words[name.end_word - 1].end
    taken = [place for place, word in enumerate(utterance.words) if start <= word.start < end]
    return Name(utterance.text[start:end], name.last, name.first, taken[0], taken[-1] + 1)


def _twice(utterance: Utterance) -> Name | None:
    """ "Reyes, Elena Reyes": nobody says anything but a name so, whatever was asked."""
    match = _SURNAME_FIRST.search(utterance.text)
    if match is None or match.group(1).lower() in not_names():
        return None
    taken = [place for place, word in enumerate(utterance.words) if match.start() <= word.start < match.end()]
    return Name(match.group(), match.group(1), match.group(2), taken[0], taken[-1] + 1)


def _cued(utterance: Utterance, common: frozenset[str], *, asked: bool) -> Name | None:
    for match in load("names")["cue"].finditer(utterance.plain):
        cue = match.group().strip()
        strong = "name" in cue or "under" in cue
        first = utterance.word_range(match.end(), match.end() + 1)[0]
        end = _name_end(utterance, first, strong=strong)
        words = utterance.words[first:end]
        unusual = all(token.low not in common for token in words) and (
            len(words) > 1 or asked or words[0].raw[:1].isupper() if words else False
        )
        if end > first and (strong or unusual) and sentiment(utterance.plain[match.end() :], "") == "calm":
            return _build(utterance, first, end, first_only=bool(_FIRST_ONLY.search(cue + " ")))
    return None


def _name_end(utterance: Utterance, first: int, *, strong: bool) -> int:
    """The word index after up to three words that can be a name and are not cut by a mark."""
    here = first
    while here < len(utterance.words) and here - first < 5:
        token = utterance.words[here]
        if here - first >= 3 and not any(word.low in _PARTICLES for word in utterance.words[first:here]):
            break
        if token.kind != "word" or token.low in _END_WORDS or (here > first and _cut_between(utterance, here)):
            break
        surname = here > first and token.low in _COMMON_SURNAMES
        if (
            token.low in not_names()
            and not surname
            and not (strong and here == first and token.raw[:1].isupper() and not token.raw.isupper() and _alone(utterance, here))
        ):
            break
        if len(token.low) < 2:
            break
        here += 1
    return here


def _alone(utterance: Utterance, word: int) -> bool:
    return word + 1 >= len(utterance.words) or _cut_between(utterance, word + 1)


def _cut_between(utterance: Utterance, word: int) -> bool:
    between = utterance.text[utterance.words[word - 1].end : utterance.words[word].start]
    return any(char in ",.;:!?\n" for char in between)


def _bare(utterance: Utterance, *, asked: bool, common: frozenset[str]) -> Name | None:
    """A clause that holds nothing but one to three words that can be a name, apart from glue in front."""
    found: Name | None = None
    for first, end in utterance.clauses:
        words = list(utterance.words[first:end])
        begin = first
        while words and (words[0].low in _LEAD_IN or words[0].kind == "digits" or _number_like(words[0])):
            words.pop(0)
            begin += 1
        while words and (words[-1].low in _LEAD_OUT or words[-1].kind == "digits" or _number_like(words[-1])):
            words.pop()
        if words and _can_be_name(words, asked=asked, common=common, trimmed=len(words) < end - first):
            name = _build(utterance, begin, begin + len(words), first_only=False)
            if found is None or asked:
                found = found or name
    return found


_LEAD_IN = word_set("before a name")
_LEAD_OUT = word_set("after a name")


def _number_like(token: Token) -> bool:
    return token.low in UNITS or token.low in TEENS or token.low in TENS or token.low in REPEATS or token.low in OH or token.low in PLURALS


def _can_be_name(words: list[Token], *, asked: bool, common: frozenset[str], trimmed: bool) -> bool:
    """Whether these words are a name: unusual ones, or one capitalised surname that is also a word (Brown) when it was asked for.

    `trimmed`: digits or glue stood in the same clause, as in "lee 98101"; then small letters will do.
    """
    if len(words) > 4 or any(token.kind != "word" or len(token.low) < 2 for token in words):
        return False
    if len(words) > 1 and words[-1].low in _STATES:
        return False
    barred = [token for token in words if token.low in not_names() and token.low not in _PARTICLES]
    if barred:
        return asked and len(words) <= 2 and words[-1].low in _COMMON_SURNAMES and words[-1].raw[:1].isupper() and barred == [words[-1]]
    usual = [token for token in words if token.low in common and not token.raw[:1].isupper()]
    if asked:
        return len(usual) < len(words) or len(words) == 1
    return not usual and (trimmed or all(token.raw[:1].isupper() for token in words))


_STATES = word_set("states")
_COMMON_SURNAMES = word_set("surnames that are words")


def _build(utterance: Utterance, first: int, end: int, *, first_only: bool) -> Name:
    words = [_capital(token.raw) for token in utterance.words[first:end]]
    if first_only:
        return Name(utterance.said(first, end), None, words[0], first, end)
    split = len(words) - 1
    while split > 1 and words[split - 1].lower() in _PARTICLES:
        split -= 1
    if len(words) > 1 and words[0].lower() in _PARTICLES:
        split = 0
    return Name(utterance.said(first, end), " ".join(words[split:]), " ".join(words[:split]) or None, first, end)


def _capital(word: str) -> str:
    return word if word[:1].isupper() and not (word.isupper() and len(word) > 2) else word.capitalize()


def _spelled(utterance: Utterance) -> Name | None:
    """Three letters or more in a row: single letters, NATO words, "as in" examples, "double l"."""
    best: tuple[str, int, int] = ("", 0, 0)
    here = 0
    while here < len(utterance.words):
        letters, end = _letters_from(utterance, here)
        if len(letters) > len(best[0]):
            best = (letters, here, end)
        here = max(end, here + 1)
    letters, first, end = best
    if len(letters) < 3:
        return None
    return Name(utterance.said(first, end), letters.capitalize(), None, first, end)


def _letters_from(utterance: Utterance, start: int) -> tuple[str, int]:
    letters, here, end = "", start, start
    while here < len(utterance.words):
        letter, after = _letter_at(utterance, here)
        if letter:
            letters += letter
            here = end = after
        elif letters and utterance.words[here].low in _SPELL_GLUE and here + 1 < len(utterance.words):
            here += 1
        else:
            break
    return letters, end


def _letter_at(utterance: Utterance, here: int) -> tuple[str, int]:
    """The letter that starts here (or "" when none does) and the word index after it, its example word included."""
    words = utterance.words
    low = words[here].low
    following = words[here + 1].low if here + 1 < len(words) else ""
    if low == "double" and following == "u":
        low, here, following = "w", here + 1, words[here + 2].low if here + 2 < len(words) else ""
    if low in REPEATS and len(following) == 1 and following.isalpha():
        return following * REPEATS[low], here + 2
    if len(low) == 1 and low.isalpha():
        if here + 3 < len(words) and following == "as" and words[here + 2].low == "in" and words[here + 3].low.startswith(low):
            return low, here + 4
        if here + 2 < len(words) and following in {"for", "like"} and words[here + 2].low.startswith(low) and len(words[here + 2].low) > 1:
            return low, here + 3
        return low, here + 1
    if low in NATO and low not in {"mike", "victor", "charlie", "oscar", "romeo", "juliet"}:
        return NATO[low], here + 1
    if low in NATO and (following in NATO or (here and words[here - 1].low in NATO)):
        return NATO[low], here + 1
    return "", here
