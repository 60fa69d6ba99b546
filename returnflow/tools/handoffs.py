"""Cases for a person: opening one with its packet and promise, adding to it, and what staff do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from returnflow.conversation.effects import AddHandoffNote, HandoffOpened, NoteAdded, OpenHandoff
from returnflow.conversation.ports import Case, Database, ReferenceTaken, UnitOfWork
from returnflow.retail.hours import due_at, is_open, promise
from returnflow.retail.rma import new_rma
from returnflow.retail.shop import Shop
from returnflow.tools.packet_schema import HandoffPacket

OUTCOMES = ("approved", "exchanged", "declined", "answered", "unreachable")
"""How staff can close a case."""
_DRAWS = 50


def open_case(effect: OpenHandoff, uow: UnitOfWork, now: datetime, *, shop: Shop, rng: Callable[[int, int], int]) -> HandoffOpened:
    """Store the case with a number nobody has. Raises pydantic.ValidationError when the packet is not `handoff.v1`."""
    due = due_at(now, shop)
    case = Case(
        reference="",
        session_id=effect.session_id,
        status="open",
        reason_code=effect.reason_code,
        headline=effect.headline,
        due_at=due,
        created_at=now,
        packet={},
        contact_by=effect.contact_by,
        contact=effect.contact,
    )
    stored = _add(case, effect, uow, rng)
    uow.audit.record("assistant", "handoff.created", stored.reference, {"session": effect.session_id, "reason": effect.reason_code}, now)
    return HandoffOpened(stored.reference, due, promise(due, now, shop.time_zone), is_open(now, shop))


def add_note(effect: AddHandoffNote, uow: UnitOfWork, now: datetime) -> NoteAdded:
    """The customer's own words under the case, for whoever has it."""
    uow.handoffs.add_note(effect.reference, effect.text)
    uow.audit.record("customer", "handoff.note_added", effect.reference, {}, now)
    return NoteAdded(effect.reference)


def claim_case(database: Database, reference: str, *, by: str, now: datetime) -> Case | None:
    """Take a case. One winner; claiming one's own again gives it back; None when it is someone else's, closed or unknown."""
    with database.begin(write=True) as uow:
        before = uow.handoffs.get(reference)
        case = uow.handoffs.claim(reference, by, now)
        if case is not None and before is not None and before.status == "open":
            uow.audit.record(by, "handoff.claimed", reference, {}, now)
        uow.commit()
    return case


def close_case(database: Database, reference: str, *, by: str, outcome: str, note: str, now: datetime) -> Case | None:
    """Close a case with an outcome of `OUTCOMES` and a note for the customer. None when it is closed or unknown."""
    with database.begin(write=True) as uow:
        case = uow.handoffs.close(reference, outcome, note, now)
        if case is not None:
            uow.audit.record(by, "handoff.closed", reference, {"outcome": outcome}, now)
        uow.commit()
    return case


def _add(case: Case, effect: OpenHandoff, uow: UnitOfWork, rng: Callable[[int, int], int]) -> Case:
    """A case number is never a return number too: a customer who mixes them up must not meet another's return."""
    for _ in range(_DRAWS):
        reference = new_rma(rng)
        if uow.returns.get(reference) is not None:
            continue
        packet = HandoffPacket.model_validate(
            {**effect.packet, "schema": "handoff.v1", "case_number": reference, "created_at": case.created_at, "due_at": case.due_at}
        )
        try:
            return uow.handoffs.add(replace(case, reference=reference, packet=packet.document()))
        except ReferenceTaken:
            continue
    raise RuntimeError(f"{_DRAWS} case numbers in a row were taken; the random numbers are not random")
