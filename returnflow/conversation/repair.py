"""Repair, written once for every agent: hold on, say it again, slower, what is that, go back, are you a person, silence, abuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from returnflow.conversation.answers import ask_again, go_back, goodbye, miss
from returnflow.conversation.ask import again, ask, has_wording
from returnflow.conversation.journeys import proceed
from returnflow.conversation.step import Frame, Step, expecting_is
from returnflow.understanding.model import Understanding

Rule = Callable[[Step, Frame], Step]


def repaired(step: Step, heard: Understanding, frame: Frame, *, progress: bool) -> Step | None:
    """What a repair in this utterance calls for, or None. With progress in the same breath only what must be said is said."""
    for intent in ALWAYS:
        if _meant(heard, intent, progress=progress):
            return ALWAYS[intent](step, frame)
    if progress:
        return None
    if heard.intent == "explain" and WHERE.search(heard.text):
        return _where(step, frame)
    for intent in ALONE:
        if heard.intent == intent and heard.confidence >= SURE:
            return ALONE[intent](step, frame)
    return None


def _meant(heard: Understanding, intent: str, *, progress: bool) -> bool:
    """Whether this intent is more than a guess; abuse is none while the same breath brings something useful."""
    if intent == "human" and heard.has("are_you_human"):
        return False
    if intent == "abuse" and progress:
        return False
    certain = dict(heard.intents).get(intent, heard.confidence if heard.intent == intent else 0.0)
    return certain >= SURE


def courtesy(step: Step, heard: Understanding) -> Step:
    """What is answered in passing, whatever else was said: "are you a person" truthfully, a card number with a warning."""
    if heard.values.get("card_number"):
        step = step.say("card_number")
    if heard.has("are_you_human"):
        step = step.say("are_you_human")
    return step


def _human(step: Step, frame: Frame) -> Step:
    if step.ctx.handoff_reason is not None:
        return ask_again(step, frame) if step.ctx.expecting else proceed(step, frame)
    about = step.ctx.expecting.about if expecting_is(step.ctx, "pass_on") and step.ctx.expecting else None
    return proceed(step.with_(handoff_reason=about or "asked_for_human", settled=False, tries={}), frame)


def _abuse(step: Step, frame: Frame) -> Step:
    """One boundary sentence and the offer of a person; the second time a person takes over."""
    if step.ctx.used.get("abuse"):
        return proceed(step.with_(handoff_reason="abuse", settled=False), frame)
    return again(step.say("abuse"), frame)


def _other_language(step: Step, frame: Frame) -> Step:
    return proceed(step.say("other_language").with_(handoff_reason="asked_for_human", settled=False), frame)


def _gift(step: Step, frame: Frame) -> Step:
    if step.ctx.verified or step.ctx.handoff_reason is not None:
        return proceed(step, frame)
    return ask(step.say("gift"), frame, "pass_on", about="gift")


def _start_over(step: Step, frame: Frame) -> Step:
    return ask(step, frame, "start_over")


def _repeat(step: Step, frame: Frame) -> Step:
    """The last answer once more, as it was."""
    return step.say("repeat.last").done() if step.ctx.last_reply else ask_again(step, frame)


def _slower(step: Step, frame: Frame) -> Step:
    return step.with_(style="slow").say("slower").say("repeat.last").done()


def _wait(step: Step, frame: Frame) -> Step:
    key = "wait.partial" if step.ctx.partial_order_number else "wait"
    return step.with_(paused=True).say(key).done()


def _explain(step: Step, frame: Frame) -> Step:
    return _about_question(step, frame, "explain")


def _where(step: Step, frame: Frame) -> Step:
    return _about_question(step, frame, "where_to_find")


def _dont_know(step: Step, frame: Frame) -> Step:
    """Tell where to find it; the second time, another way."""
    name = step.ctx.expecting.slot if step.ctx.expecting else ""
    if step.ctx.handoff_reason is not None:
        return miss(step, frame)
    if f"{name}.where_to_find" in step.ctx.used or expecting_is(step.ctx, "offer", "pass_on", "cancel"):
        return miss(step, frame)
    return _about_question(step, frame, "where_to_find")


def _about_question(step: Step, frame: Frame, form: str) -> Step:
    question = step.ctx.question or "journey"
    key = f"{question}.{form}"
    if not has_wording(step.ctx, frame.catalogue, key):
        key = EXPLAINED_AS.get(question, "help") + f".{form}"
    return again(step.say(key), frame)


def _off_topic(step: Step, frame: Frame) -> Step:
    """Surely something else: said so once, then it counts as a miss, as what was not understood does."""
    if step.ctx.used.get("off_topic"):
        return miss(step, frame)
    return again(step.say("off_topic"), frame) if step.ctx.expecting else proceed(step.say("off_topic"), frame)


def _thanks(step: Step, frame: Frame) -> Step:
    return again(step.say("thanks"), frame)


def _greeting(step: Step, frame: Frame) -> Step:
    return again(step.say("hello"), frame)


def _are_you_human(step: Step, frame: Frame) -> Step:
    """`courtesy` has answered already."""
    return again(step, frame)


def silence(step: Step, frame: Frame) -> Step:
    """The ladder: the short question, then "take your time", then a pause. In typed mode there is none."""
    count = step.ctx.silences + 1
    step = step.with_(silences=count)
    if step.ctx.mode == "typed" or step.ctx.paused:
        return step.done()
    if count == 1:
        return again(step, frame)
    if count == 2:
        return step.say("silence.2").done()
    return step.with_(paused=True).say("silence.3").done() if count == 3 else step.done()


def resume(step: Step, frame: Frame) -> Step:
    """Back after a pause or a reload: the open question in short."""
    return again(step.with_(paused=False, silences=0).say("welcome_back"), frame)


def with_misses_cleared(step: Step) -> Step:
    """The customer got somewhere: the next question starts at its first wording."""
    return replace(step, ctx=replace(step.ctx, misses=0, silences=0, paused=False))


WHERE = re.compile(r"\b(where|find)\b", re.IGNORECASE)
SURE = 0.5
"""Below this confidence a reading only means that nothing was understood."""
EXPLAINED_AS = {"identity": "zip", "identity_retry": "zip", "order_number_partial": "order_number", "items.which": "items"}
"""Questions that share another one's explanation; all others get the general help."""
ALWAYS: Mapping[str, Rule] = {
    "human": _human,
    "abuse": _abuse,
    "other_language": _other_language,
    "start_over": _start_over,
    "gift": _gift,
}
ALONE: Mapping[str, Rule] = {
    "repeat": _repeat,
    "slower": _slower,
    "wait": _wait,
    "explain": _explain,
    "dont_know": _dont_know,
    "go_back": go_back,
    "off_topic": _off_topic,
    "thanks": _thanks,
    "greeting": _greeting,
    "are_you_human": _are_you_human,
    "goodbye": goodbye,
}
