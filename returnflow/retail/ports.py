"""What the retail rules and the tools need stored. Implemented by `returnflow.storage`; every method joins one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Protocol

from returnflow.retail.model import Order, Return, ReturnStatus


class Orders(Protocol):
    """The merchant's order book."""

    def find(self, order_number: str) -> Order | None:
        """The order with exactly this canonical number, in any store."""

    def matching(self, zip_code: str, last_name: str) -> tuple[Order, ...]:
        """All orders of this ZIP and normalised last name (`retail.verification.normalise_name`), newest first, at most 50."""

    def save(self, order: Order) -> Literal["imported", "updated", "unchanged"]:
        """Insert or replace. An order that has a return keeps the lines that the return refers to."""

    def newest(self, limit: int = 50) -> tuple[Order, ...]:
        """Orders as last imported, newest first."""

    def forget(self, order_number: str) -> bool:
        """Delete the order with its returns and refunds, for demo data and erasure; whether there was one."""


class Returns(Protocol):
    """The merchant's returns."""

    def get(self, rma: str) -> Return | None: ...

    def by_idempotency_key(self, key: str) -> Return | None: ...

    def for_order(self, order_number: str) -> tuple[Return, ...]:
        """Newest first."""

    def for_customer(self, zip_code: str, last_name: str, since: datetime) -> tuple[Return, ...]:
        """Returns of every order of this person, for the return-rate rule."""

    def add(self, new: Return) -> Return:
        """Store it. When its idempotency key is already stored, return that one instead.

        Raises `RmaTaken` when the number is in use, `UnitsTaken` when a unit is already held by another return, and
        ValueError when the quote does not name every unit in `unit_indexes`.
        """

    def move(self, rma: str, to: ReturnStatus, *, by: str, at: datetime) -> Return:
        """Move it, and book the refund when it becomes refunded. The same move twice is an error, not a repeat.

        Raises `retail.lifecycle.MoveNotAllowed`, KeyError, `UnitsTaken` when an expired return comes back to life after its
        units were returned anew, and `RefundTooHigh`.
        """

    def list(self, status: ReturnStatus | None = None, limit: int = 100) -> tuple[Return, ...]: ...


class RmaTaken(Exception):
    """Another return has this number; draw a new one."""


class UnitsTaken(Exception):
    """A unit of this order line is held by another return. Cancelled, rejected and expired returns hold none."""


class RefundTooHigh(Exception):
    """The refunds of this order would come to more than was paid for it."""


class Attempts(Protocol):
    """Failed verification attempts. Keys are digests, never raw values."""

    def record(self, scopes: Iterable[tuple[str, str]], at: datetime) -> None:
        """Count one failure against each (scope, key), e.g. ("call", …), ("order", …), ("caller", …)."""

    def counts(self, scopes: Iterable[tuple[str, str]], since: dict[str, datetime]) -> dict[str, int]:
        """Failures per scope since the time given for that scope, with several keys of a scope the most.

        Until this transaction ends no other one counts the same keys, so attempts made at once cannot all be below a limit.
        """
