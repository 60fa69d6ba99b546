"""Creating, listing and cancelling returns. Creating happens once for a key, and only while the offer still stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from returnflow.conversation.effects import (
    Assess,
    Assessed,
    CancelReturn,
    CreateReturn,
    ListReturns,
    ReturnCancelled,
    ReturnCreated,
    ReturnNotCancelled,
    ReturnNotCreated,
    ReturnsListed,
)
from returnflow.conversation.ports import UnitOfWork
from returnflow.retail.hours import due_at
from returnflow.retail.lifecycle import MoveNotAllowed, can_cancel
from returnflow.retail.model import LineRequest, Quote, Return, ReturnStatus, Verdict
from returnflow.retail.ports import RmaTaken, UnitsTaken
from returnflow.retail.rma import new_rma
from returnflow.retail.rules import KEEP_METHOD, StorePolicy
from returnflow.retail.shop import Shop
from returnflow.tools.assess import assess

ACTOR = "assistant"
_DRAWS = 50
"""Numbers are nine digits: fifty taken ones in a row mean a broken generator, not bad luck."""


def create(
    effect: CreateReturn,
    uow: UnitOfWork,
    now: datetime,
    *,
    policies: Mapping[str, StorePolicy],
    policy_version: str,
    shop: Shop,
    rng: Callable[[int, int], int],
) -> ReturnCreated | ReturnNotCreated:
    """Commit the quote, or say why it does not stand any more. A repeat with the same key gives the stored return."""
    earlier = uow.returns.by_idempotency_key(effect.idempotency_key)
    if earlier is not None:
        return ReturnCreated(earlier)
    gone = _no_longer(effect, assess(_again(effect), uow, now, policies=policies))
    order = uow.orders.find(effect.order_number)
    if gone is not None or order is None:
        return ReturnNotCreated(gone or "order_gone")
    wanted = Return(
        rma="",
        order_number=order.order_number,
        store=order.store,
        kind=effect.quote.kind,
        status=ReturnStatus.APPROVED,
        outcome="done",
        quote=effect.quote,
        created_at=now,
        updated_at=now,
        idempotency_key=effect.idempotency_key,
        policy_version=policy_version,
        session_id=effect.session_id,
        staff_due_at=_label_due(shop, order.store, effect.quote, now),
        history=((now, ReturnStatus.APPROVED, ACTOR),),
    )
    try:
        stored = _add(wanted, uow, rng)
    except UnitsTaken:
        return ReturnNotCreated("units_taken")
    uow.audit.record(ACTOR, "return.created", stored.rma, _audited(stored), now)
    return ReturnCreated(stored)


def listed(effect: ListReturns, uow: UnitOfWork) -> ReturnsListed:
    """The order's returns as they stand now, newest first."""
    return ReturnsListed(uow.returns.for_order(effect.order_number))


def cancel(effect: CancelReturn, uow: UnitOfWork, now: datetime) -> ReturnCancelled | ReturnNotCancelled:
    """Call it off while nothing was sent; calling off twice is one. Raises KeyError for a number that is not stored."""
    current = _stored(effect.rma, uow)
    if current.status is ReturnStatus.CANCELLED:
        return ReturnCancelled(current)
    if not can_cancel(current.status):
        return ReturnNotCancelled(current)
    try:
        cancelled = uow.returns.move(effect.rma, ReturnStatus.CANCELLED, by=effect.by, at=now)
    except MoveNotAllowed:  # staff moved it since we looked
        current = _stored(effect.rma, uow)
        return ReturnCancelled(current) if current.status is ReturnStatus.CANCELLED else ReturnNotCancelled(current)
    uow.audit.record(effect.by, "return.cancelled", effect.rma, {"from": current.status.value}, now)
    return ReturnCancelled(cancelled)


def _stored(rma: str, uow: UnitOfWork) -> Return:
    current = uow.returns.get(rma)
    if current is None:
        raise KeyError("there is no return with this number")
    return current


def _again(effect: CreateReturn) -> Assess:
    """The question that led to this quote."""
    lines = tuple(LineRequest(line.line_id, line.quantity, line.reason, line.condition) for line in effect.quote.lines)
    return Assess(effect.order_number, lines, effect.quote.kind)


def _no_longer(effect: CreateReturn, assessed: Assessed) -> str | None:
    """Why the quote does not stand: the first line's reason, or that the amounts are others now. None when it stands."""
    for _, decision in assessed.decisions:
        if decision.verdict is not Verdict.ELIGIBLE:
            return "units_taken" if decision.reason_code == "quantity" else decision.reason_code
    if assessed.quote is None:
        return "not_possible_here"
    return None if _same_offer(assessed.quote, effect.quote) else "quote_changed"


def _same_offer(now: Quote, then: Quote) -> bool:
    """Everything but the day the money is expected, which moves when midnight passes."""
    return replace(now, refund_from=then.refund_from, refund_to=then.refund_to) == then


def _add(wanted: Return, uow: UnitOfWork, rng: Callable[[int, int], int]) -> Return:
    for _ in range(_DRAWS):
        try:
            return uow.returns.add(replace(wanted, rma=new_rma(rng)))
        except RmaTaken:
            continue
    raise RuntimeError(f"{_DRAWS} return numbers in a row were taken; the random numbers are not random")


def _label_due(shop: Shop, store: str, quote: Quote, now: datetime) -> datetime | None:
    """By when staff send the postage label, where the shop's way back is that they do."""
    way = shop.return_shipping.get(store)
    if way is None or way.kind != "prepaid_by_staff" or quote.method == KEEP_METHOD:
        return None
    return due_at(now, shop, way.by_hours)


def _audited(stored: Return) -> dict[str, object]:
    return {"session": stored.session_id, "store": stored.store, "refund_cents": stored.quote.refund_cents, "rule": stored.quote.rule_id}
