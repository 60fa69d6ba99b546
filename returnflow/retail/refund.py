"""Refunds to the cent. Whole cents only; whatever is split is split so that the parts sum to the whole.

What the customer paid for a line is allocated once to its units. A return refunds specific units, so all partial
returns together refund exactly what was paid, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from returnflow.retail.days import add_business_days
from returnflow.retail.model import FAULT_REASONS, Decision, Fee, LineRequest, Order, OrderLine, Quote, QuoteLine, Reason, Verdict
from returnflow.retail.rules import KEEP_METHOD, StorePolicy

_BEST_TO_WORST = "ABCM"


@dataclass(frozen=True, slots=True)
class UnitAmount:
    """What was paid for one unit of a line, in cents; `index` counts from 0."""

    index: int
    price_cents: int
    discount_cents: int
    tax_cents: int
    shipping_cents: int

    @property
    def net_cents(self) -> int:
        """The price after discount, before tax: what percent fees are taken of."""
        return self.price_cents - self.discount_cents

    def refund_cents(self, *, with_shipping: bool) -> int:
        """What comes back for this unit."""
        return self.net_cents + self.tax_cents + (self.shipping_cents if with_shipping else 0)


def allocate(total_cents: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount by weight with the largest remainder: the parts sum to it exactly, earlier parts get the odd cents.

    Weights that are all zero count as equal. Raises ValueError for a negative amount or weight, or nothing to split over.
    """
    if total_cents < 0 or any(weight < 0 for weight in weights):
        raise ValueError("amounts and weights cannot be negative")
    if not weights:
        if total_cents:
            raise ValueError("there is nothing to split the amount over")
        return ()
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    shares = [divmod(total_cents * weight, whole) for weight in weights]
    left = total_cents - sum(share for share, _ in shares)
    first = sorted(range(len(weights)), key=lambda index: (-shares[index][1], index))[:left]
    return tuple(share + (index in first) for index, (share, _) in enumerate(shares))


def units(line: OrderLine) -> tuple[UnitAmount, ...]:
    """Every unit of the line with its share of discount, tax and shipping; the first units get the odd cents."""
    even = [1] * line.quantity
    shares = zip(allocate(line.discount_cents, even), allocate(line.tax_cents, even), allocate(line.shipping_cents, even), strict=True)
    return tuple(UnitAmount(index, line.unit_price_cents, *share) for index, share in enumerate(shares))


def unreturned(line: OrderLine, quantity: int, returned: Collection[int]) -> tuple[UnitAmount, ...]:
    """The first `quantity` units that have not come back. Raises ValueError when fewer are left."""
    chosen = tuple(unit for unit in units(line) if unit.index not in returned)[: max(quantity, 0)]
    if quantity < 1 or len(chosen) < quantity:
        raise ValueError(f"line {line.line_id}: {quantity} asked for, {len(chosen)} left to return")
    return chosen


def percent(cents: int, percentage: int) -> int:
    """A percentage of an amount, half a cent rounded up."""
    return (cents * percentage + 50) // 100


def refunds_shipping(policy: StorePolicy, reason: Reason | None) -> bool:
    """Whether the outbound shipping of a unit comes back: on fault, unless the policy says always or never."""
    return policy.refund.shipping == "always" or (policy.refund.shipping == "on_fault" and reason in FAULT_REASONS)


def money_range(policy: StorePolicy, payment: str | None, sent_on: date, *, by_post: bool = True) -> tuple[date, date]:
    """The first and the last business day on which the money is expected when the parcel leaves on `sent_on`."""
    travel = policy.refund.transit_business_days if by_post else (0, 0)
    after = after_arrival(policy, payment)
    return add_business_days(sent_on, travel[0] + after[0]), add_business_days(sent_on, travel[1] + after[1])


def after_arrival(policy: StorePolicy, payment: str | None) -> tuple[int, int]:
    """Fewest and most business days between the parcel's arrival and the money: checking it, then the bank."""
    check, bank = policy.refund.processing_business_days, policy.refund.credit(payment)
    return check[0] + bank[0], check[1] + bank[1]


