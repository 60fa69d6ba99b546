"""Which of the answers that were offered the customer picked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from returnflow.understanding.answers import Answer
from returnflow.understanding.items import ordinal_place
from returnflow.understanding.model import Choice, ItemMention, Scene
from returnflow.understanding.text import Utterance
from returnflow.understanding.words import singular

_OTHER = re.compile(r"\bthe other(?: (?:one|thing|item))?\b")
_EMPTY = frozenset("a an the my of for to it is in on at and or no yes please i me this that not doe doesnt do did was".split())
_VALUE_SLOTS = ("store", "reason", "condition", "preference", "contact_by", "category")


def chosen(
    utterance: Utterance, scene: Scene, items: Sequence[ItemMention], values: Mapping[str, Any], *, everything: bool, answer: Answer
) -> tuple[str, ...]:
    """The ids of the choices that were meant, in the order they were offered; none when nothing fits."""
    if scene.expecting is None or not scene.expecting.choices:
        return ()
    offered = scene.expecting.choices
    ids = [choice.id for choice in offered]
    if scene.expecting.kind == "yes_no":
        return _answered(utterance.plain, offered, answer)
    named = {line_id for item in items if not item.excluded and len(item.line_ids) == 1 for line_id in item.line_ids} & set(ids)
    excluded = {line_id for item in items if item.excluded for line_id in item.line_ids}
    if everything and scene.expecting.slot in {"items", "quantity"}:
        return tuple(each for each in ids if each not in excluded and each not in {"all", "both", "none"})
    if not named:
        wanted = [values.get(scene.expecting.slot), *(values.get(slot) for slot in _VALUE_SLOTS)]
        named = {str(value) for value in wanted if value in ids}
        if not named and scene.expecting.slot not in values:
            named = _by_words(utterance.plain, offered) or _by_place(utterance.plain, scene)
    return tuple(each for each in ids if each in named and each not in excluded)


def _answered(plain: str, offered: Sequence[Choice], answer: Answer) -> tuple[str, ...]:
    """The buttons of a yes/no question: never yes by a word on the button, only by a plain yes."""
    ids = {choice.id for choice in offered}
    if answer.answer in ids:
        return (answer.answer,) if answer.answer else ()
    others = [choice for choice in offered if choice.id not in {"yes", "no"}]
    return tuple(_by_words(plain, others)) if answer.answer is None and others else ()


def _by_words(plain: str, offered: Sequence[Choice]) -> set[str]:
    """Choices whose label was said, wholly or in the words that no other label has."""
    said = {singular(word) for word in plain.split()} - _EMPTY
    if not said:
        return set()
    labels = {
        choice.id: {singular(word) for word in re.findall(r"[^\W_]+", choice.label.lower().replace("'", ""))} - _EMPTY for choice in offered
    }
    found = set()
    for choice in offered:
        others = set().union(*(words for each, words in labels.items() if each != choice.id)) if len(labels) > 1 else set()
        own = labels[choice.id] - others
        if (labels[choice.id] and labels[choice.id] <= said) or (own and any(_alike(word, other) for word in own for other in said)):
            found.add(choice.id)
    return found


def _alike(word: str, other: str) -> bool:
    return word == other or (len(word) > 4 and fuzz.ratio(word, other) >= 88)


def _by_place(plain: str, scene: Scene) -> set[str]:
    expecting = scene.expecting
    if expecting is None:
        return set()
    ids = [choice.id for choice in expecting.choices]
    place = ordinal_place(plain)
    if place is not None and -len(ids) <= place < len(ids):
        return {ids[place]}
    if _OTHER.search(plain) and len(ids) == 2 and expecting.about in ids:
        return {each for each in ids if each != expecting.about}
    return set()
