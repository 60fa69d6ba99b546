"""What the policy says about the lines a customer wants to send back, and the offer when all of them may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from returnflow.conversation.effects import Assess, Assessed
from returnflow.conversation.ports import UnitOfWork
from returnflow.retail import refund
from returnflow.retail.decide import ReturnHistory, capability, decide, local_today, order_gone, too_dear_to_send
from returnflow.retail.lifecycle import HOLDS_NO_UNITS
from returnflow.retail.model import Decision, LineRequest, Order, Quote, Return, Verdict
from returnflow.retail.rules import Instructions, StorePolicy
from returnflow.retail.verification import normalise_name, normalise_zip
from returnflow.tools.facts import promised_cents, rejected_lines, taken_units

NEEDED = {"return": "create_return", "exchange": "exchange"}
"""What a store has to be able to do for a kind of request. An exchange is even: the same product at the same price."""


def assess(effect: Assess, uow: UnitOfWork, now: datetime, *, policies: Mapping[str, StorePolicy]) -> Assessed:
    """Decide line by line and quote the whole. What has left the order book meanwhile is for a person."""
    order = uow.orders.find(effect.order_number)
    if order is None or not {request.line_id for request in effect.requests} <= {line.line_id for line in order.lines}:
        return _gone(effect)
    policy = policies[order.store]
    today = local_today(now, order.time_zone)
    returns = uow.returns.for_order(order.order_number)
    history = customer_history(order, policy, uow, now)
    decisions = _decide(order, effect.requests, policy, today, returns, history)
    able = capability(order, [request.line_id for request in effect.requests], policy)
    all_eligible = all(decision.verdict is Verdict.ELIGIBLE for decision in decisions)
    offer = _quote(order, effect, decisions, policy, today, returns) if all_eligible and NEEDED[effect.kind] in able else None
    if offer is not None and refund.fees_take_all(offer):
        decisions, offer, all_eligible = tuple(map(too_dear_to_send, decisions)), None, False
    instruct = None if "create_return" in able or "instruct" not in able else _instructions(order, effect.requests, policy)
    return Assessed(
        decisions=tuple((request.line_id, decision) for request, decision in zip(effect.requests, decisions, strict=True)),
        capabilities=tuple(sorted(able)),
        quote=offer,
        if_approved_cents=None if all_eligible else _if_approved(order, effect, decisions, policy, today, returns),
        instructions=instruct.steps if instruct else (),
        instructions_url=instruct.link if instruct else None,
    )


def customer_history(order: Order, policy: StorePolicy, uow: UnitOfWork, now: datetime) -> ReturnHistory:
    """This person's returns of the policy's period against everything they bought here."""
    zip_code, name = normalise_zip(order.zip), normalise_name(order.last_name)
    since = now - timedelta(days=policy.risk.period_days)
    returns = [each for each in uow.returns.for_customer(zip_code, name, since) if each.status not in HOLDS_NO_UNITS]
    orders = {each.order_number: each for each in (*uow.orders.matching(zip_code, name), order)}
    return ReturnHistory(
        returns=len(returns),
        returned_cents=sum(each.quote.refund_cents for each in returns),
        spent_cents=sum(each.total_cents for each in orders.values()),
    )


def _gone(effect: Assess) -> Assessed:
    decisions = tuple((request.line_id, order_gone()) for request in effect.requests)
    return Assessed(decisions=decisions, capabilities=(), quote=None, if_approved_cents=None, instructions=(), instructions_url=None)


def _decide(
    order: Order,
    requests: Sequence[LineRequest],
    policy: StorePolicy,
    today: date,
    returns: Sequence[Return],
    history: ReturnHistory,
) -> tuple[Decision, ...]:
    """One decision a request; a second request for a line sees the units of the first as gone."""
    gone = {line_id: len(units) for line_id, units in taken_units(returns).items()}
    rejected = rejected_lines(returns)
    decisions = []
    for request in requests:
        decision = decide(order, request, policy, today=today, returned_units=gone, rejected_lines=rejected, history=history)
        decisions.append(decision)
        gone[request.line_id] = gone.get(request.line_id, 0) + request.quantity
    return tuple(decisions)


def _quote(
    order: Order,
    effect: Assess,
    decisions: Sequence[Decision],
    policy: StorePolicy,
    today: date,
    returns: Sequence[Return],
    *,
    exception: bool = False,
) -> Quote | None:
    """The offer, or None while a reason is still to be asked."""
    if any(request.reason is None for request in effect.requests):
        return None
    return refund.quote(
        order,
        effect.requests,
        decisions,
        policy,
        returned_units=taken_units(returns),
        already_refunded_cents=promised_cents(returns),
        today=today,
        kind=effect.kind,
        exception=exception,
    )


def _if_approved(
    order: Order, effect: Assess, decisions: Sequence[Decision], policy: StorePolicy, today: date, returns: Sequence[Return]
) -> int | None:
    """What a person would refund who makes an exception; None when even that cannot be quoted."""
    if any(decision.reason_code == "quantity" for decision in decisions):
        return None
    allowed = _quote(order, effect, decisions, policy, today, returns, exception=True)
    return allowed.refund_cents if allowed else None


def _instructions(order: Order, requests: Sequence[LineRequest], policy: StorePolicy) -> Instructions | None:
    """How the customer does it with whoever sold these lines."""
    sellers = dict.fromkeys(order.line(request.line_id).seller for request in requests)
    return next((known.instruct for name in sellers if (known := policy.sellers.get(name)) and known.instruct), None)
