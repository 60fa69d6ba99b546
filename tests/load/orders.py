"""Orders for a load run: each conversation returns one of its own, because an order can be returned only once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

HEADER = (
    "order_number,store,placed_on,shipped_on,delivered_on,zip,last_name,first_name,currency,line_id,sku,title,category,seller,quantity,"
    "unit_price_cents,tax_cents"
).split(",")
ITEMS = (
    ("Aria headphones", "audio", 6499),
    ("Brass table lamp", "home", 3497),
    ("Cotton bath towel", "home", 1799),
    ("Travel kettle", "small_appliance", 3199),
    ("Wool throw blanket", "home", 6400),
    ("Silicone baking mat", "home", 1250),
    ("Glass storage jar", "home", 1899),
    ("Canvas backpack", "apparel", 4550),
    ("Desk lamp with clamp", "home", 4299),
    ("Running shoes", "apparel", 8495),
)
LAST_NAMES = (
    "Reyes Kowalczyk Brooks Patel Okafor Schmidt Kim Rossi Washington Nguyen Cohen Petrov Adams Fischer Mehta Martin Carter Hassan Tanaka "
    "Johnson Silva Lindqvist Brown Novak Garcia Murphy Larsen Diaz Weber Costa Haddad Moreau Sato Bauer Torres Walsh"
).split()
FIRST_NAMES = "Ana Ben Chloe Daniel Emily Farid Grace Hugo Iris Jonas Keisha Liam Mia Noah Olga Peter Ruth Sam Tara Wei".split()
GROUPS = {"amazon": (3, 7, 7), "walmart": (7, 8)}
STARTS = {"amazon": "114", "walmart": "2000"}
ELIGIBLE_DAYS = range(4, 20)
"""Days since delivery: inside the window of every item above in both stores."""


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What a customer knows about an order."""

    number: str
    spaced: str
    store: str
    zip: str
    last_name: str
    titles: tuple[str, ...]


def make_orders(count: int, today: date, seed: int = 1) -> tuple[tuple[LoadOrder, ...], str]:
    """`count` different eligible orders of one or two items, and the CSV for `flask import-orders`. The same seed gives the same orders."""
    dice = Random(seed)
    numbers: set[str] = set()
    orders: list[LoadOrder] = []
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    while len(orders) < count:
        store = "amazon" if dice.random() < 0.6 else "walmart"
        number = _number(store, dice)
        if number in numbers:
            continue
        numbers.add(number)
        chosen = dice.sample(ITEMS, 1 if dice.random() < 0.7 else 2)
        titles = tuple(title for title, _, _ in chosen)
        order = LoadOrder(number, _spaced(number, store), store, f"{dice.randrange(10000, 99999)}", dice.choice(LAST_NAMES), titles)
        orders.append(order)
        rows.writerows(_rows(order, chosen, dice, today))
    return tuple(orders), text.getvalue()


def _rows(order: LoadOrder, items: Sequence[tuple[str, str, int]], dice: Random, today: date) -> list[list[object]]:
    delivered = today - timedelta(days=dice.choice(ELIGIBLE_DAYS))
    dates = [delivered - timedelta(days=4), delivered - timedelta(days=3), delivered]
    person = [order.zip, order.last_name, dice.choice(FIRST_NAMES), "USD"]
    return [
        [
            order.number,
            order.store,
            *dates,
            *person,
            place,
            f"LOAD-{place}",
            title,
            category,
            "marketplace_seller",
            1,
            cents,
            cents * 8 // 100,
        ]
        for place, (title, category, cents) in enumerate(items, start=1)
    ]


def _number(store: str, dice: Random) -> str:
    missing = sum(GROUPS[store]) - len(STARTS[store])
    return STARTS[store] + "".join(dice.choice("0123456789") for _ in range(missing))


def _spaced(number: str, store: str) -> str:
    parts, rest = [], number
    for length in GROUPS[store]:
        parts.append(rest[:length])
        rest = rest[length:]
    return "-".join(parts)
