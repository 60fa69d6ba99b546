"""What comes next, by the role of the agent in charge: the next question, effect or ending. Nothing here reads what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from returnflow.conversation.absorb import NEEDS_ORDER
from returnflow.conversation.ask import ask
from returnflow.conversation.context import Context, ItemChoice
from returnflow.conversation.definitions import AgentDefinition, Role
from returnflow.conversation.effects import Assess, CancelReturn, ListReturns, VerifyOrder
from returnflow.conversation.packet import open_handoff
from returnflow.conversation.ports import TransitionRecord
from returnflow.conversation.selection import available_lines
from returnflow.conversation.step import Frame, Step, slot
from returnflow.conversation.titles import short_title
from returnflow.retail.lifecycle import can_move
from returnflow.retail.model import LineRequest, Reason, Return, ReturnStatus, Verdict

ANOTHER_ONE = frozenset({"WRONG_SIZE", "BOUGHT_ANOTHER_SIZE_OR_COLOR"})
"""An exchange for these is for another size or color, which may cost more or less: that goes to a person."""


def proceed(step: Step, frame: Frame) -> Step:
    """Change agents where a transition holds, then ask or do what the agent in charge needs next."""
    step = follow_transitions(step, frame)
    if step.ctx.settled and step.ctx.handoff_reason is None:
        return ask(step, frame, "anything_else")
    return BY_ROLE[frame.agent(step.ctx).role](step, frame)


def follow_transitions(step: Step, frame: Frame) -> Step:
    """Take transitions, highest priority first, until none holds. An agent is entered at most once a turn."""
    entered = {step.ctx.current_agent}
    while (found := _due(step.ctx, frame)) is not None:
        agent, reason = found
        if agent.id in entered:
            break
        entered.add(agent.id)
        record = TransitionRecord(step.ctx.current_agent, agent.id, reason)
        visited = (*step.ctx.visited, agent.id)
        step = step.with_(previous_agent=step.ctx.current_agent, current_agent=agent.id, next_agent=None, visited=visited)
        step = replace(step, transitions=(*step.transitions, record))
    return step


def _due(ctx: Context, frame: Frame) -> tuple[AgentDefinition, str] | None:
    facts = transition_facts(ctx, frame)
    for transition in sorted(frame.agent(ctx).transitions, key=lambda each: -each.priority):
        if all(facts.get(name) == value for name, value in transition.when.items()):
            agent = _target(transition.to, ctx, frame)
            if agent is not None and agent.id != ctx.current_agent:
                return agent, ", ".join(transition.when)
    return None


def _target(to: str, ctx: Context, frame: Frame) -> AgentDefinition | None:
    if to.startswith("role:"):
        return frame.catalogue.for_store(Role(to.removeprefix("role:")), slot(ctx, "store"))
    return frame.catalogue.agents.get(to)


def transition_facts(ctx: Context, frame: Frame) -> Mapping[str, object]:
    """The facts that a transition's `when` may name."""
    agent = frame.agent(ctx)
    return {
        "wants_person": ctx.handoff_reason is not None,
        "needs_order": ctx.journey in NEEDS_ORDER,
        "store_known": slot(ctx, "store") is not None,
        "store_changed": agent.store is not None and agent.store != slot(ctx, "store"),
        "verified": ctx.verified,
        "handoff_closed": ctx.handoff_reason is None,
        "journey": ctx.journey,
        "store": slot(ctx, "store"),
    }


def _router(step: Step, frame: Frame) -> Step:
    if step.ctx.journey == "policy":
        return ask(step, frame, "policy_store", key="policy.store")
    if step.ctx.journey in NEEDS_ORDER:
        return ask(step, frame, "store")
    return ask(step, frame, "journey")


def _verification(step: Step, frame: Frame) -> Step:
    ctx = step.ctx
    known = ctx.number_candidates or slot(ctx, "rma") or slot(ctx, "order_suffix")
    if not known:
        return ask(step, frame, "order_number", key="order_number_partial" if ctx.partial_order_number else None)
    if ctx.facts_stale:
        return ask(step, frame, "identity_retry")
    missing = [name for name in ("zip", "last_name") if name not in ctx.private]
    if len(missing) == 2:
        return ask(step, frame, "identity")
    if missing:
        return ask(step, frame, missing[0])
    return step.do(_verify(ctx))


