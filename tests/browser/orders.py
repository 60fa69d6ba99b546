"""Orders for the browser tests: each test gets one that nobody has returned yet, imported the way a merchant does it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HEADPHONES = (("Aria headphones", "audio", 5999, 1),)
BATHROOM = (("Cotton bath towel, sage", "home", 1799, 3), ("Bamboo soap dish", "home", 899, 1), ("Shower curtain, white", "home", 2450, 1))
NAMES = ("Reyes", "Okafor", "Brooks", "Nguyen", "Fischer")


@dataclass(frozen=True)
class Order:
    """What its owner knows of it."""

    number: str
    zip: str
    last_name: str

    @property
    def proof(self) -> str:
        return f"{self.zip}, {self.last_name}"

    @property
    def spoken_number(self) -> str:
        return " ".join(self.number)

    @property
    def spoken_proof(self) -> str:
        return f"{' '.join(self.zip)}, {self.last_name}"


def write_orders(path: Path, first: int, count: int, lines: Sequence[tuple[str, str, int, int]]) -> list[Order]:
    """Write `count` Amazon orders, delivered eight days ago, as a file for `flask import-orders`."""
    orders = [Order(f"114{first + n:07d}{(37 * (first + n)) % 10**7:07d}", f"{97_201 + n}", NAMES[n % len(NAMES)]) for n in range(count)]
    path.write_text(json.dumps([row for order in orders for row in _rows(order, lines)]))
    return orders


def _rows(order: Order, lines: Sequence[tuple[str, str, int, int]]) -> list[dict[str, Any]]:
    today = datetime.now(UTC).date()
    common = {
        "order_number": order.number,
        "store": "amazon",
        "zip": order.zip,
        "last_name": order.last_name,
        "currency": "USD",
        "seller": "marketplace_seller",
        "placed_on": (today - timedelta(days=12)).isoformat(),
        "shipped_on": (today - timedelta(days=11)).isoformat(),
        "delivered_on": (today - timedelta(days=8)).isoformat(),
    }
    return [
        {
            **common,
            "line_id": str(number),
            "sku": f"SKU-{number}",
            "title": title,
            "category": category,
            "quantity": quantity,
            "unit_price_cents": cents,
            "tax_cents": 495 if category == "audio" else 0,
        }
        for number, (title, category, cents, quantity) in enumerate(lines, 1)
    ]
