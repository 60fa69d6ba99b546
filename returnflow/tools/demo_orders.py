"""Orders to try things with: every rule, every verdict, both stores, dates counted back from today. Numbers and names are made up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from returnflow.conversation.ports import Database
from returnflow.retail.days import local_today
from returnflow.retail.model import MARKETPLACE_SELLER, LineRequest, Order, OrderLine, Reason, Verdict
from returnflow.retail.refund import allocate, percent
from returnflow.retail.rules import OrderNumber, StorePolicy

TAX_PERCENT = 8
_FILE = Path(__file__).with_name("demo_orders.yaml")
_DEFAULT_ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order and what it shows: asked for `request`, the policy answers `expect` by rule `rule_id`."""

    order: Order
    shows: str
    expect: Verdict
    rule_id: str
    request: LineRequest
    spaced: str
    """The number as people write it: 114-5567022-3499108."""
    say: str | None = None
    """A sentence to begin a call with."""

    def document(self) -> dict[str, Any]:
        """As `flask seed-demo --json` shows it."""
        order = self.order
        return {
            "order_number": order.order_number,
            "store": order.store,
            "zip": order.zip,
            "last_name": order.last_name,
            "first_name": order.first_name,
            "placed_on": order.placed_on.isoformat(),
            "delivered_on": order.delivered_on.isoformat() if order.delivered_on else None,
            "currency": order.currency,
            "total_cents": order.total_cents,
            "items": [
                {
                    "line_id": line.line_id,
                    "sku": line.sku,
                    "title": line.title,
                    "category": line.category,
                    "quantity": line.quantity,
                    "unit_price_cents": line.unit_price_cents,
                    "seller": line.seller,
                }
                for line in order.lines
            ],
            "shows": self.shows,
            "expect": self.expect.value,
            "rule_id": self.rule_id,
        }


def demo_orders(policies: Mapping[str, StorePolicy], now: datetime) -> tuple[DemoOrder, ...]:
    """The demo orders of every enabled store whose rule still exists, as they would be today."""
    entries: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_demo(entry, policies[entry["store"]], now) for entry in entries if _usable(entry, policies))


def seed(database: Database, demos: Sequence[DemoOrder]) -> dict[str, int]:
    """Store them in one transaction. Again on the same day changes nothing; on a later day orders without a return move along."""
    counts = {"imported": 0, "updated": 0, "unchanged": 0}
    with database.begin(write=True) as uow:
        for demo in demos:
            kept = uow.returns.for_order(demo.order.order_number)
            counts["unchanged" if kept else uow.orders.save(demo.order)] += 1
        uow.commit()
    return counts


def clear(database: Database, demos: Sequence[DemoOrder]) -> int:
    """Forget the demo orders with their returns, in one transaction; how many there were."""
    with database.begin(write=True) as uow:
        gone = sum(uow.orders.forget(demo.order.order_number) for demo in demos)
        uow.commit()
    return gone


def _usable(entry: Mapping[str, Any], policies: Mapping[str, StorePolicy]) -> bool:
    policy = policies.get(entry["store"])
    return policy is not None and policy.enabled and any(rule.id == entry["rule"] for rule in policy.rules)


def _demo(entry: Mapping[str, Any], policy: StorePolicy, now: datetime) -> DemoOrder:
    zone = entry.get("zone", _DEFAULT_ZONE)
    today = local_today(now, zone)
    first_name, last_name, zip_code = entry["who"]
    lines = _lines(entry)
    order = Order(
        order_number=entry.get("number") or _number(entry["shows"], policy.order_number),
        store=policy.store,
        placed_on=_ago(today, entry["placed"]),
        shipped_on=_ago(today, entry["shipped"]) if "shipped" in entry else None,
        delivered_on=_ago(today, entry["delivered"]) if "delivered" in entry else None,
        zip=zip_code,
        last_name=last_name,
        first_name=first_name,
        lines=lines,
        payment=entry.get("payment"),
        time_zone=zone,
    )
    request = LineRequest(lines[0].line_id, lines[0].quantity, Reason(entry["reason"]), entry.get("condition"))
    return DemoOrder(
        order,
        entry["shows"],
        Verdict(entry["expect"]),
        entry["rule"],
        request,
        _spaced(order.order_number, policy.order_number),
        entry.get("say"),
    )


def _lines(entry: Mapping[str, Any]) -> tuple[OrderLine, ...]:
    items = entry["items"]
    prices = [item["price"] * item.get("quantity", 1) for item in items]
    discounts = allocate(entry.get("discount", 0), prices)
    shipping = allocate(entry.get("shipping", 0), prices)
    return tuple(
        OrderLine(
            line_id=str(number),
            sku=_sku(item["title"], number),
            title=item["title"],
            category=item["category"],
            quantity=item.get("quantity", 1),
            unit_price_cents=item["price"],
            tax_cents=item.get("tax", percent(price - discount, TAX_PERCENT)),
            discount_cents=discount,
            shipping_cents=share,
            seller=item.get("seller", MARKETPLACE_SELLER),
        )
        for number, (item, price, discount, share) in enumerate(zip(items, prices, discounts, shipping, strict=True), start=1)
    )


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _sku(title: str, number: int) -> str:
    letters = "".join(word[0] for word in title.upper().split() if word[0].isalnum())
    return f"MS-{letters}-{number:02d}"


def _number(shows: str, form: OrderNumber) -> str:
    """A number of the store's format that depends on nothing but what the order shows."""
    digits = str(int(hashlib.sha256(shows.encode()).hexdigest(), 16))
    return (form.starts + digits)[: form.length]


def _spaced(number: str, form: OrderNumber) -> str:
    starts = [sum(form.groups[:index]) for index in range(len(form.groups))]
    return "-".join(number[start : start + length] for start, length in zip(starts, form.groups, strict=True))
