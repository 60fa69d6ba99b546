"""Cases for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from returnflow.conversation.ports import Case, ReferenceTaken
from returnflow.privacy import Sealer
from returnflow.storage.faults import is_duplicate
from returnflow.storage.schema import handoff_notes, handoffs
from returnflow.storage.types import clean

_COLUMNS: Final = tuple(handoffs.c[each.name] for each in fields(Case) if each.name != "notes")
_ADD: Final = insert(handoffs)
_ADD_NOTE: Final = insert(handoff_notes)
_GET: Final = select(*_COLUMNS).where(handoffs.c.reference == bindparam("key"))
_FOR_SESSION: Final = (
    select(*_COLUMNS)
    .where(handoffs.c.session_id == bindparam("session_id"))
    .order_by(handoffs.c.created_at.desc(), handoffs.c.reference.desc())
    .limit(1)
)
_LIST: Final = {
    wanted: select(*_COLUMNS)
    .where(handoffs.c.status == bindparam("wanted") if wanted else true())
    .order_by(handoffs.c.status == "closed", handoffs.c.due_at, handoffs.c.reference)
    .limit(bindparam("most"))
    for wanted in (True, False)
}
_NOTES: Final = (
    select(handoff_notes.c.reference, handoff_notes.c.text)
    .where(handoff_notes.c.reference.in_(bindparam("references", expanding=True)))
    .order_by(handoff_notes.c.id)
)
_CLAIM: Final = (
    update(handoffs)
    .where(handoffs.c.reference == bindparam("key"), handoffs.c.status == "open")
    .values(status="claimed", claimed_by=bindparam("who"), claimed_at=bindparam("now"))
)
_CLOSE: Final = (
    update(handoffs)
    .where(handoffs.c.reference == bindparam("key"), or_(handoffs.c.status == "open", handoffs.c.status == "claimed"))
    .values(status="closed", closed_at=bindparam("now"), outcome=bindparam("how"), note=bindparam("words"))
)


class SqlHandoffs:
    """Implements `conversation.ports.Handoffs`. The raw contact is sealed and bound to its case."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, case: Case) -> Case:
        row = {column.name: getattr(case, column.name) for column in _COLUMNS}
        contact = None if case.contact is None else self._sealer.seal(case.contact.encode(), _contact_of(case.reference))
        note = None if case.note is None else clean(case.note)
        values = {**row, "headline": clean(case.headline), "packet": json.dumps(case.packet), "contact": contact, "note": note}
        try:
            with self._connection.begin_nested():
                self._connection.execute(_ADD, values)
        except IntegrityError as error:
            if is_duplicate(error):
                raise ReferenceTaken(case.reference) from None
            raise
        for text in case.notes:
            self.add_note(case.reference, text)
        return case

    def get(self, reference: str) -> Case | None:
        return self._one(self._connection.execute(_GET, {"key": reference}))

    def for_session(self, session_id: str) -> Case | None:
        return self._one(self._connection.execute(_FOR_SESSION, {"session_id": session_id}))

    def list(self, status: str | None = None, limit: int = 100) -> tuple[Case, ...]:
        wanted = {"wanted": status} if status else {}
        return self._cases(self._connection.execute(_LIST[status is not None], {**wanted, "most": limit}))

    def claim(self, reference: str, by: str, at: datetime) -> Case | None:
        won = self._connection.execute(_CLAIM, {"key": reference, "who": by, "now": at}).rowcount == 1
        case = self.get(reference)
        mine = case is not None and case.status == "claimed" and case.claimed_by == by
        return case if won or mine else None

    def close(self, reference: str, outcome: str, note: str, at: datetime) -> Case | None:
        """The closed case; None when there is none or it was closed before: the first outcome stays."""
        row = {"key": reference, "how": outcome, "words": clean(note), "now": at}
        closed = self._connection.execute(_CLOSE, row).rowcount == 1
        return self.get(reference) if closed else None

    def add_note(self, reference: str, text: str) -> None:
        self._connection.execute(_ADD_NOTE, {"reference": reference, "text": clean(text)})

    def _one(self, rows: Iterable[Row[Any]]) -> Case | None:
        found = self._cases(rows)
        return found[0] if found else None

    def _cases(self, rows: Iterable[Row[Any]]) -> tuple[Case, ...]:
        found = [row._mapping for row in rows]
        notes: dict[str, tuple[str, ...]] = {}
        if found:
            for reference, text in self._connection.execute(_NOTES, {"references": [row["reference"] for row in found]}):
                notes[reference] = (*notes.get(reference, ()), text)
        return tuple(self._case(row, notes.get(row["reference"], ())) for row in found)

    def _case(self, row: Mapping[Any, Any], notes: tuple[str, ...]) -> Case:
        values = {column.name: row[column.name] for column in _COLUMNS}
        values["packet"] = json.loads(values["packet"])
        if values["contact"] is not None:
            values["contact"] = self._sealer.open(values["contact"], _contact_of(values["reference"])).decode()
        return Case(**values, notes=notes)


def _contact_of(reference: str) -> str:
    return f"handoff.contact:{reference}"
