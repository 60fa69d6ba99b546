"""What a person finishes because of its value, its kind or the customer's returns. For staff only: nothing here is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from returnflow.retail.model import Order, OrderLine
from returnflow.retail.rules import Risk


@dataclass(frozen=True, slots=True)
class ReturnHistory:
    """A customer's earlier returns within the policy's `risk.period_days`; the one being made is not in it."""

    returns: int = 0
    returned_cents: int = 0
    spent_cents: int = 0


NO_HISTORY = ReturnHistory()


def risk_reason(risk: Risk, order: Order, line: OrderLine, refund_cents: int, history: ReturnHistory) -> str | None:
    """`high_value`, `risky_goods`, `return_rate`, or None when nothing stands out."""
    if _reaches(refund_cents, risk.item_cents) or _reaches(order.total_cents, risk.order_cents):
        return "high_value"
    if line.category in risk.categories or _risky_words(risk, line):
        return "risky_goods"
    if risk.max_returns is not None and history.returns > risk.max_returns:
        return "return_rate"
    if _too_much_returned(risk, history):
        return "return_rate"
    return None


def _reaches(cents: int, limit: int | None) -> bool:
    return limit is not None and cents >= limit


def _too_much_returned(risk: Risk, history: ReturnHistory) -> bool:
    if risk.max_returned_percent is None or history.returns < risk.percent_from_returns:
        return False
    return history.returned_cents * 100 > history.spent_cents * risk.max_returned_percent


def _risky_words(risk: Risk, line: OrderLine) -> bool:
    """Whole words of the title and the SKU; an excepted word ("case") makes it an accessory."""
    text = f"{line.title} {line.sku}".lower()
    return _has(text, risk.words) and not _has(text, risk.except_words)


def _has(text: str, phrases: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![a-z0-9]){re.escape(phrase.lower())}(?![a-z0-9])", text) for phrase in phrases)
