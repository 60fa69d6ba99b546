"""The word lists that ship beside the code: products, colours, and words that are nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_ROOM = Path(__file__).with_name("vocabulary")


def _sections() -> dict[str, frozenset[str]]:
    sets: dict[str, frozenset[str]] = {}
    title = ""
    for line in _lines("word_sets.txt"):
        if line.startswith("["):
            title = line.strip("[]")
        sets[title] = sets.get(title, frozenset()) | (frozenset() if line.startswith("[") else frozenset(line.split()))
    return sets


@cache
def word_set(name: str) -> frozenset[str]:
    """The set of words called so in vocabulary/word_sets.txt. Raises KeyError when there is none."""
    return _sections()[name]


def _lines(name: str) -> list[str]:
    text = (_ROOM / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


COLOURS = word_set("colours")
SIZES = word_set("sizes")
MODIFIERS = COLOURS | SIZES | word_set("kinds")


@cache
def products() -> frozenset[str]:
    """Product words, singular and plural, of one to three words each."""
    found: set[str] = set()
    for line in _lines("products.txt"):
        found.update((line, plural(line)))
    return frozenset(found)


@cache
def synonyms() -> Mapping[str, frozenset[str]]:
    """Each stem that has other words for the same kind of thing, with the stems of its group."""
    groups = [frozenset(singular(word) for word in line.split()) for line in _lines("synonyms.txt")]
    return {word: group for group in groups for word in group}


@cache
def not_names() -> frozenset[str]:
    """Words that are not taken for a last name, among them every product and colour."""
    found = {word for line in _lines("not_names.txt") for word in line.split()}
    return frozenset(found | COLOURS | SIZES | {name for name in products() if " " not in name})


def plural(noun: str) -> str:
    """The plural of an English noun by its ending."""
    if noun.endswith("s") and not noun.endswith("ss"):
        return noun
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("fe"):
        return noun[:-2] + "ves"
    if noun.endswith("lf"):
        return noun[:-1] + "ves"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def singular(word: str) -> str:
    """A stem that a word shares with its plural, good enough to compare two words: shelf and shelves are both "shelv"."""
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]
    if len(word) > 3 and word.endswith("ie"):
        return word[:-2] + "y"
    if len(word) > 3 and word.endswith(("ve", "fe")):
        return word[:-2] + "v"
    if len(word) > 3 and word.endswith(("lf", "rf", "af")):
        return word[:-1] + "v"
    return word
