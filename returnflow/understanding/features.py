"""The features of a text, computed alike for training and at run time: word 1–2-grams and character 3–5-grams."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache

from returnflow.understanding.words import products

_WORD = re.compile(r"\S+")


@cache
def _product_pattern() -> re.Pattern[str]:
    names = sorted(products(), key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def simplify(plain: str) -> str:
    """Plain words with product names, stores and digits replaced by stand-ins, so that one phrase speaks for all products."""
    text = _product_pattern().sub("thingx", plain)
    text = re.sub(r"\b(?:amazon|walmart|wal mart|your (?:own )?shop|your (?:own )?store)\b", "storex", text)
    text = re.sub(r"\b(?:reimburse(?:ment)?s?|rebates?|restitutions?|compensations?|moneyback|money back)\b", "refund", text)
    return re.sub(r"\b[0-9]+\b", "numx", text)


def features(plain: str) -> Counter[str]:
    """How often each n-gram occurs. Words are marked `w:`; characters (within a word, edges as spaces) `c:`."""
    text = simplify(plain)
    words = _WORD.findall(text)
    found: Counter[str] = Counter(f"w:{word}" for word in words)
    padded = ["<", *words, ">"]
    found.update(f"w:{one} {two}" for one, two in itertools.pairwise(padded))
    for word in words:
        if word in {"thingx", "storex", "numx"}:
            continue
        edged = f" {word} "
        for size in (3, 4, 5):
            found.update(f"c:{edged[at : at + size]}" for at in range(max(0, len(edged) - size + 1)))
    return found
