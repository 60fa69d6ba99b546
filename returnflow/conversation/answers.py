"""Answers to the questions that cost something: yes, no, doubtful, or another choice, read against what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from returnflow.conversation.ask import again, ask, missed
from returnflow.conversation.effects import CreateReturn
from returnflow.conversation.journeys import cancel_effect, proceed
from returnflow.conversation.reset import for_new_journey, without_items, without_number, without_order, without_quote
from returnflow.conversation.selection import available_lines
from returnflow.conversation.step import Frame, Step, put
from returnflow.retail.lifecycle import HOLDS_NO_UNITS
from returnflow.understanding.model import Understanding

Handler = Callable[[Step, Frame], Step]


def answer_of(heard: Understanding) -> str | None:
    """yes, no, doubtful, change or None. A tapped choice counts as its id."""
    if heard.choices:
        return heard.choices[0]
    return heard.answer


def answered(step: Step, heard: Understanding, frame: Frame) -> Step | None:
    """What follows from the answer to the open question, or None when it was not answered."""
    expecting = step.ctx.expecting
    if expecting is None:
        return None
    answer = answer_of(heard)
    if answer in ("doubtful",) and expecting.slot in DOUBTFUL_REPEATS:
        return ask(step, frame, expecting.slot) if expecting.slot != "offer" else again(step, frame)
    handler = HANDLERS.get((expecting.slot, answer or ""))
    return handler(step, frame) if handler else None


def _person(step: Step, frame: Frame) -> Step:
    return proceed(step.with_(handoff_reason="asked_for_human", settled=False, tries={}), frame)


def _rules(step: Step, frame: Frame) -> Step:
    return proceed(step.with_(journey="policy", settled=False), frame)


def _that_one(step: Step, frame: Frame) -> Step:
    """The order's only item is meant, whatever it was called before."""
    return proceed(step.with_(unmatched=False, mentions=()), frame)


def _commit(step: Step, frame: Frame) -> Step:
    """A yes to the offer counts once the offer was delivered; before that the short offer comes again."""
    ctx = step.ctx
    if ctx.quote is None or ctx.order is None:
        return proceed(step, frame)
    if not ctx.quote_delivered:
        return again(step, frame)
    key = f"{ctx.session_id}:{ctx.quote_number}"
    return step.do(CreateReturn(ctx.session_id, ctx.order.order_number, ctx.quote, key))


def _decline(step: Step, frame: Frame) -> Step:
    return ask(step.say("declined"), frame, "declined")


def _change(step: Step, frame: Frame) -> Step:
    return ask(step, frame, "change")


def _change_items(step: Step, frame: Frame) -> Step:
    return proceed(replace(step, ctx=without_items(step.ctx)).with_(unmatched=True), frame)


def _change_quantity(step: Step, frame: Frame) -> Step:
    items = tuple(replace(item, quantity=None) if _several(step, item.line_id) else item for item in step.ctx.items)
    return proceed(replace(step, ctx=replace(without_quote(step.ctx), items=items)), frame)


def _several(step: Step, line_id: str) -> bool:
    line = step.ctx.order.line(line_id) if step.ctx.order else None
    return line is not None and line.available > 1


def _change_reason(step: Step, frame: Frame) -> Step:
    ctx = without_quote(step.ctx)
    slots = {name: slot for name, slot in ctx.slots.items() if name != "reason"}
    return proceed(replace(step, ctx=replace(ctx, slots=slots, items=tuple(replace(item, reason=None) for item in ctx.items))), frame)


def _change_order(step: Step, frame: Frame) -> Step:
    return proceed(replace(step, ctx=without_number(step.ctx)), frame)


def _pass_on(step: Step, frame: Frame) -> Step:
    reason = step.ctx.expecting.about if step.ctx.expecting else None
    return proceed(step.with_(handoff_reason=reason or "asked_for_human", tries={}), frame)


def _keep_from_person(step: Step, frame: Frame) -> Step:
    """The customer does not want it passed on: that is the end of this wish, and said so."""
    outcome = step.ctx.outcome or ("answered" if step.ctx.journey in ("order_status", "not_received") else "refused")
    return proceed(step.say("declined").with_(settled=True, outcome=outcome), frame)


def _show_steps(step: Step, frame: Frame) -> Step:
    return proceed(step.say("instructed").with_(settled=True, outcome="instructed"), frame)


def _cancel(step: Step, frame: Frame) -> Step:
    return step.do(cancel_effect(step.ctx))


def _keep_return(step: Step, frame: Frame) -> Step:
    return proceed(step.say("cancel.kept").with_(settled=True, outcome=step.ctx.outcome or "answered"), frame)


def _contact_right(step: Step, frame: Frame) -> Step:
    return proceed(replace(step, ctx=put(step.ctx, "contact_ok", True, "confirmed")), frame)


def _contact_wrong(step: Step, frame: Frame) -> Step:
    private = {name: value for name, value in step.ctx.private.items() if name != "contact"}
    return proceed(step.with_(private=private), frame)


def _nothing_else(step: Step, frame: Frame) -> Step:
    return goodbye(step, frame)


