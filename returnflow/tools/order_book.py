"""Taking the merchant's orders in: every row checked, every problem reported, then one transaction or nothing.

`order_file` reads rows, `order_cells` judges cells, this file judges what belongs together: rows of one order, dates in sequence,
the store's own number format; and splits an order's discount and shipping over its lines so that they sum to what was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from returnflow.conversation.ports import Database
from returnflow.retail.model import MARKETPLACE_SELLER, Order, OrderLine
from returnflow.retail.policy import Policies
from returnflow.retail.refund import allocate
from returnflow.retail.rules import ANY, EVERY_CATEGORY, StorePolicy
from returnflow.retail.verification import normalise_number
from returnflow.tools import order_cells as cell
from returnflow.tools.order_file import REQUIRED, Problem, Row, read_rows

PARSERS: Mapping[str, Callable[[str], Any]] = {
    "order_number": normalise_number,
    "store": cell.key,
    "placed_on": cell.day,
    "shipped_on": cell.day,
    "delivered_on": cell.day,
    "zip": cell.zip_code,
    "last_name": cell.name,
    "first_name": cell.words,
    "email": cell.email,
    "phone": cell.phone,
    "currency": cell.currency,
    "line_id": cell.identifier,
    "sku": cell.identifier,
    "title": cell.words,
    "category": cell.key,
    "seller": cell.key,
    "quantity": cell.count,
    "unit_price_cents": cell.cents,
    "tax_cents": cell.cents,
    "order_discount_cents": cell.cents,
    "shipping_cents": cell.cents,
    "payment": cell.payment,
    "time_zone": cell.time_zone,
}
ORDER_FIELDS = (
    "store",
    "placed_on",
    "shipped_on",
    "delivered_on",
    "zip",
    "last_name",
    "first_name",
    "email",
    "phone",
    "currency",
    "order_discount_cents",
    "shipping_cents",
    "payment",
    "time_zone",
)
"""Said of the whole order: every row of it says the same."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row whose cells are all good."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """Orders that can be stored, and what stands in the way of the others. Storing is allowed only without errors."""

    orders: tuple[Order, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with `dry_run` would have done. With errors nothing was stored."""

    imported: int
    updated: int
    unchanged: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def import_orders(text: str, *, database: Database, policies: Policies, today: date, dry_run: bool = False) -> Imported:
    """Check the file and store its orders in one transaction; nothing at all when a single row is wrong."""
    checked = check(text, policies=policies, today=today)
    counts = {"imported": 0, "updated": 0, "unchanged": 0}
    if not checked.errors:
        with database.begin(write=True) as uow:
            for order in checked.orders:
                counts[uow.orders.save(order)] += 1
            if not dry_run:
                uow.commit()
    return Imported(**counts, errors=checked.errors, warnings=checked.warnings)


def check(text: str, *, policies: Policies, today: date) -> Checked:
    """Read and judge a whole file without storing anything. Problems come in the order of the file."""
    reading = read_rows(text)
    errors, warnings = list(reading.errors), list(reading.warnings)
    items = [item for row in reading.rows if (item := _item(row, errors)) is not None]
    grouped: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        grouped[item.values["order_number"]].append(item)
    orders = []
    for rows in grouped.values():
        found = [*_disagreements(rows), *_number_and_store(rows, policies), *_dates(rows[0], today), *_lines(rows)]
        errors += found
        if not found:
            orders.append(_order(rows))
            warnings += _doubts(rows, policies.stores[rows[0].values["store"]])
    return Checked(tuple(orders), tuple(sorted(errors, key=lambda each: each.line)), tuple(_gathered(warnings)))


def _item(row: Row, errors: list[Problem]) -> Item | None:
    values: dict[str, Any] = {}
    before = len(errors)
    for name, parse in PARSERS.items():
        text = row.cells.get(name, "")
        if not text:
            if name in REQUIRED and name in row.cells:
                errors.append(Problem(row.line, name, "is empty; fill it in"))
            values[name] = None
            continue
        try:
            values[name] = parse(text)
        except ValueError as error:
            errors.append(Problem(row.line, name, str(error)))
    complete = all(values.get(name) is not None for name in REQUIRED)
    return Item(row.line, values) if complete and len(errors) == before else None


def _disagreements(rows: Sequence[Item]) -> Iterator[Problem]:
    first = rows[0]
    for row in rows[1:]:
        for name in ORDER_FIELDS:
            if row.values[name] != first.values[name]:
                yield Problem(row.line, name, f"differs from line {first.line}; all rows of one order say the same")


def _number_and_store(rows: Sequence[Item], policies: Policies) -> Iterator[Problem]:
    first = rows[0]
    policy = policies.stores.get(first.values["store"])
    if policy is None:
        stores = ", ".join(sorted(policies.stores))
        yield Problem(first.line, "store", f"is not a store that has a policy file; expected one of {stores}")
        return
    if not fits_format(first.values["order_number"], policy):
        yield Problem(first.line, "order_number", f"is not a number of {policy.label}; expected {describe_format(policy)}")
    for row in rows:
        seller = row.values["seller"]
        if seller is not None and seller not in policy.sellers:
            known = ", ".join(policy.sellers)
            yield Problem(row.line, "seller", f"is not known in {policy.label}; expected one of {known}, or leave it empty")


def fits_format(number: str, policy: StorePolicy) -> bool:
    """Whether a canonical number looks like this store's."""
    form = policy.order_number
    characters = number.isalnum() if form.letters else number.isdigit()
    return len(number) == form.length and number.startswith(form.starts) and characters


def describe_format(policy: StorePolicy) -> str:
    """The store's number format in words."""
    form = policy.order_number
    kind = "letters and digits" if form.letters else "digits"
    start = f" starting with {form.starts}" if form.starts else ""
    return f"{form.length} {kind}{start}; if a spreadsheet shortened it, format the column as text"


def _dates(row: Item, today: date) -> Iterator[Problem]:
    placed, shipped, delivered = (row.values[name] for name in ("placed_on", "shipped_on", "delivered_on"))
    if shipped and shipped < placed:
        yield Problem(row.line, "shipped_on", "is before the order was placed; check both dates")
    if delivered and delivered < (shipped or placed):
        yield Problem(row.line, "delivered_on", f"is before the order was {'shipped' if shipped else 'placed'}; check both dates")
    for name in ("placed_on", "shipped_on", "delivered_on"):
        if row.values[name] and row.values[name] > today + timedelta(days=1):
            yield Problem(row.line, name, "is in the future; expected a day that has been")


def _lines(rows: Sequence[Item]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for row in rows:
        line_id = row.values["line_id"]
        if line_id in seen:
            yield Problem(row.line, "line_id", f"is used on line {seen[line_id]} for the same order; give every row its own")
        seen.setdefault(line_id, row.line)
    price = sum(row.values["quantity"] * row.values["unit_price_cents"] for row in rows)
    if (rows[0].values["order_discount_cents"] or 0) > price:
        yield Problem(rows[0].line, "order_discount_cents", "is more than the items cost; check the amount")


def _order(rows: Sequence[Item]) -> Order:
    values = rows[0].values
    prices = [row.values["quantity"] * row.values["unit_price_cents"] for row in rows]
    discounts = allocate(values["order_discount_cents"] or 0, prices)
    shipping = allocate(values["shipping_cents"] or 0, prices)
    lines = tuple(
        OrderLine(
            line_id=row.values["line_id"],
            sku=row.values["sku"],
            title=row.values["title"],
            category=row.values["category"],
            quantity=row.values["quantity"],
            unit_price_cents=row.values["unit_price_cents"],
            tax_cents=row.values["tax_cents"],
            discount_cents=discount,
            shipping_cents=share,
            seller=row.values["seller"] or MARKETPLACE_SELLER,
        )
        for row, discount, share in zip(rows, discounts, shipping, strict=True)
    )
    plain = ("store", "placed_on", "shipped_on", "delivered_on", "zip", "last_name", "first_name", "email", "phone", "currency", "payment")
    zone = {"time_zone": values["time_zone"]} if values["time_zone"] else {}
    return Order(order_number=values["order_number"], lines=lines, **{name: values[name] for name in plain}, **zone)


def _doubts(rows: Sequence[Item], policy: StorePolicy) -> Iterator[Problem]:
    known = known_categories(policy)
    for row in rows:
        if row.values["seller"] is None:
            yield Problem(row.line, "seller", f"is empty; taken as {MARKETPLACE_SELLER}, whose rules hold")
        if row.values["category"] not in known:
            yield Problem(row.line, "category", f"has no rule of its own at {policy.label}; the store's general rule holds")
    first = rows[0]
    if first.values["delivered_on"] is None:
        yield Problem(first.line, "delivered_on", "is empty; deadlines are counted from the other dates or go to a person")


def known_categories(policy: StorePolicy) -> frozenset[str]:
    """Every category that a rule, a risk or a word list of this store names."""
    ruled = (category for rule in policy.rules for category in rule.category)
    return frozenset({*ruled, *policy.risk.categories, *policy.category_words, "general"} - {EVERY_CATEGORY, ANY})


def _gathered(warnings: Iterable[Problem]) -> Iterator[Problem]:
    """The same doubt once, with its first line and how often it comes."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in warnings:
        alike[each.field, each.problem].append(each.line)
    for (field, problem), lines in alike.items():
        more = f" ({len(lines)} rows)" if len(lines) > 1 else ""
        yield Problem(min(lines), field, problem + more)
