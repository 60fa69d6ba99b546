"""Made-up orders, returns, conversations and cases for the storage tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from returnflow.conversation.context import Context, SlotValue
from returnflow.conversation.ports import Case, HistoryEntry, StoredSession, TransitionRecord, TurnRecord
from returnflow.retail.model import Order, OrderLine, Quote, QuoteLine, Reason, Return, ReturnStatus
from returnflow.storage.database import SqlDatabase

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
NUMBER = "11477812035567890"


def make_line(line_id: str = "1", **changes: Any) -> OrderLine:
    line = OrderLine(line_id, f"SKU-{line_id}", f"Thing {line_id}", "electronics", 2, 2999, tax_cents=240, discount_cents=100)
    return replace(line, **changes)


def make_order(order_number: str = NUMBER, **changes: Any) -> Order:
    order = Order(
        order_number,
        "amazon",
        date(2026, 11, 1),
        "04101",
        "O'Brien-Núñez",
        (make_line("1"), make_line("2", quantity=1)),
        delivered_on=date(2026, 11, 5),
        first_name="Maeve",
        email="maeve@example.com",
        phone="2075550188",
        payment="visa",
    )
    return replace(order, **changes)


def make_return(rma: str = "482913077", *, units: dict[str, tuple[int, ...]] | None = None, **changes: Any) -> Return:
    """A return of unit 0 of line 1 unless `units` says otherwise; its key follows its number."""
    chosen = {"1": (0,)} if units is None else units
    lines = tuple(QuoteLine(name, f"Thing {name}", len(held), Reason.DAMAGED, 3000 * len(held), held) for name, held in chosen.items())
    days = (date(2026, 12, 5), date(2026, 12, 7), date(2026, 12, 14))
    quote = Quote(lines, (), sum(line.refund_cents for line in lines), "USD", "original_payment", *days, "amz.default", "A")
    history = ((NOW, ReturnStatus.APPROVED, "assistant"),)
    key = f"key-{rma}"
    made = Return(
        rma, NUMBER, "amazon", "return", ReturnStatus.APPROVED, "done", quote, NOW, NOW, key, "2026-11-02", session_id="s1", history=history
    )
    return replace(made, **changes)


def make_session(session_id: str = "s1", **changes: Any) -> StoredSession:
    return replace(StoredSession(session_id, f"hash-{session_id}", "web", NOW, NOW, NOW + timedelta(hours=24)), **changes)


def make_context(session_id: str = "s1", **changes: Any) -> Context:
    context = Context(session_id, "guest-1", "web", "en", "initial_router", NOW, NOW, "81c2e07a", "2026-11-02")
    slots = {"store": SlotValue("amazon", "confirmed", 1), "order_number": SlotValue(NUMBER, "heard", 1)}
    return replace(context, slots=slots, private={"zip": "04101", "last_name": "Núñez"}, **changes)


def make_turn(number: int = 0, session_id: str = "s1", **changes: Any) -> TurnRecord:
    said = HistoryEntry("user", f"line {number}", None, NOW)
    answered = HistoryEntry("assistant", f"answer {number}", "initial_router", NOW)
    turn = TurnRecord(
        session_id,
        f"t{number}" if number else "greeting",
        number,
        "f" * 64,
        NOW + timedelta(seconds=number),
        {"reply": {"text": f"answer {number}"}, "cards": []},
        (said, answered) if number else (answered,),
        (TransitionRecord("initial_router", "amazon_verification", "store is known"),) if number == 1 else (),
        "start_return",
        0.93,
        "RF-7K2Q",
        {"read": 3.5},
    )
    return replace(turn, **changes)


def make_case(reference: str = "609148251", **changes: Any) -> Case:
    due = NOW + timedelta(days=2)
    case = Case(reference, "s1", "open", "out_of_window", "Blender stopped", due, NOW, {"schema": "handoff.v1"}, "text", "+12075550188")
    return replace(case, **changes)


def start(database: SqlDatabase, session_id: str = "s1") -> None:
    """Store a session and its conversation at version 1."""
    with database.begin(write=True) as work:
        work.sessions.add(make_session(session_id))
        work.conversations.add(make_context(session_id), make_turn(0, session_id))
        work.commit()


def stock(database: SqlDatabase, *orders: Order) -> None:
    """Store these orders, or the usual one."""
    with database.begin(write=True) as work:
        for order in orders or (make_order(),):
            work.orders.save(order)
        work.commit()
