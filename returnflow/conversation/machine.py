"""The one state machine: (context, what was heard) → (context, what to say, what to do). Pure; effects are carried out outside.

A turn: `hear` (or `event`) gives a `Step`. While `step.effect` is set, the service has it carried out and calls `take` with the
outcome. When it is not, `step.lines` is what to say, and `step.ctx` what to store.
"""

from __future__ import annotations

import re
from dataclasses import replace

from returnflow.conversation.absorb import Absorbed, absorb, store_of
from returnflow.conversation.answers import answer_of, answered, ask_again, goodbye, miss
from returnflow.conversation.ask import again, ask
from returnflow.conversation.context import Context
from returnflow.conversation.effects import TOOL_OF, AddHandoffNote, AnswerPolicy, Outcome
from returnflow.conversation.journeys import follow_transitions, proceed
from returnflow.conversation.outcomes import take as take_outcome
from returnflow.conversation.repair import SURE, courtesy, repaired, resume, silence, with_misses_cleared
from returnflow.conversation.step import Frame, Step, expecting_is, put, slot
from returnflow.retail.model import FAULT_REASONS
from returnflow.understanding.model import Understanding

QUESTIONS_ANSWERED_BY_SLOTS = {
    "order_number": {"order_number", "partial", "rma", "order_suffix", "store"},
    "items": {"items"},
    "store": {"store"},
    "journey": {"journey"},
}


def hear(ctx: Context, heard: Understanding, frame: Frame, *, redacted: str = "") -> Step:
    """What follows from this utterance. `redacted` is its text without personal data, for a case that is already open."""
    ctx = replace(ctx, turn=ctx.turn + 1, paused=False)
    if ctx.status == "with_person" and ctx.handoff is not None:
        return _with_person(ctx, heard, redacted, frame)
    if ctx.status == "waiting_for_person" and ctx.handoff is not None:
        return _while_waiting(ctx, heard, redacted, frame)
    return within_tools(_hear(ctx, _only_offered(heard, ctx), frame), frame)


def _hear(ctx: Context, heard: Understanding, frame: Frame) -> Step:
    further = _asks_further(ctx, heard)
    if further is not None:
        return Step(put(ctx, "policy_category", further)).do(AnswerPolicy(str(slot(ctx, "policy_store")), further))
    absorbed = absorb(ctx, heard, frame)
    step = courtesy(Step(absorbed.ctx), heard)
    return _policy_question(step, absorbed, heard, frame) or _react(step, absorbed, heard, frame)


def take(outcome: Outcome, step: Step, frame: Frame) -> Step:
    """What follows from the outcome of `step.effect`."""
    return within_tools(take_outcome(outcome, replace(step, effect=None), frame), frame)


def within_tools(step: Step, frame: Frame) -> Step:
    """The step as it is when the agent in charge may use the tool; else a person is offered, who may."""
    if step.effect is None or TOOL_OF[type(step.effect)] in frame.agent(step.ctx).tools:
        return step
    step = step.with_(tried=(*step.ctx.tried, f"{TOOL_OF[type(step.effect)]}: not among the agent's tools"))
    return ask(replace(step, effect=None), frame, "pass_on", about="tool_failed")


def event(ctx: Context, name: str, frame: Frame) -> Step:
    """What follows from something that happened without words: silence, interrupted, pause, resume, handoff_arrived, hangup."""
    step = Step(ctx)
    if name == "silence":
        return silence(step, frame)
    if name == "pause":
        return step.with_(paused=True).say("paused").done()
    if name == "resume":
        return resume(step, frame)
    if name == "handoff_arrived":
        return step.say("repeat.last").done()
    if name == "hangup":
        return step.with_(status="ended", outcome=ctx.outcome or "abandoned", expecting=None).done()
    return step.done()


def start(ctx: Context, frame: Frame) -> Step:
    """The first words: disclosure, the dated notice if one is due, and the opening question."""
    step = Step(ctx).say("disclosure")
    if frame.catalogue.shop.notice_on(frame.today) is not None:
        step = step.say("notice")
    step = ask(step.say("greeting"), frame, "journey")
    return replace(step, lines=tuple(line for line in step.lines if line.key != "journey.ask"))


def reassign(ctx: Context, frame: Frame) -> Context:
    """The context in the hands of the agent that it belongs to, found from the router on."""
    return follow_transitions(Step(replace(ctx, current_agent=frame.catalogue.router.id)), frame).ctx


def prefill(ctx: Context, order_number: str, frame: Frame) -> Context:
    """Start with an order number from a link: it is used like one that was said, and proven like one."""
    number = re.sub(r"[^0-9A-Za-z]", "", order_number).upper()
    store = store_of(number, frame)
    if store is None:
        return ctx
    return replace(put(put(ctx, "order_number", number), "store", store), number_candidates=(number,))


def _with_person(ctx: Context, heard: Understanding, redacted: str, frame: Frame) -> Step:
    """A person has the call: the assistant is silent, and what is said goes to the case. A goodbye still ends it."""
    step = Step(ctx)
    if heard.intent == "goodbye" and heard.confidence >= SURE:
        return goodbye(step, frame)
    return step.do(AddHandoffNote(ctx.handoff.reference if ctx.handoff else "", redacted))


def _only_offered(heard: Understanding, ctx: Context) -> Understanding:
    """Without taps on answers that were not offered: an old button, or one that was never there."""
    offered = {choice.id for choice in ctx.expecting.choices} if ctx.expecting else set()
    return replace(heard, choices=tuple(choice for choice in heard.choices if choice in offered))


