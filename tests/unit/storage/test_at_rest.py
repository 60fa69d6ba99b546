"""What lies in the database: nothing private is readable in any column but the order book's."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select

from returnflow.conversation.context import SlotValue
from returnflow.storage.database import SqlDatabase
from returnflow.storage.schema import metadata
from tests.unit.storage.samples import NUMBER, make_case, make_context, make_session, make_turn

PLANTED = ("60629", "Featherstonehaugh", "+13125550142", "zelda.f@example.com", "planted answer", NUMBER)


def test_private_values_are_in_no_column(database: SqlDatabase) -> None:
    """ZIP, name, telephone and e-mail of a caller, the answers and the case's contact are sealed or masked wherever they go."""
    zip_code, name, phone, email, answer, number = PLANTED
    slots = {
        "zip": SlotValue(zip_code, "heard", 1),
        "last_name": SlotValue(name, "heard", 1),
        "phone": SlotValue(phone, "heard", 1),
        "email": SlotValue(email, "heard", 1),
        "order_number": SlotValue(number, "heard", 1),
        "note": SlotValue(f"call {phone} or write to {email} in {zip_code}", "heard", 1),
    }
    private = {"zip": zip_code, "last_name": name, "contact": phone, "email": email}
    shown = {key: SlotValue("given", "heard", 1) for key in slots}
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        context = replace(make_context(), private=private, slots=shown)
        work.conversations.add(context, make_turn(answer={"reply": {"text": answer}}))
        work.conversations.save(context, 1, make_turn(1, answer={"reply": {"text": answer}}))
        work.handoffs.add(make_case(contact=phone))
        work.handoffs.add(make_case("111111116", contact=email))
        work.conversations._keep_slots(replace(context, slots=slots))  # type: ignore[attr-defined]
        work.audit.record("dana", "handoff.close", "1", {"contact": phone, "why": f"lives in {zip_code}"}, context.created_at)

        stored = {
            f"{table.name}.{column.name}": [_readable(value) for (value,) in work.connection.execute(select(column))]
            for table in metadata.tables.values()
            for column in table.columns
        }
        loaded = work.conversations.load("s1")

    leaks = [(column, planted) for column, values in stored.items() for planted in PLANTED if planted in "\n".join(values)]
    assert leaks == []
    assert loaded is not None
    assert loaded.context.private == private


def test_the_same_values_are_sealed_differently_each_time(database: SqlDatabase) -> None:
    """Two conversations of one customer cannot be matched by their sealed columns, nor swapped."""
    with database.begin(write=True) as work:
        for session_id in ("a", "b"):
            work.sessions.add(make_session(session_id))
            work.conversations.add(make_context(session_id), make_turn(0, session_id))
        sealed = work.connection.exec_driver_sql("SELECT private FROM conversations").scalars().all()

    assert len(set(sealed)) == 2


def _readable(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else json.dumps(value, default=str)
