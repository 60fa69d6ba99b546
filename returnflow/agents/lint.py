"""The wording rules as a program: `python -m returnflow.agents.lint`. The rules and their numbers: reference/experience.md, 1.4 and 1.5.

Counted are the template's words, a value in braces at its usual spoken length; a number read in groups is one word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from returnflow.agents.loader import SHARED_FILE, SHOP_FILE, AgentsError, default_agents_dir, load_catalogue
from returnflow.conversation.definitions import Catalogue, Say
from returnflow.retail.policy import PolicyError, default_policies_dir, load_policies

LONG_KEYS = ("offer", "refused", "part_refused", "ask_human", "goodbye", "done", "handoff.done", "instructed", "steps.ask")
"""The quote, a refusal and the closing: 40 words in 6 sentences. Everything else: 25 in 3; a question: 15."""
LONG, USUAL, QUESTION = (40, 6), (25, 3), (15, 3)
WHOLE = frozenset({"plain", "answer", "status", "steps", "shipping", "last_reply", "disclosure", "greeting", "notice"})
"""Values that are sentences themselves: checked where they are written."""
SPOKEN_WORDS: Mapping[str, int] = {
    "items": 3,
    "said_items": 2,
    "item": 2,
    "line_list": 6,
    "stores": 6,
    "topic": 2,
    "shop": 2,
    "return_by": 3,
    "money_range": 6,
    "promise": 4,
    "placed": 3,
    "shipped": 3,
    "delivered": 3,
}
NEVER = (
    r"i understand your frustration|calm down|as i said|you need to|\binvalid\b|\brma\b|\bsku\b|restocking|\beligible\b|\bwindow\b",
    r"verification|\bticket\b|escalat|\bgreat!|\bawesome|\bunfortunately\b|\bi think\b|should be|hold while i transfer",
    r"order was not found|zip does not match|does not match",
)
FORBIDDEN = tuple(re.compile(pattern, re.IGNORECASE) for pattern in NEVER)
SLASH_DATE = re.compile(r"\b\d{1,2}/\d{1,2}\b")
VOICE_WORDS = re.compile(r"\b(say|saying|hear|listen|speak|calling)\b", re.IGNORECASE)
AMOUNT = re.compile(r"[$€£]\s*\d|\b\d+ (dollars|cents|percent)\b")
MAX_GRADE = 6.0


def lint(catalogue: Catalogue) -> list[str]:
    """Every wording that breaks a rule, as `file: key: 31 words, limit 25`."""
    found = list(_say_problems(SHARED_FILE, catalogue.shared.say))
    for agent in catalogue.agents.values():
        found += _say_problems(f"{agent.id}.yaml", agent.say)
    shop = catalogue.shop
    for name, sentences in (("disclosure", shop.disclosure), ("greeting", shop.greeting)):
        found += [f"{SHOP_FILE}: {name}: {problem}" for text in sentences.values() for problem in text_problems(text, USUAL, grade=False)]
    for store, way in shop.return_shipping.items():
        found += [f"{SHOP_FILE}: return_shipping.{store}: {problem}" for problem in text_problems(way.sentence, USUAL)]
    return found


def _say_problems(file: str, say: Say) -> Iterator[str]:
    for keys in say.values():
        for key, wording in keys.items():
            for text in (*wording.spoken, *wording.typed, *wording.no_screen):
                yield from (f"{file}: {key}: {problem}" for problem in text_problems(text, limit(key)))
            yield from (f"{file}: {key}: {problem}" for problem in _typed_problems(wording.spoken, wording.typed))


def limit(key: str) -> tuple[int, int]:
    """The words and sentences that this key may have."""
    if (key.startswith(LONG_KEYS) and not key.endswith((".ask", ".rephrase", ".short"))) or key == "steps.ask":
        return LONG
    return QUESTION if key.endswith((".ask", ".short")) or ".ask." in key else USUAL


def text_problems(text: str, allowed: tuple[int, int], *, grade: bool = True) -> Iterator[str]:
    """What is wrong with one wording. The disclosure has no reading grade: the law chose its words."""
    words, sentences = count_words(text), count_sentences(text)
    if words > allowed[0]:
        yield f"{words} words, limit {allowed[0]}"
    if sentences > allowed[1]:
        yield f"{sentences} sentences, limit {allowed[1]}"
    if text.count("?") > 1:
        yield "two questions, expected one at most"
    for pattern in FORBIDDEN:
        for match in pattern.finditer(re.sub(r"\{\w+\}", "", text)):
            yield f'says "{match[0]}", which it never says'
    if SLASH_DATE.search(text):
        yield "has a date with a slash, expected {return_by} or the like"
    if AMOUNT.search(text):
        yield "has an amount in it, expected a value such as {refund}"
    if grade and (level := reading_grade(text)) > MAX_GRADE:
        yield f"reads at grade {level:.1f}, limit {MAX_GRADE:.0f}: shorter words or sentences"


def _typed_problems(spoken: Sequence[str], typed: Sequence[str]) -> Iterator[str]:
    for text in typed or spoken:
        if match := VOICE_WORDS.search(text):
            yield f'typed mode would show "{match[0]}", expected a typed wording without it'


def count_words(text: str) -> int:
    """Spoken words: values at their usual length, a digit group as one."""
    values = re.findall(r"\{(\w+)\}", text)
    plain = re.sub(r"\{\w+\}", " ", text)
    numbers = re.sub(r"\d[\d\s,-]*(dash[\s,]*\d[\d\s,-]*)*", " number ", plain)
    return len(re.findall(r"[\w'’]+", numbers)) + sum(0 if name in WHOLE else SPOKEN_WORDS.get(name, 1) for name in values)


def count_sentences(text: str) -> int:
    return len(re.findall(r"[.?!…](?:\s|$)", re.sub(r"\{(plain|answer|status)\}", "x.", text)))


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade of a wording, a value counting as one short word. Very short texts are grade 0."""
    words = re.findall(r"[A-Za-z'’]+", re.sub(r"\{\w+\}", "it", text))
    if len(words) < 6:
        return 0.0
    sentences = max(1, count_sentences(text))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Vowel groups, a silent final e left out."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (1 if word.endswith("e") and not word.endswith(("le", "ee")) else 0))


def main(arguments: Sequence[str]) -> int:
    """Lint the shipped definitions with every store on, or those of the given directories over them."""
    try:
        policies = load_policies([default_policies_dir()])
        stores = {policy.store: policy.label for policy in policies.stores.values()}
        catalogue = load_catalogue([default_agents_dir(), *map(Path, arguments)], None, stores)
        found = lint(catalogue)
    except (AgentsError, PolicyError) as error:
        found = error.problems
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.stdout.write(f"{len(found)} wording problems\n" if found else "wordings: no problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
