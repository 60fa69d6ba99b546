"""What staff see of a return and do with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from returnflow.conversation.ports import Database
from returnflow.retail.model import Return, ReturnStatus

_BEFORE_LABEL = frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED})


def label_is_due(stored: Return) -> bool:
    """Whether staff still owe the postage label that was promised."""
    return stored.staff_due_at is not None and stored.status in _BEFORE_LABEL


def move_return(database: Database, rma: str, to: ReturnStatus, *, by: str, now: datetime) -> Return:
    """Move it and write down who did. Raises MoveNotAllowed, KeyError, UnitsTaken and RefundTooHigh like `Returns.move`."""
    with database.begin(write=True) as uow:
        moved = uow.returns.move(rma, to, by=by, at=now)
        uow.audit.record(by, "return.moved", rma, {"to": to.value}, now)
        uow.commit()
    return moved


def document(stored: Return) -> dict[str, Any]:
    """A return as JSON for staff: the order by its last four, nothing of the customer."""
    quote = stored.quote
    return {
        "rma": stored.rma,
        "store": stored.store,
        "order_number": f"…{stored.order_number[-4:]}",
        "kind": stored.kind,
        "status": stored.status.value,
        "outcome": stored.outcome,
        "lines": [
            {
                "line_id": line.line_id,
                "title": line.title,
                "quantity": line.quantity,
                "reason": line.reason.value,
                "refund_cents": line.refund_cents,
            }
            for line in quote.lines
        ],
        "fees": [{"kind": fee.kind, "amount_cents": fee.amount_cents, "reason": fee.reason} for fee in quote.fees],
        "refund_cents": quote.refund_cents,
        "currency": quote.currency,
        "method": quote.method,
        "return_by": quote.return_by.isoformat(),
        "rule_id": quote.rule_id,
        "policy_version": stored.policy_version,
        "label_due_at": _moment(stored.staff_due_at) if label_is_due(stored) else None,
        "created_at": _moment(stored.created_at),
        "updated_at": _moment(stored.updated_at),
        "history": [{"at": _moment(at), "status": status.value, "by": by} for at, status, by in stored.history],
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
