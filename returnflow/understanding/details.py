"""The small things a customer says about a return: store, condition, what they would like, how to reach them, a kind of product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from returnflow.understanding.patterns import load
from returnflow.understanding.words import MODIFIERS, products, word_set


@dataclass(frozen=True, slots=True)
class Found:
    """A value with its place in the plain words."""

    value: str
    start: int
    end: int


_NO_WAY = re.compile(
    r"\b(?:dont|do not|no|not|never|cant|cannot|havent|without)(?: (?:have|got|own|use|like|want|a|an|any|the|my|by|to|over)){0,4}"
    r" (?:cell ?|smart)?(?:phones?|telephone|call|calls|text|texts|sms|e ?mail)\b(?: number| me)?"
)
"""A way of contact that the customer does not have or want."""

_ARTICLES = word_set("before a product")


def _found(kind: str, plain: str) -> list[Found]:
    """The values of one kind that were said, in the order of their sections."""
    found = []
    for title, pattern in load("details").items():
        name, _, value = title.partition(" ")
        match = pattern.search(plain) if name == kind else None
        if match:
            found.append(Found(value, match.start(), match.end()))
    return found


def find_condition(plain: str) -> Found | None:
    """unopened, opened, used or damaged, as the customer says it is."""
    return next(iter(_found("condition", plain)), None)


def find_preference(plain: str) -> Found | None:
    """refund, exchange or keep: what the customer would like for it."""
    return next(iter(_found("preference", plain)), None)


def find_topic(plain: str) -> Found | None:
    """money, fees or way: what a question about the rules is about, besides how long something can go back."""
    return next(iter(_found("topic", plain)), None)


def find_contact_way(plain: str) -> Found | None:
    """phone, text, email or page; meant only where a way of contact was asked for or a contact was given."""
    plain = _NO_WAY.sub(lambda match: " " * len(match.group()), plain)
    return min(_found("contact", plain), key=lambda item: item.start, default=None)


_DEFAULT_STORES: Mapping[str, tuple[str, ...]] = {"amazon": ("amazon",), "walmart": ("walmart",)}


def find_store(plain: str, stores: Mapping[str, tuple[str, ...]]) -> Found | None:
    """The store that was named last, by its names or a common mishearing; "your own shop" is the store `shop`."""
    named = dict(stores or _DEFAULT_STORES)
    named.setdefault("shop", ())
    found = [
        Found(store, match.start(), match.end())
        for store, names in named.items()
        for pattern in _store_patterns(store, names)
        for match in pattern.finditer(plain)
    ]
    return max(found, key=lambda item: (item.start, item.end)) if found else None


@cache
def _store_patterns(store: str, names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """How a store is called: its names as plain words, then the wordings of its section, if it has one."""
    plain = (" ".join(re.sub(r"[^\w ]", " ", name.lower().replace("'", "")).split()) for name in names)
    said = tuple(re.compile(rf"\b{re.escape(name)}\b") for name in plain if name)
    heard = load("details").get(f"store {store}")
    return (*said, heard) if heard else said


def find_category(plain: str) -> Found | None:
    """The kind of product a policy question is about: a product word after "return", "for", "on" and the like."""
    for match in load("details")["about"].finditer(plain):
        words = [(word.group(), match.end() + word.start(), match.end() + word.end()) for word in re.finditer(r"\S+", plain[match.end() :])]
        place = 0
        while place < len(words) and words[place][0] in _ARTICLES | MODIFIERS:
            place += 1
        for size in (3, 2, 1):
            text = " ".join(word for word, _, _ in words[place : place + size])
            if len(words) >= place + size and (text in products() or (size == 1 and text in word_set("product groups"))):
                return Found(text, words[place][1], words[place + size - 1][2])
    return None
