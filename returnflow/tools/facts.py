"""What may be known of a verified order, and which of its units are still with the customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from returnflow.conversation.context import LineFacts, OrderFacts
from returnflow.retail.lifecycle import HOLDS_NO_UNITS
from returnflow.retail.model import Order, Return, ReturnStatus


def holding(returns: Iterable[Return]) -> tuple[Return, ...]:
    """The returns whose units are taken."""
    return tuple(each for each in returns if each.status not in HOLDS_NO_UNITS)


def taken_units(returns: Iterable[Return]) -> dict[str, frozenset[int]]:
    """Line id → the units (0-based) that a return holds."""
    taken: dict[str, frozenset[int]] = {}
    for each in holding(returns):
        for line in each.quote.lines:
            taken[line.line_id] = taken.get(line.line_id, frozenset()) | set(line.unit_indexes)
    return taken


def rejected_lines(returns: Sequence[Return]) -> frozenset[str]:
    """The lines with a unit that staff did not accept and that no other return holds since."""
    taken = taken_units(returns)
    rejected = (line for each in returns if each.status is ReturnStatus.REJECTED for line in each.quote.lines)
    return frozenset(line.line_id for line in rejected if set(line.unit_indexes) - taken.get(line.line_id, frozenset()))


def promised_cents(returns: Iterable[Return]) -> int:
    """What the order's returns refund or have refunded, fees included: what a new refund may not touch again."""
    return sum(line.refund_cents for each in holding(returns) for line in each.quote.lines)


def order_facts(order: Order, returns: Iterable[Return], *, repaired: bool = False) -> OrderFacts:
    """The order without anything personal, each line with the units that can still come back."""
    taken = taken_units(returns)
    return OrderFacts(
        order_number=order.order_number,
        store=order.store,
        placed_on=order.placed_on,
        shipped_on=order.shipped_on,
        delivered_on=order.delivered_on,
        currency=order.currency,
        time_zone=order.time_zone,
        lines=tuple(
            LineFacts(
                line_id=line.line_id,
                title=line.title,
                category=line.category,
                quantity=line.quantity,
                available=max(0, line.quantity - len(taken.get(line.line_id, ()))),
                seller=line.seller,
            )
            for line in order.lines
        ),
        repaired=repaired,
    )
