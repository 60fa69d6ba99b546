"""What the world answered, taken into the context; each ends by going on with the journey."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from returnflow.conversation.ask import again, ask, topic
from returnflow.conversation.context import Context, HandoffFacts, OrderFacts
from returnflow.conversation.effects import (
    Assessed,
    HandoffOpened,
    NoteAdded,
    NotVerified,
    OrderVerified,
    Outcome,
    PolicyAnswered,
    ReturnCancelled,
    ReturnCreated,
    ReturnNotCancelled,
    ReturnNotCreated,
    ReturnsListed,
)
from returnflow.conversation.journeys import proceed
from returnflow.conversation.packet import customer_view, headline, mask_contact
from returnflow.conversation.reset import without_quote
from returnflow.conversation.selection import select_said
from returnflow.conversation.step import Frame, Step, drop, put, slot
from returnflow.retail.model import Return


@singledispatch
def take(outcome: Outcome, step: Step, frame: Frame) -> Step:
    """Take this outcome into the step. `step.effect` has been carried out and is cleared."""
    raise TypeError(f"no way to take {type(outcome).__name__}")


@take.register
def _verified(outcome: OrderVerified, step: Step, frame: Frame) -> Step:
    """The facts are proven: they are dropped, and what was said about the items is matched."""
    step = _without_number(step)
    private = {name: value for name, value in step.ctx.private.items() if name == "contact"}
    step = step.with_(order=outcome.order, returns=outcome.returns, verified=True, facts_stale=False, private=private, unmatched=False)
    step = replace(step, ctx=_confirm(step, outcome.order))
    step = replace(step, ctx=select_said(step.ctx))
    return proceed(_found(step), frame)


def _without_number(step: Step) -> Step:
    """What the check says replaces "Got it, ending …"; and a failed check sounds the same whatever was wrong."""
    return replace(step, lines=tuple(line for line in step.lines if line.key != "ack.number"))


def _confirm(step: Step, order: OrderFacts) -> Context:
    ctx = put(step.ctx, "order_number", order.order_number, "confirmed")
    ctx = put(ctx, "store", order.store, "confirmed")
    for name in ("zip", "last_name"):
        ctx = put(ctx, name, "given", "confirmed")
    return ctx


def _found(step: Step) -> Step:
    """Say what was found: the items where they are clear, else only that it was found."""
    ctx = step.ctx
    if ctx.journey not in ("return", "exchange"):
        return step
    lines = [line for line in ctx.order.lines if line.available] if ctx.order else []
    if not lines:
        return step
    if ctx.items or len(lines) == 1:
        return step.say("found.repaired" if ctx.order and ctx.order.repaired else "found")
    return step.say("items.no_match") if ctx.unmatched else step.say("found.order")


@take.register
def _not_verified(outcome: NotVerified, step: Step, frame: Frame) -> Step:
    step = _without_number(step).with_(verify_failures=outcome.failures, facts_stale=True)
    if outcome.locked:
        step = step.with_(handoff_reason="verification_failed", tried=(*step.ctx.tried, "verification: limit reached")).say("locked")
    return proceed(step, frame)


@take.register
def _assessed(outcome: Assessed, step: Step, frame: Frame) -> Step:
    quote_number = step.ctx.quote_number + (1 if outcome.quote else 0)
    step = step.with_(
        decisions=outcome.decisions,
        capabilities=outcome.capabilities,
        quote=outcome.quote,
        quote_number=quote_number,
        if_approved_cents=outcome.if_approved_cents,
        instructions=outcome.instructions,
        instructions_url=outcome.instructions_url,
    )
    return proceed(step, frame)


@take.register
def _created(outcome: ReturnCreated, step: Step, frame: Frame) -> Step:
    """Only now is it done: every number in the sentence is the stored one."""
    created = outcome.created
    step = _with_units(_with_return(step, created), created, -1).with_(
        rma=created.rma, settled=True, outcome=created.outcome, decisions=(), quote_delivered=False
    )
    step = step.say("done.exchange" if created.kind == "exchange" else "done")
    return proceed(step.say("shipping"), frame)


def _with_return(step: Step, changed: Return) -> Step:
    others = tuple(each for each in step.ctx.returns if each.rma != changed.rma)
    return step.with_(returns=(changed, *others))


def _with_units(step: Step, changed: Return, sign: int) -> Step:
    """What can still go back, after a return took units (-1) or gave them up (1)."""
    order = step.ctx.order
    if order is None or changed.order_number != order.order_number:
        return step
    moved = {line.line_id: sign * line.quantity for line in changed.quote.lines}
    lines = tuple(replace(line, available=line.available + moved.get(line.line_id, 0)) for line in order.lines)
    return step.with_(order=replace(order, lines=lines))


@take.register
def _not_created(outcome: ReturnNotCreated, step: Step, frame: Frame) -> Step:
    """The order changed under the offer: decide again and offer anew."""
    step = replace(step, ctx=without_quote(step.ctx))
    step = step.with_(tried=(*step.ctx.tried, f"create_return: {outcome.reason_code}"))
    return proceed(step.say("offer.quote_gone"), frame)


@take.register
def _listed(outcome: ReturnsListed, step: Step, frame: Frame) -> Step:
    step = step.with_(returns=outcome.returns)
    if not outcome.returns:
        step = step.with_(outcome=step.ctx.outcome or "answered").say("status.none")
        return ask(step, frame, "status_offer", key="status.offer_return")
    named = slot(step.ctx, "rma") or step.ctx.rma
    shown = next((each for each in outcome.returns if each.rma == named), outcome.returns[0])
    step = step.with_(rma=shown.rma, settled=True, outcome=step.ctx.outcome or "answered")
    return proceed(step.say("status.exchange" if shown.kind == "exchange" else "status.one"), frame)


@take.register
def _cancelled(outcome: ReturnCancelled, step: Step, frame: Frame) -> Step:
    step = _with_units(_with_return(step, outcome.cancelled), outcome.cancelled, 1)
    step = step.with_(rma=outcome.cancelled.rma, settled=True, outcome="done", quote=None)
    return proceed(step.say("cancel.done"), frame)


@take.register
def _not_cancelled(outcome: ReturnNotCancelled, step: Step, frame: Frame) -> Step:
    step = _with_return(step, outcome.current).with_(rma=outcome.current.rma, settled=True, outcome=step.ctx.outcome or "answered")
    return proceed(step.say("cancel.too_late"), frame)


@take.register
def _policy(outcome: PolicyAnswered, step: Step, frame: Frame) -> Step:
    """Answer, then back to where the conversation was."""
    step = step.say("policy.answer", answer=outcome.sentence)
    if step.ctx.journey in (None, "policy"):
        step = step.with_(journey=None, settled=True, outcome=step.ctx.outcome or "answered", expecting=None)
        return proceed(step, frame)
    if step.ctx.question is None or step.ctx.expecting is None:
        return proceed(step, frame)
    return again(step.say("back_to", topic=topic_name(step)), frame)


def topic_name(step: Step) -> str:
    """The wording key of the topic; the renderer puts its words in."""
    return topic(step.ctx)


@take.register
def _handed_off(outcome: HandoffOpened, step: Step, frame: Frame) -> Step:
    ctx = step.ctx
    by = str(slot(ctx, "contact_by") or "page") if "contact" in ctx.private else "page"
    facts = HandoffFacts(
        reference=outcome.reference,
        reason=ctx.handoff_reason or "asked_for_human",
        headline=headline(ctx, frame),
        due_at=outcome.due_at,
        contact=mask_contact(ctx.private.get("contact")),
        passed_on=customer_view(ctx, frame),
    )
    step = step.with_(
        handoff=facts, status="waiting_for_person", outcome=ctx.outcome or "passed_on", expecting=None, question=None, settled=True
    )
    step = replace(step, ctx=drop(step.ctx, "contact_ok"))
    return step.say("handoff.done.page" if by == "page" else "handoff.done").done()


@take.register
def _noted(outcome: NoteAdded, step: Step, frame: Frame) -> Step:
    return step.done() if step.ctx.status == "with_person" else step.say("note.added").done()
