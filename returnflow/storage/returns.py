"""Returns, the units they hold and the refund ledger."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, bindparam, exists, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from returnflow.retail.lifecycle import HOLDS_NO_UNITS, move
from returnflow.retail.model import Quote, Return, ReturnStatus
from returnflow.retail.ports import RefundTooHigh, RmaTaken, UnitsTaken
from returnflow.retail.verification import normalise_name, normalise_zip
from returnflow.storage.faults import is_duplicate
from returnflow.storage.schema import customers, order_lines, orders, refunds, return_lines, return_moves, returns
from returnflow.storage.types import clean

_QUOTE: Final = TypeAdapter(Quote)
_COLUMNS: Final = tuple(column for column in returns.c if column.name not in {"refund_cents", "currency"})
_NEWEST_FIRST: Final = (returns.c.created_at.desc(), returns.c.rma)


def _whole(head: Select[Any]) -> Select[Any]:
    """The returns of `head` with their moves, in one statement."""
    chosen = head.subquery()
    moves = (return_moves.c.at.label("moved_at"), return_moves.c.status.label("moved_to"), return_moves.c.by.label("moved_by"))
    return (
        select(chosen, *moves)
        .outerjoin(return_moves, return_moves.c.rma == chosen.c.rma)
        .order_by(chosen.c.created_at.desc(), chosen.c.rma, return_moves.c.number)
    )


_HEAD: Final = select(*_COLUMNS)
_GET: Final = _whole(_HEAD.where(returns.c.rma == bindparam("rma")))
_BY_KEY: Final = _whole(_HEAD.where(returns.c.idempotency_key == bindparam("idempotency_key")))
_FOR_ORDER: Final = _whole(_HEAD.where(returns.c.order_number == bindparam("order_number")))
_FOR_CUSTOMER: Final = _whole(
    _HEAD.join(orders, orders.c.order_number == returns.c.order_number)
    .join(customers, customers.c.id == orders.c.customer_id)
    .where(
        customers.c.zip_key == bindparam("zip_key"),
        customers.c.name_key == bindparam("name_key"),
        customers.c.zip_key != "",
        returns.c.created_at >= bindparam("since"),
    )
)
_LIST: Final = {
    wanted: _whole(
        _HEAD.where(returns.c.status == bindparam("wanted") if wanted else true()).order_by(*_NEWEST_FIRST).limit(bindparam("most"))
    )
    for wanted in (True, False)
}
_TAKEN: Final = select(exists().where(returns.c.rma == bindparam("rma")))
_ADD: Final = insert(returns)
_ADD_UNITS: Final = insert(return_lines)
_ADD_MOVES: Final = insert(return_moves)
_ADD_REFUND: Final = insert(refunds)
_LOCK: Final = select(returns.c.status).where(returns.c.rma == bindparam("key")).with_for_update()
_MOVE: Final = update(returns).where(returns.c.rma == bindparam("key")).values(status=bindparam("to"), updated_at=bindparam("moved_at"))
_HOLD: Final = (
    update(return_lines)
    .where(return_lines.c.rma == bindparam("key"), return_lines.c.held != bindparam("hold"))
    .values(held=bindparam("hold"))
)
_LOCK_ORDER: Final = select(orders.c.order_number).where(orders.c.order_number == bindparam("order_number")).with_for_update()
_PAID: Final = select(
    func.coalesce(
        func.sum(
            order_lines.c.unit_price_cents * order_lines.c.quantity
            - order_lines.c.discount_cents
            + order_lines.c.tax_cents
            + order_lines.c.shipping_cents
        ),
        0,
    )
).where(order_lines.c.order_number == bindparam("order_number"))
_REFUNDED: Final = select(func.coalesce(func.sum(refunds.c.amount_cents), 0)).where(refunds.c.order_number == bindparam("order_number"))


class SqlReturns:
    """Implements `retail.ports.Returns`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, rma: str) -> Return | None:
        return self._one(_GET, {"rma": rma})

    def by_idempotency_key(self, key: str) -> Return | None:
        return self._one(_BY_KEY, {"idempotency_key": key})

    def for_order(self, order_number: str) -> tuple[Return, ...]:
        return self._many(_FOR_ORDER, {"order_number": order_number})

    def for_customer(self, zip_code: str, last_name: str, since: datetime) -> tuple[Return, ...]:
        keys = {"zip_key": normalise_zip(zip_code), "name_key": normalise_name(last_name)}
        return self._many(_FOR_CUSTOMER, {**keys, "since": since})

    def list(self, status: ReturnStatus | None = None, limit: int = 100) -> tuple[Return, ...]:
        wanted = {"wanted": status.value} if status else {}
        return self._many(_LIST[status is not None], {**wanted, "most": limit})

    def add(self, new: Return) -> Return:
        """As the port says. The unique keys decide, not a look beforehand: of two that add at once, one waits and then loses."""
        units = _unit_rows(new)
        try:
            with self._connection.begin_nested():
                self._connection.execute(_ADD, _row(new))
                self._connection.execute(_ADD_UNITS, units)
                if new.history:
                    self._connection.execute(_ADD_MOVES, [_move_row(new.rma, number, *entry) for number, entry in enumerate(new.history)])
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            return self._already_there(new)
        return new

    def move(self, rma: str, to: ReturnStatus, *, by: str, at: datetime) -> Return:
        locked = self._connection.execute(_LOCK, {"key": rma}).scalar()
        current = self.get(rma) if locked is not None else None
        if current is None:
            raise KeyError(rma)
        move(current.status, to)
        self._connection.execute(_MOVE, {"key": rma, "to": to.value, "moved_at": at})
        self._connection.execute(_ADD_MOVES, _move_row(rma, len(current.history), at, to, by))
        if (to in HOLDS_NO_UNITS) != (current.status in HOLDS_NO_UNITS):
            self._hold(rma, to not in HOLDS_NO_UNITS)
        if to is ReturnStatus.REFUNDED:
            self._book_refund(current, by, at)
        moved = self.get(rma)
        if moved is None:
            raise KeyError(rma)
        return moved

    def _already_there(self, new: Return) -> Return:
        """Which key was taken: the idempotency key first, because a repeat usually brings the same number and units too."""
        if (stored := self.by_idempotency_key(new.idempotency_key)) is not None:
            return stored
        if self._connection.execute(_TAKEN, {"rma": new.rma}).scalar():
            raise RmaTaken(new.rma)
        raise UnitsTaken

    def _hold(self, rma: str, hold: bool) -> None:
        try:
            with self._connection.begin_nested():
                self._connection.execute(_HOLD, {"key": rma, "hold": hold})
        except IntegrityError as error:
            if is_duplicate(error):
                raise UnitsTaken from None
            raise

    def _book_refund(self, refunded: Return, by: str, at: datetime) -> None:
        key = {"order_number": refunded.order_number}
        self._connection.execute(_LOCK_ORDER, key)
        paid, before = self._connection.execute(_PAID, key).scalar_one(), self._connection.execute(_REFUNDED, key).scalar_one()
        amount = refunded.quote.refund_cents
        if before + amount > paid:
            raise RefundTooHigh
        row = {"rma": refunded.rma, **key, "amount_cents": amount, "currency": refunded.quote.currency, "at": at, "by": by}
        self._connection.execute(_ADD_REFUND, row)

    def _one(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Return | None:
        found = self._many(statement, parameters)
        return found[0] if found else None

    def _many(self, statement: Select[Any], parameters: Mapping[str, Any]) -> tuple[Return, ...]:
        rows = self._connection.execute(statement, parameters).mappings()
        return tuple(_return(list(group)) for _, group in groupby(rows, key=lambda row: row["rma"]))


def _unit_rows(new: Return) -> builtins.list[dict[str, Any]]:
    """In one order everywhere, so that two returns of the same units wait for each other instead of deadlocking."""
    for line in new.quote.lines:
        named = len(set(line.unit_indexes))
        if named != line.quantity:
            raise ValueError(f"line {line.line_id}: {line.quantity} units are quoted, {named} are named in unit_indexes")
    held = new.status not in HOLDS_NO_UNITS
    units = sorted((line.line_id, index) for line in new.quote.lines for index in line.unit_indexes)
    return [
        {"rma": new.rma, "order_number": new.order_number, "line_id": line_id, "unit_index": index, "held": held}
        for line_id, index in units
    ]


def _row(new: Return) -> dict[str, Any]:
    return {
        "rma": new.rma,
        "order_number": new.order_number,
        "store": new.store,
        "kind": new.kind,
        "status": new.status.value,
        "outcome": new.outcome,
        "refund_cents": new.quote.refund_cents,
        "currency": new.quote.currency,
        "quote": _QUOTE.dump_json(new.quote).decode(),
        "idempotency_key": new.idempotency_key,
        "policy_version": new.policy_version,
        "session_id": new.session_id,
        "staff_due_at": new.staff_due_at,
        "created_at": new.created_at,
        "updated_at": new.updated_at,
    }


def _move_row(rma: str, number: int, at: datetime, to: ReturnStatus, by: str) -> dict[str, Any]:
    return {"rma": rma, "number": number, "at": at, "status": to.value, "by": clean(by)}


def _return(rows: Iterable[Mapping[Any, Any]]) -> Return:
    """One return from its rows, one a move."""
    rows = tuple(rows)
    head = rows[0]
    values = {column.name: head[column.name] for column in _COLUMNS}
    values["status"] = ReturnStatus(values["status"])
    values["quote"] = _QUOTE.validate_json(values["quote"])
    moves = ((row["moved_at"], ReturnStatus(row["moved_to"]), row["moved_by"]) for row in rows if row["moved_to"] is not None)
    return Return(**values, history=tuple(moves))
