"""One utterance cut into tokens and clauses, with every word's place in what was said kept, so that a slot can be quoted."""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

FILLERS = frozenset({"um", "uh", "uhm", "erm", "er", "hm", "hmm", "mmm", "ah", "ehm"})

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]|_")
_CLAUSE_END = frozenset(".!?;,:…\n")
_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits or a mark. `low` is lower case without apostrophes; `start` and `end` are places in the text."""

    raw: str
    low: str
    start: int
    end: int
    kind: str

    @property
    def is_mark(self) -> bool:
        return self.kind == "mark"


def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens. Never raises; other scripts' digits become 0-9, and the places stay those of `text`."""
    same = "".join(_plain_char(char) for char in text.translate(_SAME_LENGTH))
    found = []
    for match in _TOKEN.finditer(same):
        raw = match.group()
        kind = "digits" if raw[0] in "0123456789" else "word" if raw[0].isalpha() else "mark"
        found.append(Token(raw, raw.lower().replace("'", ""), match.start(), match.end(), kind))
    return tuple(found)


def _plain_char(char: str) -> str:
    if char.isascii() or not char.isdecimal():
        return char
    return str(unicodedata.decimal(char))


class Utterance:
    """A text with its tokens. `plain` is the words and digits only: lower case, no apostrophes, no fillers, single spaces."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.words = tuple(token for place, token in enumerate(self.tokens) if not token.is_mark and not self._filler(place))
        self._starts: list[int] = []
        place = 0
        for word in self.words:
            self._starts.append(place)
            place += len(word.low) + 1
        self.plain = " ".join(word.low for word in self.words)

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """(first, end) word indexes of each part between marks such as comma, dot and question mark; none is empty."""
        cuts, count = [0], 0
        for place, token in enumerate(self.tokens):
            if token.is_mark:
                if token.raw in _CLAUSE_END and not self._inside_number(place):
                    cuts.append(count)
            elif not self._filler(place):
                count += 1
        cuts.append(len(self.words))
        return tuple((first, end) for first, end in itertools.pairwise(cuts) if end > first)

    def _filler(self, place: int) -> bool:
        """Whether this token says nothing; the first half of "uh huh" does."""
        after = [token.low for token in self.tokens[place + 1 : place + 3] if token.raw != "-"][:1]
        return self.tokens[place].low in FILLERS and after != ["huh"]

    def _inside_number(self, place: int) -> bool:
        """Whether a mark stands between two digits that touch it, as in 2,000 or 10.30."""
        if not 0 < place < len(self.tokens) - 1:
            return False
        before, mark, after = self.tokens[place - 1 : place + 2]
        return before.kind == after.kind == "digits" and before.end == mark.start and mark.end == after.start

    def clause_text(self, clause: tuple[int, int]) -> str:
        """The plain words of one clause."""
        return " ".join(word.low for word in self.words[clause[0] : clause[1]])

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """(first, end) word indexes of a span of `plain`."""
        return max(0, bisect_right(self._starts, start) - 1), bisect_left(self._starts, end)

    def said(self, first: int, end: int) -> str:
        """The exact part of the text from word `first` up to word `end` (not included); empty when the range is."""
        if not 0 <= first < end <= len(self.words):
            return ""
        return self.text[self.words[first].start : self.words[end - 1].end]

    def said_plain(self, start: int, end: int) -> str:
        """The exact part of the text behind a span of `plain`."""
        return self.said(*self.word_range(start, end))