def _verify(ctx: Context) -> VerifyOrder:
    number = ctx.number_candidates
    rma = None if number else slot(ctx, "rma")
    suffix = None if number or rma else slot(ctx, "order_suffix")
    return VerifyOrder(ctx.session_id, "", ctx.private["zip"], ctx.private["last_name"], number, suffix, rma)


def _processing(step: Step, frame: Frame) -> Step:
    return BY_JOURNEY.get(step.ctx.journey or "return", _return)(step, frame)


def _return(step: Step, frame: Frame) -> Step:
    """Items, then how many, then why, then the policy's word, then the offer."""
    ctx = step.ctx
    if not available_lines(ctx):
        return _return_status(step.with_(journey="return_status").say("nothing_left"), frame)
    if not ctx.items and not ctx.open_mentions and not ctx.unmatched and len(available_lines(ctx)) == 1:
        step = step.with_(items=(_only_line(ctx),))
        ctx = step.ctx
    if ctx.open_mentions:
        return ask(step, frame, "items", key="items.which")
    if not ctx.items and len(available_lines(ctx)) == 1:
        return ask(step, frame, "only_one")
    if not ctx.items:
        return ask(step, frame, "items")
    for item in ctx.items:
        named = len(ctx.items) == 1 and any(line.key.startswith(("found", "chosen")) for line in step.lines)
        if item.quantity is None:
            return ask(step, frame, "quantity", about=item.line_id, key="quantity_of_it" if named else None)
        if item.reason is None:
            return ask(step, frame, "reason", about=item.line_id, key="reason_of_it" if named else None)
    if ctx.journey == "exchange" and any(item.reason in ANOTHER_ONE for item in ctx.items):
        return ask(step.say("price_difference"), frame, "pass_on", about="exchange")
    if not ctx.decisions:
        return step.do(_assess(ctx))
    return offer_or_refuse(step, frame)


def _only_line(ctx: Context) -> ItemChoice:
    """The one line that can go back is meant; what was said about a thing named differently still is about it."""
    line = available_lines(ctx)[0]
    said = ctx.mentions[0] if len(ctx.mentions) == 1 else None
    quantity = 1 if line.available == 1 else (said.quantity if said and said.quantity and said.quantity <= line.available else None)
    reason = (said.reason if said else None) or slot(ctx, "reason")
    return ItemChoice(line.line_id, line.title, quantity, reason, slot(ctx, "condition"))


def _assess(ctx: Context) -> Assess:
    requests = tuple(
        LineRequest(item.line_id, item.quantity or 1, Reason(item.reason), item.condition) for item in ctx.items if item.reason
    )
    kind = "exchange" if ctx.journey == "exchange" else "return"
    return Assess(ctx.order.order_number if ctx.order else "", requests, kind)


def offer_or_refuse(step: Step, frame: Frame) -> Step:
    """Say the offer that was decided, or the refusal with what is still possible."""
    ctx = step.ctx
    verdicts = {decision.verdict for _, decision in ctx.decisions}
    if ctx.quote is not None:
        return make_offer(step, frame)
    if Verdict.ELIGIBLE in verdicts and len(verdicts) > 1:
        return _leave_out(step, frame)
    if Verdict.ELIGIBLE in verdicts and ctx.instructions:
        return ask(step, frame, "steps")
    if Verdict.ELIGIBLE in verdicts:
        return ask(step.say("price_difference"), frame, "pass_on", about="exchange")
    decision = next(each for _, each in ctx.decisions)
    key = "ask_human" if decision.verdict is Verdict.ASK_HUMAN else "refused"
    return ask(step.say(key, plain=decision.plain), frame, "pass_on", about=decision.reason_code)


def make_offer(step: Step, frame: Frame) -> Step:
    """The whole quote, then the question."""
    quote = step.ctx.quote
    assert quote is not None
    if quote.kind == "exchange":
        key = "offer.exchange"
    else:
        key = "offer.fee" if quote.fees else "offer.no_fee"
    step = step.with_(tries={**step.ctx.tries, "offer": 0}, question=None, quote_delivered=False).say(key)
    if any(decision.hedged for _, decision in step.ctx.decisions):
        step = step.say("offer.hedged")
    return ask(step, frame, "offer")


