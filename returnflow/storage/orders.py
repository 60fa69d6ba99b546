"""The order book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, Select, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from returnflow.retail.model import Order, OrderLine
from returnflow.retail.verification import normalise_name, normalise_zip
from returnflow.storage.schema import customers, order_lines, orders, refunds, return_lines, returns
from returnflow.storage.types import clean

MOST_MATCHES: Final = 50

_ORDER_COLUMNS: Final = (
    orders.c.order_number,
    orders.c.store,
    orders.c.placed_on,
    orders.c.shipped_on,
    orders.c.delivered_on,
    orders.c.currency,
    orders.c.payment,
    orders.c.time_zone,
    customers.c.zip,
    customers.c.last_name,
    customers.c.first_name,
    customers.c.email,
    customers.c.phone,
)
_LINE_COLUMNS: Final = (
    order_lines.c.line_id,
    order_lines.c.sku,
    order_lines.c.title,
    order_lines.c.category,
    order_lines.c.quantity,
    order_lines.c.unit_price_cents,
    order_lines.c.tax_cents,
    order_lines.c.discount_cents,
    order_lines.c.shipping_cents,
    order_lines.c.seller,
)


def _whole(head: Select[Any]) -> Select[Any]:
    """The orders of `head` with their lines in one statement: a miss must cost as many as a hit (design section 9)."""
    chosen = head.subquery()
    return (
        select(chosen, *_LINE_COLUMNS)
        .outerjoin(order_lines, order_lines.c.order_number == chosen.c.order_number)
        .order_by(chosen.c.placed_on.desc(), chosen.c.order_number, order_lines.c.position)
    )


_HEAD: Final = select(*_ORDER_COLUMNS).join(customers, customers.c.id == orders.c.customer_id)
_NEWEST_FIRST: Final = (orders.c.placed_on.desc(), orders.c.order_number)
_FIND: Final = _whole(_HEAD.where(orders.c.order_number == bindparam("order_number")))
_MATCHING: Final = _whole(
    _HEAD.where(customers.c.zip_key == bindparam("zip_key"), customers.c.name_key == bindparam("name_key"), customers.c.zip_key != "")
    .order_by(*_NEWEST_FIRST)
    .limit(MOST_MATCHES)
)
_NEWEST: Final = _whole(_HEAD.order_by(*_NEWEST_FIRST).limit(bindparam("most")))

_PERSON: Final = ("zip", "last_name", "first_name", "email", "phone")
_CUSTOMER: Final = select(customers.c.id).where(*(customers.c[name] == bindparam(name) for name in _PERSON))
_ADD_CUSTOMER: Final = {
    "sqlite": sqlite.insert(customers).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(customers).on_conflict_do_nothing(),
}
_FORGET_CUSTOMERS: Final = delete(customers).where(
    customers.c.id == bindparam("old_customer_id"), ~exists().where(orders.c.customer_id == customers.c.id)
)
_FORGET: Final = tuple(delete(each).where(each.c.order_number == bindparam("order_number")) for each in (refunds, returns, orders))
"""In this order; lines, units and moves go with what they belong to."""
_CUSTOMER_OF: Final = select(orders.c.customer_id).where(orders.c.order_number == bindparam("order_number")).with_for_update()
_ADD_ORDER: Final = insert(orders)
_CHANGE_ORDER: Final = update(orders).where(orders.c.order_number == bindparam("key"))
_DROP_LINES: Final = delete(order_lines).where(
    order_lines.c.order_number == bindparam("key"), order_lines.c.line_id == bindparam("old_line")
)
_ADD_LINES: Final = insert(order_lines)
_RETURNED_LINES: Final = select(return_lines.c.line_id).where(return_lines.c.order_number == bindparam("order_number")).distinct()
_PLACE_LINES: Final = (
    update(order_lines)
    .where(order_lines.c.order_number == bindparam("key"), order_lines.c.line_id == bindparam("old_line"))
    .values(position=bindparam("place"))
)


class SqlOrders:
    """Implements `retail.ports.Orders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, order_number: str) -> Order | None:
        found = _orders(self._connection.execute(_FIND, {"order_number": order_number}))
        return found[0] if found else None

    def matching(self, zip_code: str, last_name: str) -> tuple[Order, ...]:
        keys = {"zip_key": normalise_zip(zip_code), "name_key": normalise_name(last_name)}
        return _orders(self._connection.execute(_MATCHING, keys))

    def newest(self, limit: int = 50) -> tuple[Order, ...]:
        return _orders(self._connection.execute(_NEWEST, {"most": limit}))

    def save(self, order: Order) -> Literal["imported", "updated", "unchanged"]:
        """As the port says; a line that a return refers to also keeps its amounts and its quantity."""
        old_customer = self._connection.execute(_CUSTOMER_OF, {"order_number": order.order_number}).scalar()
        if old_customer is None:
            self._connection.execute(_ADD_ORDER, _order_row(order, self._customer_id(order)))
            self._add_lines(order, order.lines)
            return "imported"
        stored = self.find(order.order_number)
        returned = set(self._connection.execute(_RETURNED_LINES, {"order_number": order.order_number}).scalars())
        lines = _merged(order.lines, stored.lines if stored else (), returned)
        if stored == _with_lines(order, lines):
            return "unchanged"
        self._connection.execute(_CHANGE_ORDER, {"key": order.order_number, **_order_row(order, self._customer_id(order))})
        self._replace_lines(order, lines, stored.lines if stored else (), returned)
        self._connection.execute(_FORGET_CUSTOMERS, {"old_customer_id": old_customer})
        return "updated"

    def forget(self, order_number: str) -> bool:
        customer = self._connection.execute(_CUSTOMER_OF, {"order_number": order_number}).scalar()
        if customer is None:
            return False
        for statement in _FORGET:
            self._connection.execute(statement, {"order_number": order_number})
        self._connection.execute(_FORGET_CUSTOMERS, {"old_customer_id": customer})
        return True

    def _customer_id(self, order: Order) -> int:
        person = {name: clean(getattr(order, name) or "") for name in _PERSON}
        keys = {"zip_key": normalise_zip(order.zip), "name_key": normalise_name(order.last_name)}
        self._connection.execute(_ADD_CUSTOMER[self._connection.dialect.name], {**person, **keys})
        return int(self._connection.execute(_CUSTOMER, person).scalar_one())

    def _add_lines(self, order: Order, lines: Iterable[OrderLine], skip: frozenset[str] = frozenset()) -> None:
        rows = [_line_row(order, place, line) for place, line in enumerate(lines) if line.line_id not in skip]
        if rows:
            self._connection.execute(_ADD_LINES, rows)

    def _replace_lines(self, order: Order, lines: tuple[OrderLine, ...], stored: tuple[OrderLine, ...], returned: set[str]) -> None:
        dropped = [{"key": order.order_number, "old_line": line.line_id} for line in stored if line.line_id not in returned]
        if dropped:
            self._connection.execute(_DROP_LINES, dropped)
        self._add_lines(order, lines, frozenset(returned))
        kept = [
            {"key": order.order_number, "old_line": line.line_id, "place": place}
            for place, line in enumerate(lines)
            if line.line_id in returned
        ]
        if kept:
            self._connection.execute(_PLACE_LINES, kept)


def _merged(new: tuple[OrderLine, ...], stored: tuple[OrderLine, ...], returned: set[str]) -> tuple[OrderLine, ...]:
    """The new lines, where a returned line stays what it was; one that is missing in the new order goes to the end."""
    kept = {line.line_id: line for line in stored if line.line_id in returned}
    named = {line.line_id for line in new}
    return (*(kept.get(line.line_id, line) for line in new), *(line for line in kept.values() if line.line_id not in named))


def _with_lines(order: Order, lines: tuple[OrderLine, ...]) -> Order:
    values = {name: getattr(order, name) for name in Order.__dataclass_fields__}
    blank = {name: None for name in ("first_name", "email", "phone") if not values[name]}
    return Order(**{**values, **blank, "lines": lines})


def _order_row(order: Order, customer_id: int) -> dict[str, Any]:
    return {
        "order_number": order.order_number,
        "store": order.store,
        "customer_id": customer_id,
        "placed_on": order.placed_on,
        "shipped_on": order.shipped_on,
        "delivered_on": order.delivered_on,
        "currency": order.currency,
        "payment": order.payment,
        "time_zone": order.time_zone,
    }


def _line_row(order: Order, position: int, line: OrderLine) -> dict[str, Any]:
    values = {column.name: getattr(line, column.name) for column in _LINE_COLUMNS}
    return {**values, "title": clean(line.title), "order_number": order.order_number, "position": position}


def _orders(rows: Iterable[Row[Any]]) -> tuple[Order, ...]:
    """Consecutive rows of the same order make one order."""
    return tuple(_order([row._mapping for row in group]) for _, group in groupby(rows, key=lambda row: row[0]))


def _order(rows: list[Mapping[Any, Any]]) -> Order:
    head = rows[0]
    return Order(
        order_number=head["order_number"],
        store=head["store"],
        placed_on=head["placed_on"],
        zip=head["zip"],
        last_name=head["last_name"],
        lines=tuple(OrderLine(**{column.name: row[column.name] for column in _LINE_COLUMNS}) for row in rows if row["line_id"] is not None),
        currency=head["currency"],
        shipped_on=head["shipped_on"],
        delivered_on=head["delivered_on"],
        first_name=head["first_name"] or None,
        email=head["email"] or None,
        phone=head["phone"] or None,
        payment=head["payment"],
        time_zone=head["time_zone"],
    )
