"""How an utterance answers a yes/no question. Made so that a no, a doubt or a correction is never taken for a yes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from returnflow.understanding.patterns import load
from returnflow.understanding.text import Utterance
from returnflow.understanding.words import word_set

YES, NO, DOUBT, UNKNOWN, CHANGE, WAIT, QUESTION = "yes", "no", "doubtful", "dont_know", "correction", "wait", "question"


@dataclass(frozen=True, slots=True)
class Answer:
    """`answer` is yes, no, doubtful or None; `change` says that something is to be different; `confidence` 0..1."""

    answer: str | None
    confidence: float
    change: bool = False
    unknown: bool = False


_MARKERS = re.compile(
    r"^(?:ok|okay|okey|alright|all right|right|well|so|oh|k|hm|ah|ugh|god|man|please|and|then|thanks|thank you|hey|hi)\b ?"
)
_MEANS_YES = {
    "cancel": re.compile(
        r"\b(?:don't|dont|do not) (?:want to |wanna )?keep (?:it|that|this|(?:the|my) return)\b"
        r"|(?<!not )(?<!n't )(?<!nt )\bcancel\b(?: (?:it|that|this|(?:(?:the|my) )?(?:return|refund|exchange))\b)?"
    ),
    "start_over": re.compile(r"(?<!not )(?<!n't )(?<!nt )\b(?:start (?:over|again)|restart|forget (?:it|everything))\b"),
}
"""What a yes may repeat of the question; anywhere else "cancel that" is a no."""

_CLOSING = word_set("closes a call")
_SAYS_LITTLE = frozenset("i please it that this there right so".split())
_REFUSED = re.compile(r"^(?:no+|nope|nah|n)\b")

_SAID_YES = re.compile(r"\bi(?:'ve)?(?: already| just)? said (?=(?:yes|yeah|yep|sure|okay|ok)\b)")
_CHANGED_MIND = re.compile(r"\b(?:i|i've|ive|we) (?:have |just )?changed my mind\b")

_YES_QUESTION = re.compile(r"^(?:yes|yeah|right|correct|okay|ok|sure|really|yep)\?+$")


def _says(section: str, plain: str) -> bool:
    """Whether the plain words hold a wording of this section of vocabulary/answers.txt."""
    return load("answers", whole=True)[section].search(plain) is not None


def read_answer(utterance: Utterance, *, slot: str = "", asked: str = "") -> Answer:
    """Read an utterance as the answer to a yes/no question about `slot`; `asked` is the question when it is known."""
    text = re.sub(r"\b(?:uh|um|mm)[ -]?(?:huh|hmm?)\b", "mhm", utterance.text.lower())
    if slot in _MEANS_YES:
        text = _MEANS_YES[slot].sub("go ahead", text)
    text = _SAID_YES.sub("", text)
    if slot != "cancel":
        text = _CHANGED_MIND.sub("no", text)
    spoken = Utterance(text) if text != utterance.text.lower() else utterance
    if not spoken.words:
        return Answer(None, 0.0)
    if slot == "cancel" and _says("keeps", spoken.plain):
        return Answer(NO, 0.9)
    if slot == "anything_else":
        closing = _closing(spoken.plain)
        if closing:
            return closing
    if _YES_QUESTION.match(spoken.text.strip().lower()):
        return Answer(DOUBT, 0.7)
    tags: list[str] = []
    for clause in spoken.clauses:
        question = spoken.text[spoken.words[clause[1] - 1].end :].lstrip()[:1] == "?"
        tags += _clause_tags(spoken.clause_text(clause), question=question)
    return _combine(tags, spoken.plain, asked)


def takes_back(plain: str) -> bool:
    """Whether what was just done is to be undone: "cancel that", said when nothing else was to follow."""
    return _says("takes_back", plain)


def _closing(plain: str) -> Answer | None:
    """The answer to whether there is anything else; None when it has to be read like any other."""
    if takes_back(plain):
        return Answer(None, 0.0)
    if _says("one_more", plain):
        return Answer(YES, 0.9)
    if _says("nothing_more", plain) and not _says("yes_start", _without_markers(plain)):
        return Answer(NO, 0.97)
    words = plain.split()
    if all(word in _CLOSING for word in words) and set(words) - _SAYS_LITTLE:
        return Answer(NO, 0.97)
    return Answer(None, 0.0) if _REFUSED.match(plain) else None


def _without_markers(plain: str) -> str:
    while True:
        shorter = _MARKERS.sub("", plain, count=1)
        if shorter == plain or not shorter:
            return shorter or plain
        plain = shorter


def _clause_tags(clause: str, *, question: bool) -> list[str]:
    """What one clause says, in order: at most a yes or a no, and what goes with it."""
    bare = _without_markers(clause)
    if _says("quoting", bare) and not _says("no_yes", bare):
        return [QUESTION] + ([CHANGE] if _says("change", bare) and re.match(r"^(?:can|could|would|how about|what about)", bare) else [])
    tags: list[str] = []
    if _says("wait", clause):
        tags.append(WAIT)
    if _says("unknown", clause):
        return [*tags, UNKNOWN]
    if _says("no_yes", clause):
        left = load("answers", whole=True)["no_yes"].sub(" ", clause)
        return [*tags, YES, *[NO] * _says("no_inside", left), *[CHANGE] * _says("change", left)]
    rest = clause
    if _says("negated_guess", clause):
        return [*tags, NO]
    if _says("doubt", clause):
        tags.append(DOUBT)
        rest = load("answers", whole=True)["doubt"].sub(" ", clause).strip()
    tags += _polarity(rest, bare, question=question)
    if _says("change", rest) or (tags and _says("adds", rest)):
        tags.append(CHANGE)
    return tags


def _polarity(clause: str, bare: str, *, question: bool) -> list[str]:
    words = clause.split()
    starts_yes = bool(_says("yes_start", bare))
    if _says("reserve", bare) or _says("reserve", clause):
        return [DOUBT]
    says_no = _says("no", bare) or (_says("no_inside", clause) and not _says("said", clause))
    if starts_yes and says_no:
        return [YES, NO]
    if says_no:
        after = re.sub(r"^(?:no+|nope|nah) ", "", bare)
        return [NO, YES] if after != bare and _says("really_yes", after) else [NO]
    if starts_yes or (_says("yes_anywhere", clause) and not question):
        return [DOUBT] if question else [YES]
    only_markers = all(
        word in {"ok", "okay", "okey", "alright", "all", "right", "fine", "k", "oh", "well", "then", "thanks"} for word in words
    )
    short = len(words) <= 3 and re.match(r"^(?:ok|okay|okey|alright|all right|right|k)\b(?! (?:now|away|so|and|but|what|how|wait))", clause)
    if words and words[0] not in {"oh", "well", "thanks", "then"} and (only_markers or short) and not question:
        return [YES]
    return []


def _combine(tags: list[str], plain: str, asked: str) -> Answer:
    change = CHANGE in tags
    said = [tag for tag in tags if tag in {YES, NO}]
    if UNKNOWN in tags:
        return Answer(DOUBT, 0.85, change, unknown=True)
    if WAIT in tags:
        return Answer(DOUBT if YES in said or not said else NO, 0.7, change) if said else Answer(None, 0.6, change)
    if DOUBT in tags:
        return Answer(NO if said and YES not in said else DOUBT, 0.85, change)
    if not said:
        return Answer(None, 0.0, change or _other_value(plain, asked))
    if YES not in said:
        change = change or bool(asked and _other_value(_after_no(plain), asked))
        return Answer(NO, 0.95 if not change else 0.9, change)
    if NO not in said:
        return Answer(DOUBT, 0.8, True) if change else Answer(YES, 0.95)
    yeah_no = said[0] == YES and said[-1] == NO
    polite = said[0] == NO and not _says("really_yes", plain)
    return Answer(NO, 0.85, change) if yeah_no or polite else Answer(DOUBT, 0.7, change)


_NO_WORDS = re.compile(r"^(?:(?:no+|nope|nah|sorry|im sorry|not|thats not|oh|um|ok|please|wait|actually)\b ?)+")


def _after_no(plain: str) -> str:
    """What follows the no; empty when it only refuses."""
    rest = _NO_WORDS.sub("", plain)
    return "" if rest == plain or _says("refuses", rest) else rest


_CONTENT = re.compile(r"[^\W_]{2,}|[0-9]")
_EMPTY = word_set("says nothing")


def _other_value(plain: str, asked: str) -> bool:
    """Whether what was said, without a yes or a no, brings words the question did not have: another value."""
    if not asked:
        return False
    said = {word for word in _CONTENT.findall(plain) if word not in _EMPTY}
    had = set(_CONTENT.findall(asked.lower()))
    return bool(said - had) and len(said) <= 12