def _something_else(step: Step, frame: Frame) -> Step:
    ctx = replace(without_items(step.ctx), settled=False, journey=None, expecting=None, question=None)
    return ask(replace(step, ctx=ctx), frame, "journey", key="what_else")


def _start_return(step: Step, frame: Frame) -> Step:
    return proceed(replace(step, ctx=for_new_journey(step.ctx, "return")), frame)


def _start_over(step: Step, frame: Frame) -> Step:
    """Forget this conversation's facts; what is stored stays stored."""
    ctx = without_number(without_items(step.ctx))
    ctx = replace(
        ctx, slots={}, private={}, journey=None, settled=False, tries={}, rma=None, handoff_reason=None, expecting=None, question=None
    )
    ctx = replace(
        ctx, current_agent=frame.catalogue.router.id, previous_agent=ctx.current_agent, visited=(*ctx.visited, frame.catalogue.router.id)
    )
    return proceed(replace(step, ctx=ctx).say("start_over.done"), frame)


def _go_on(step: Step, frame: Frame) -> Step:
    return proceed(step.say("start_over.kept").with_(expecting=None), frame)


def goodbye(step: Step, frame: Frame) -> Step:
    """End it, in words that fit how it ended."""
    ctx = step.ctx
    made = [each for each in ctx.returns if each.session_id == ctx.session_id and each.status not in HOLDS_NO_UNITS]
    if len(made) == 1 and ctx.quote is not None and made[0].quote.refund_cents:
        key = "goodbye.done"
    elif ctx.outcome is None and ctx.quote is not None and ctx.quote.refund_cents:
        key = "goodbye.offer"
    elif ctx.outcome is None and ctx.journey is not None:
        key = "goodbye.nothing"
    else:
        key = "goodbye"
    return step.say(key).with_(status="ended", outcome=ctx.outcome or "abandoned", expecting=None, question=None).done()


def go_back(step: Step, frame: Frame) -> Step:
    """One step back from wherever the conversation stands."""
    ctx, step = step.ctx, step.say("go_back")
    if ctx.items and len(available_lines(ctx)) > 1:
        return _change_items(step, frame)
    if any(item.reason for item in ctx.items):
        return _change_reason(step, frame)
    if ctx.verified:
        return _change_order(step, frame)
    if ctx.number_candidates or ctx.partial_order_number:
        return proceed(replace(step, ctx=without_number(ctx)).with_(private={}), frame)
    return proceed(replace(step, ctx=without_order(ctx)).with_(slots={}, journey=None, current_agent=frame.catalogue.router.id), frame)


def miss(step: Step, frame: Frame) -> Step:
    """Nothing was understood: ask in other words, then another way, then offer a person."""
    ctx = missed(step.ctx)
    if "order_number.where_to_find" in ctx.used and ctx.tries.get("order_number") == 1:
        ctx = missed(ctx)  # where to find it was told already: other words would not help, another way may
    step = replace(step, ctx=ctx)
    if ctx.expecting is None:
        return proceed(step.say("unclear"), frame)
    step = step.say("unclear.noise") if ctx.misses == 2 and ctx.mode == "spoken" else step
    return ask_again(step, frame)


def ask_again(step: Step, frame: Frame) -> Step:
    """Ask the open question anew, in the wording its tries call for."""
    expecting, question = step.ctx.expecting, step.ctx.question
    if expecting is None:
        return proceed(step, frame)
    suffix = ".exchange" if expecting.slot == "offer" and step.ctx.quote and step.ctx.quote.kind == "exchange" else ""
    if expecting.slot in ("contact", "contact_ok"):
        contact_by = step.ctx.slots.get("contact_by")
        suffix = f".{contact_by.value}" if contact_by else ""
    if expecting.slot in ("contact_by", "contact") and step.ctx.tries.get(expecting.slot, 0) >= 2:
        return proceed(step, frame)
    return ask(step, frame, expecting.slot, about=expecting.about, key=question, suffix=suffix)


DOUBTFUL_REPEATS = frozenset({"offer", "cancel", "pass_on", "contact_ok", "steps", "start_over"})
HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("journey", "human"): _person,
    ("journey", "ask_policy"): _rules,
    ("only_one", "yes"): _that_one,
    ("only_one", "no"): _change_order,
    ("offer", "yes"): _commit,
    ("offer", "no"): _decline,
    ("offer", "change"): _change,
    ("declined", "change"): _change,
    ("declined", "yes"): _change,
    ("declined", "no"): _nothing_else,
    ("change", "items"): _change_items,
    ("change", "quantity"): _change_quantity,
    ("change", "reason"): _change_reason,
    ("change", "order"): _change_order,
    ("pass_on", "yes"): _pass_on,
    ("pass_on", "no"): _keep_from_person,
    ("steps", "yes"): _show_steps,
    ("steps", "no"): _keep_from_person,
    ("cancel", "yes"): _cancel,
    ("cancel", "no"): _keep_return,
    ("contact_ok", "yes"): _contact_right,
    ("contact_ok", "no"): _contact_wrong,
    ("anything_else", "no"): _nothing_else,
    ("anything_else", "yes"): _something_else,
    ("status_offer", "yes"): _start_return,
    ("status_offer", "no"): _nothing_else,
    ("start_over", "yes"): _start_over,
    ("start_over", "no"): _go_on,
}