def quote(
    order: Order,
    requests: Sequence[LineRequest],
    decisions: Sequence[Decision],
    policy: StorePolicy,
    *,
    returned_units: Mapping[str, Collection[int]],
    already_refunded_cents: int,
    today: date,
    kind: str = "return",
    exception: bool = False,
) -> Quote:
    """The offer for these lines; `requests` and `decisions` go pairwise, `returned_units` are unit indexes already sent back.

    `refund_cents` = the lines − the fees, and is never more than paid − refunded. The money's days hold for a parcel that
    leaves today. `exception` quotes what a person could approve. Raises ValueError for a request that cannot be quoted:
    not eligible, no reason, too many units.
    """
    _check(requests, decisions, exception)
    chosen = _choose(order, requests, returned_units)
    most = 0 if kind == "exchange" else max(order.total_cents - already_refunded_cents, 0)
    lines = _capped([_line(order, request, taken, policy) for request, taken in zip(requests, chosen, strict=True)], most)
    gross, method = sum(line.refund_cents for line in lines), _method(decisions, policy)
    fees = _fees(requests, decisions, policy, method, gross)
    first, last = money_range(policy, order.payment, today, by_post=method != KEEP_METHOD)
    return Quote(
        lines=lines,
        fees=fees,
        refund_cents=gross - sum(fee.amount_cents for fee in fees),
        currency=order.currency,
        method=method,
        return_by=_return_by(decisions, policy, today),
        refund_from=first,
        refund_to=last,
        rule_id=min(decisions, key=lambda each: (each.deadline or date.max, each.rule_id)).rule_id,
        certainty=max((decision.certainty for decision in decisions), key=_BEST_TO_WORST.index),
        tax_cents=min(gross, sum(unit.tax_cents for taken in chosen for unit in taken)),
        shipping_cents=min(gross, _shipping(requests, chosen, policy)),
        kind=kind,
    )


def fees_take_all(offer: Quote) -> bool:
    """Whether the fees, the label's included, leave nothing of the refund."""
    return bool(offer.fees) and offer.refund_cents <= 0


def _check(requests: Sequence[LineRequest], decisions: Sequence[Decision], exception: bool) -> None:
    if not requests:
        raise ValueError("there is nothing to quote")
    if not exception and any(decision.verdict is not Verdict.ELIGIBLE for decision in decisions):
        raise ValueError("only eligible lines can be quoted")


def _choose(
    order: Order, requests: Sequence[LineRequest], returned_units: Mapping[str, Collection[int]]
) -> tuple[tuple[UnitAmount, ...], ...]:
    taken = {line_id: set(indexes) for line_id, indexes in returned_units.items()}
    chosen = []
    for request in requests:
        gone = taken.setdefault(request.line_id, set())
        found = unreturned(order.line(request.line_id), request.quantity, gone)
        gone.update(unit.index for unit in found)
        chosen.append(found)
    return tuple(chosen)


def _line(order: Order, request: LineRequest, taken: tuple[UnitAmount, ...], policy: StorePolicy) -> QuoteLine:
    if request.reason is None:
        raise ValueError(f"line {request.line_id}: the reason is needed before a quote")
    shipping = refunds_shipping(policy, request.reason)
    refund = sum(unit.refund_cents(with_shipping=shipping) for unit in taken)
    indexes = tuple(unit.index for unit in taken)
    title = order.line(request.line_id).title
    return QuoteLine(request.line_id, title, request.quantity, request.reason, refund, indexes, request.condition)


def _capped(lines: Sequence[QuoteLine], most: int) -> tuple[QuoteLine, ...]:
    """The lines, the last ones cut so that together they do not exceed `most`."""
    kept = []
    for line in lines:
        cents = min(line.refund_cents, most)
        most -= cents
        kept.append(replace(line, refund_cents=cents))
    return tuple(kept)


def _fees(requests: Sequence[LineRequest], decisions: Sequence[Decision], policy: StorePolicy, method: str, gross: int) -> tuple[Fee, ...]:
    """Line fees as decided, and the label once for the parcel unless a fault is in it; together at most `gross`."""
    fees = [fee for decision in decisions for fee in decision.fees]
    label = policy.methods[method].label_cents if method in policy.methods else 0
    if label and not any(request.reason in FAULT_REASONS for request in requests):
        fees.append(Fee("return_shipping", label, "The return label"))
    kept = []
    for fee in fees:
        cents = min(fee.amount_cents, gross)
        gross -= cents
        if cents:
            kept.append(replace(fee, amount_cents=cents))
    return tuple(kept)


def _shipping(requests: Sequence[LineRequest], chosen: Sequence[tuple[UnitAmount, ...]], policy: StorePolicy) -> int:
    back = (taken for request, taken in zip(requests, chosen, strict=True) if refunds_shipping(policy, request.reason))
    return sum(unit.shipping_cents for taken in back for unit in taken)


def _method(decisions: Sequence[Decision], policy: StorePolicy) -> str:
    """The first way that every line allows, else the first line's own; a line that is kept has no say beside one that is sent."""
    sent = [each for each in decisions if KEEP_METHOD not in each.methods] or decisions
    common = [way for way in sent[0].methods if all(way in each.methods for each in sent)]
    ways = common or list(sent[0].methods) or list(policy.sellers[policy.default_seller].methods) or list(policy.methods)
    return ways[0]


def _return_by(decisions: Sequence[Decision], policy: StorePolicy, today: date) -> date:
    """The earliest deadline; a line without one, or past it, gets the days that an exception is given."""
    extra = today + timedelta(days=policy.exception_days)
    return min(extra if each.deadline is None or each.deadline < today else each.deadline for each in decisions)
