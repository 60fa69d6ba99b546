"""What the retail tests share: the shipped policies, and orders and requests with everything unsaid filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from returnflow.retail.model import LineRequest, Order, OrderLine, Reason
from returnflow.retail.policy import Policies, default_policies_dir, load_policies

_LINE = OrderLine(line_id="1", sku="SKU-1", title="Aria lamp", category="home", quantity=1, unit_price_cents=5999, tax_cents=495)
_ORDER = Order(
    order_number="11455670223499108",
    store="amazon",
    placed_on=date(2026, 9, 1),
    shipped_on=date(2026, 9, 2),
    delivered_on=date(2026, 9, 4),
    zip="97214",
    last_name="Reyes",
    lines=(_LINE,),
)


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The policies that ship."""
    return load_policies([default_policies_dir()])


@pytest.fixture(scope="session")
def make_order() -> Callable[..., Order]:
    """An order of one line; arguments that a line knows change the line."""

    def make(**changes: Any) -> Order:
        of_line = {key: changes.pop(key) for key in list(changes) if key in OrderLine.__dataclass_fields__}
        lines = changes.pop("lines", (replace(_LINE, **of_line),))
        return replace(_ORDER, lines=lines, **changes)

    return make


@pytest.fixture(scope="session")
def make_request() -> Callable[..., LineRequest]:
    """A request for one unit of line 1 that the customer no longer wants."""

    def make(**changes: Any) -> LineRequest:
        return replace(LineRequest("1", 1, Reason.NO_LONGER_WANTED), **changes)

    return make
