"""What a person finishes, one rule at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from returnflow.retail.model import Order
from returnflow.retail.risk import ReturnHistory, risk_reason
from returnflow.retail.rules import Risk

MakeOrder = Callable[..., Order]


@pytest.mark.parametrize(
    "risk, refund, history, code",
    [
        pytest.param(Risk(), 10**7, ReturnHistory(99, 99, 99), None, id="no-rules"),
        pytest.param(Risk(item_cents=500), 500, ReturnHistory(), "high_value", id="item-at-the-limit"),
        pytest.param(Risk(item_cents=500), 499, ReturnHistory(), None, id="item-below"),
        pytest.param(Risk(order_cents=6494), 1, ReturnHistory(), "high_value", id="order-at-the-limit"),
        pytest.param(Risk(categories=("home",)), 1, ReturnHistory(), "risky_goods", id="category"),
        pytest.param(Risk(words=("ARIA",)), 1, ReturnHistory(), "risky_goods", id="word-of-the-title"),
        pytest.param(Risk(words=("sku-1",)), 1, ReturnHistory(), "risky_goods", id="word-of-the-sku"),
        pytest.param(Risk(words=("ria",)), 1, ReturnHistory(), None, id="part-of-a-word"),
        pytest.param(Risk(words=("aria",), except_words=("lamp",)), 1, ReturnHistory(), None, id="excepted-word"),
        pytest.param(Risk(max_returns=0), 1, ReturnHistory(1), "return_rate", id="returns"),
        pytest.param(Risk(max_returned_percent=50), 1, ReturnHistory(1, 51, 100), "return_rate", id="share"),
        pytest.param(Risk(max_returned_percent=50), 1, ReturnHistory(0, 51, 100), None, id="share-of-nothing-returned"),
    ],
)
def test_each_rule_stands_alone(make_order: MakeOrder, risk: Risk, refund: int, history: ReturnHistory, code: str | None) -> None:
    """A rule that is not set never fires."""
    order = make_order()

    assert risk_reason(risk, order, order.lines[0], refund, history) == code
