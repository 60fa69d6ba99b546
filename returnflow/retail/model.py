"""Orders, returns and quotes as values. Money is integer cents; days are dates in the order's time zone; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MARKETPLACE_SELLER = "marketplace_seller"


class Verdict(StrEnum):
    """What the policy says about one line of a return."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    ASK_HUMAN = "ask_human"


class ReturnStatus(StrEnum):
    """Where a return stands. The allowed moves are in `retail.lifecycle`."""

    REQUESTED = "requested"
    APPROVED = "approved"
    LABEL_SENT = "label_sent"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REFUNDED = "refunded"
    REPLACED = "replaced"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why the customer sends it back: Walmart's canonical return reasons (reference/returns-domain.md, 1a)."""

    ARRIVED_LATE = "ARRIVED_LATE"
    BOUGHT_ANOTHER_SIZE_OR_COLOR = "BOUGHT_ANOTHER_SIZE_OR_COLOR"
    BOUGHT_SOMEWHERE_ELSE = "BOUGHT_SOMEWHERE_ELSE"
    DAMAGED = "DAMAGED"
    DEFECTIVE = "DEFECTIVE"
    DUPLICATE_ITEM = "DUPLICATE_ITEM"
    INADEQUATE_QUALITY = "INADEQUATE_QUALITY"
    INCORRECT_ITEM = "INCORRECT_ITEM"
    LOST_AFTER_DELIVERY = "LOST_AFTER_DELIVERY"
    LOST_IN_TRANSIT = "LOST_IN_TRANSIT"
    LOWER_PRICE = "LOWER_PRICE"
    MISSING_PARTS = "MISSING_PARTS"
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED"
    NO_LONGER_WANTED = "NO_LONGER_WANTED"
    SHIPPING_BOX_DAMAGED = "SHIPPING_BOX_DAMAGED"
    TRIED_TO_CANCEL = "TRIED_TO_CANCEL"
    WRONG_SIZE = "WRONG_SIZE"


FAULT_REASONS = frozenset(
    {
        Reason.DAMAGED,
        Reason.DEFECTIVE,
        Reason.INCORRECT_ITEM,
        Reason.NOT_AS_DESCRIBED,
        Reason.MISSING_PARTS,
        Reason.LOST_IN_TRANSIT,
        Reason.SHIPPING_BOX_DAMAGED,
    }
)
"""Reasons that are the merchant's or the carrier's fault: they switch fees off and refund outbound shipping."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order. All amounts are for the whole line, in cents.

    `discount_cents` and `shipping_cents` are the line's share of the order's discount and shipping, allocated once
    when the order is imported (`retail.refund.allocate`), so that the lines' `paid_cents` sum to what was charged.
    """

    line_id: str
    sku: str
    title: str
    category: str
    quantity: int
    unit_price_cents: int
    tax_cents: int = 0
    discount_cents: int = 0
    shipping_cents: int = 0
    seller: str = MARKETPLACE_SELLER

    @property
    def price_cents(self) -> int:
        return self.unit_price_cents * self.quantity

    @property
    def paid_cents(self) -> int:
        """What the customer was charged for this line, shipping included."""
        return self.price_cents - self.discount_cents + self.tax_cents + self.shipping_cents


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the merchant's. `order_number` is canonical: digits (and letters) without separators."""

    order_number: str
    store: str
    placed_on: date
    zip: str
    last_name: str
    lines: tuple[OrderLine, ...]
    currency: str = "USD"
    shipped_on: date | None = None
    delivered_on: date | None = None
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    payment: str | None = None
    time_zone: str = "America/New_York"

    @property
    def total_cents(self) -> int:
        return sum(line.paid_cents for line in self.lines)

    def line(self, line_id: str) -> OrderLine:
        """The line with this id. Raises KeyError when the order has none."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise KeyError(line_id)


@dataclass(frozen=True, slots=True)
class LineRequest:
    """What the customer asks for one line. `condition` is unopened, opened, used, damaged or None when not said."""

    line_id: str
    quantity: int
    reason: Reason | None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """A deduction from the refund. `kind` is restocking, late, return_shipping or another key of the policy file."""

    kind: str
    amount_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one requested line, and why.

    `certainty` is A, B, C or M as in the policy file; `reason_code` is a stable id (`in_window`, `out_of_window`,
    `final_sale`, `fault_after_deadline`, `uncertain_policy`, `high_value`, `risky_goods`, `no_delivery_date`, ...);
    `plain` is one speakable sentence without thresholds; `deadline` is the last day to send it, inclusive.
    """

    verdict: Verdict
    rule_id: str
    certainty: str
    reason_code: str
    plain: str
    deadline: date | None = None
    fees: tuple[Fee, ...] = ()
    methods: tuple[str, ...] = ()
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a quote; `unit_indexes` are the units (0-based) of the order line that would be refunded."""

    line_id: str
    title: str
    quantity: int
    reason: Reason
    refund_cents: int
    unit_indexes: tuple[int, ...] = ()
    condition: str | None = None
    """As the customer said it, so that the quote can be checked again before it is committed."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer to the cent: what comes back, by when to send it and when the money arrives."""

    lines: tuple[QuoteLine, ...]
    fees: tuple[Fee, ...]
    refund_cents: int
    currency: str
    method: str
    return_by: date
    refund_from: date
    refund_to: date
    rule_id: str
    certainty: str
    tax_cents: int = 0
    shipping_cents: int = 0
    kind: str = "return"
    """`return` or `exchange`; an exchange refunds nothing."""


@dataclass(frozen=True, slots=True)
class Return:
    """A stored return. `rma` is nine digits with a Damm check digit; `outcome` is done or prepared."""

    rma: str
    order_number: str
    store: str
    kind: str
    status: ReturnStatus
    outcome: str
    quote: Quote
    created_at: datetime
    updated_at: datetime
    idempotency_key: str
    policy_version: str
    session_id: str | None = None
    staff_due_at: datetime | None = None
    """By when staff promised to send the postage label; moving it to `label_sent` settles it. None when nothing is promised."""
    history: tuple[tuple[datetime, ReturnStatus, str], ...] = ()
    """(when, new status, who) of every move, oldest first."""