def _leave_out(step: Step, frame: Frame) -> Step:
    """Some lines may go back and some not: say which not and why, and go on with the rest."""
    ctx = step.ctx
    allowed = {line_id for line_id, decision in ctx.decisions if decision.verdict is Verdict.ELIGIBLE}
    for line_id, decision in ctx.decisions:
        if line_id not in allowed:
            title = next((item.title for item in ctx.items if item.line_id == line_id), "")
            step = step.say("part_refused", plain=decision.plain, item=short_title(title))
    step = step.with_(items=tuple(item for item in ctx.items if item.line_id in allowed), decisions=())
    return step.do(_assess(step.ctx))


def _return_status(step: Step, frame: Frame) -> Step:
    return step.do(ListReturns(step.ctx.order.order_number if step.ctx.order else ""))


def _cancel(step: Step, frame: Frame) -> Step:
    target = cancellable(step.ctx)
    if target is not None:
        return ask(step.with_(rma=target.rma), frame, "cancel", about=target.rma)
    if step.ctx.returns:
        step = step.with_(rma=step.ctx.returns[0].rma).say("cancel.too_late")
    else:
        step = step.say("cancel.none")
    return ask(step.with_(settled=True, outcome=step.ctx.outcome or "answered"), frame, "anything_else")


def cancellable(ctx: Context) -> Return | None:
    """The return that "cancel my return" means: the one named, else this call's, else the newest that still can be."""
    open_returns = [each for each in ctx.returns if can_move(each.status, ReturnStatus.CANCELLED)]
    named = slot(ctx, "rma") or ctx.rma
    return next((each for each in open_returns if each.rma == named), open_returns[0] if open_returns else None)


def cancel_effect(ctx: Context) -> CancelReturn:
    return CancelReturn(ctx.rma or "", by=f"customer:{ctx.session_id}")


def _order_status(step: Step, frame: Frame) -> Step:
    step = step.say(f"order_status.{_stage(step.ctx)}")
    return ask(step.with_(settled=True, outcome=step.ctx.outcome or "answered"), frame, "anything_else")


def _not_received(step: Step, frame: Frame) -> Step:
    stage = _stage(step.ctx)
    step = step.say(f"not_received.{stage}")
    if stage == "placed":
        return ask(step.with_(settled=True, outcome=step.ctx.outcome or "answered"), frame, "anything_else")
    return ask(step, frame, "pass_on", about="not_received")


def _stage(ctx: Context) -> str:
    if ctx.order is None or ctx.order.shipped_on is None:
        return "delivered" if ctx.order and ctx.order.delivered_on else "placed"
    return "delivered" if ctx.order.delivered_on else "shipped"


def _handoff(step: Step, frame: Frame) -> Step:
    """One useful question, how to reach them, with a read-back; then the case."""
    ctx = step.ctx
    by = slot(ctx, "contact_by")
    if by is None and ctx.tries.get("contact_by", 0) >= 2:
        by = "page"
    if by is None:
        return ask(step, frame, "contact_by")
    if by != "page" and "contact" not in ctx.private:
        if ctx.tries.get("contact", 0) < 3:
            return ask(step, frame, "contact", suffix=f".{by}")
        by = "page"
    if by != "page" and slot(ctx, "contact_ok") is None and _read_back(ctx, frame):
        return ask(step, frame, "contact_ok", suffix=f".{by}")
    return step.do(open_handoff(ctx, frame, by))


def _read_back(ctx: Context, frame: Frame) -> bool:
    definition = frame.agent(ctx).slot("contact")
    return definition is not None and definition.confirm == "explicit"


BY_JOURNEY: Mapping[str, Callable[[Step, Frame], Step]] = {
    "return": _return,
    "exchange": _return,
    "return_status": _return_status,
    "cancel": _cancel,
    "order_status": _order_status,
    "not_received": _not_received,
}
BY_ROLE: Mapping[Role, Callable[[Step, Frame], Step]] = {
    Role.ROUTER: _router,
    Role.VERIFICATION: _verification,
    Role.PROCESSING: _processing,
    Role.HANDOFF: _handoff,
}