def _while_waiting(ctx: Context, heard: Understanding, redacted: str, frame: Frame) -> Step:
    """A case is open: repeat and goodbye work as ever, everything else is added to the case."""
    step = Step(ctx)
    if heard.intent in NOTHING_NEW and not heard.values:
        return step.say("handoff.waiting").done()
    if heard.intent == "goodbye":
        return step.say("handoff.waiting").say("goodbye").done()
    return step.do(AddHandoffNote(ctx.handoff.reference if ctx.handoff else "", redacted))


NOTHING_NEW = frozenset({"repeat", "thanks", "wait", "yes", "no", "greeting", "human", "dont_know", "are_you_human"})
"""What is no note to a case, said while one is open."""
FOLLOW_UP = re.compile(r"^\s*(and|what about|how about|same for)\b", re.IGNORECASE)


def _asks_further(ctx: Context, heard: Understanding) -> str | None:
    """The product in "and headphones?", right after a question about the rules was answered."""
    asked = ctx.slots.get("policy_category")
    if asked is None or asked.turn != ctx.turn - 1 or not FOLLOW_UP.search(heard.text):
        return None
    return heard.values.get("category") or (heard.items[0].text if heard.items else None)


def _policy_question(step: Step, absorbed: Absorbed, heard: Understanding, frame: Frame) -> Step | None:
    """A question about the rules is answered at once, from wherever the conversation stands."""
    ctx = step.ctx
    waiting = expecting_is(ctx, "policy_store")
    topic = heard.values.get("topic") or (slot(ctx, "policy_topic") if waiting else None)
    if not (heard.has("ask_policy") or waiting or topic):
        return None
    plain = heard.intent == "ask_policy" and not (heard.items or heard.values.get("reason"))
    if not (waiting or topic or plain or heard.values.get("category")):
        return None
    store = heard.values.get("store") or (heard.choices[0] if waiting and heard.choices else None) or slot(ctx, "store")
    category = heard.values.get("category") or (slot(ctx, "policy_category") if waiting else None)
    if store not in frame.catalogue.stores:
        if len(frame.catalogue.stores) == 1:
            store = next(iter(frame.catalogue.stores))
        elif ctx.journey in (None, "policy"):
            return _ask_policy_store(step, category, topic, frame)
        else:
            return None
    if absorbed.news:
        step = step.with_(question=None)
    step = replace(step, ctx=put(put(step.ctx, "policy_category", category), "policy_store", store))
    return step.do(AnswerPolicy(str(store), category, topic))


def _ask_policy_store(step: Step, category: str | None, topic: str | None, frame: Frame) -> Step:
    ctx = put(put(step.ctx, "policy_category", category), "policy_topic", topic)
    return ask(replace(step, ctx=replace(ctx, journey="policy")), frame, "policy_store", key="policy.store")


def _react(step: Step, absorbed: Absorbed, heard: Understanding, frame: Frame) -> Step:
    """Repair first, then the answer to what was asked, then whatever is new; else it was a miss."""
    progress = _progress(step.ctx, absorbed, heard)
    if heard.has("wait") and "partial" in absorbed.news:
        return step.with_(paused=True).say("wait.partial").done()
    repair = repaired(step, heard, frame, progress=progress or _is_answer(step.ctx, heard))
    if repair is not None:
        return repair
    if not progress:
        reply = answered(with_misses_cleared(step), heard, frame)
        if reply is not None:
            return reply
    if progress:
        step = _acknowledge(with_misses_cleared(_clear_tries(step, absorbed)), absorbed, heard)
        return proceed(step, frame)
    if heard.intent == "goodbye" or (heard.intent == "no" and expecting_is(step.ctx, "journey") and step.ctx.outcome):
        return goodbye(step, frame)
    if expecting_is(step.ctx, "offer") and heard.items:
        return again(step, frame)
    return miss(step, frame) if step.ctx.expecting else ask_again(step, frame)


def _is_answer(ctx: Context, heard: Understanding) -> bool:
    return ctx.expecting is not None and ctx.expecting.kind == "yes_no" and answer_of(heard) is not None


def _progress(ctx: Context, absorbed: Absorbed, heard: Understanding) -> bool:
    """Whether the utterance brought something that the conversation can use."""
    if not absorbed.news:
        return False
    if absorbed.news <= {"condition"}:
        return False
    return not (ctx.settled and "journey" not in absorbed.news)


def _clear_tries(step: Step, absorbed: Absorbed) -> Step:
    ctx = step.ctx
    name = ctx.expecting.slot if ctx.expecting else ""
    if absorbed.news & QUESTIONS_ANSWERED_BY_SLOTS.get(name, {name, "identity"}):
        return step.with_(tries={**ctx.tries, name: 0})
    return step


def _acknowledge(step: Step, absorbed: Absorbed, heard: Understanding) -> Step:
    """Say one thing that was understood, with its content."""
    ctx, news = step.ctx, absorbed.news
    if step.lines:
        return step
    if ctx.handoff_reason is not None:
        return step
    if "journey" in news and ctx.sentiment == "angry" and not ctx.used.get("ack.angry"):
        return step.say("ack.angry")
    if ctx.mentions and "items" in news and not ctx.verified and ctx.journey in ("return", "exchange"):
        fault = any(mention.reason in FAULT_REASONS for mention in ctx.mentions) or slot(ctx, "reason") in FAULT_REASONS
        return step.say("ack.fault" if fault else "ack.items")
    if "order_number" in news and len(ctx.number_candidates) == 1 and not ctx.verified:
        return step.say("ack.number")
    if ctx.verified and "items" in news and ctx.items and not ctx.unmatched and ctx.journey in ("return", "exchange"):
        return step.say("chosen")
    return step
