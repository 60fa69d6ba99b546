"""Conversations: the context with its version, the answered turns, and what was said. The hot path: keep the statements few."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from returnflow.conversation.context import CONTEXT, Context
from returnflow.conversation.ports import HistoryEntry, StaleVersion, StoredConversation, TransitionRecord, TurnRecord
from returnflow.privacy import Sealer
from returnflow.storage.faults import is_duplicate
from returnflow.storage.masking import stored_slot
from returnflow.storage.schema import conversations, history, slots, transitions, turns
from returnflow.storage.types import clean

_ADD: Final = insert(conversations)
_LOAD: Final = select(conversations.c.context, conversations.c.private, conversations.c.version).where(
    conversations.c.session_id == bindparam("session_id")
)
_SAVE: Final = (
    update(conversations)
    .where(conversations.c.session_id == bindparam("key"), conversations.c.version == bindparam("expected"))
    .values(
        version=bindparam("next"),
        **{
            name: bindparam(f"new_{name}") for name in ("context", "private", "status", "outcome", "journey", "current_agent", "updated_at")
        },
    )
)
_ADD_TURN: Final = insert(turns)
_TURN_COLUMNS: Final = tuple(column for column in turns.c if column.name not in {"session_id", "turn_id"})
_FIND_TURN: Final = select(*_TURN_COLUMNS).where(turns.c.session_id == bindparam("session_id"), turns.c.turn_id == bindparam("turn_id"))
_ADD_HISTORY: Final = insert(history)
_ENTRY: Final = (history.c.role, history.c.content, history.c.agent, history.c.at)
_HISTORY: Final = select(*_ENTRY).where(history.c.session_id == bindparam("session_id")).order_by(history.c.id)
_HISTORY_OF_TURN: Final = _HISTORY.where(history.c.turn_id == bindparam("turn_id"))
_ADD_TRANSITIONS: Final = insert(transitions)
_TRANSITIONS_OF_TURN: Final = (
    select(transitions.c.from_agent, transitions.c.to_agent, transitions.c.reason)
    .where(transitions.c.session_id == bindparam("session_id"), transitions.c.turn_id == bindparam("turn_id"))
    .order_by(transitions.c.id)
)
_IDLE: Final = (
    select(conversations.c.session_id)
    .where(conversations.c.status == "active", conversations.c.updated_at < bindparam("before"))
    .order_by(conversations.c.updated_at)
    .limit(bindparam("most"))
)


def _keep_slots(insert_into: Any) -> Any:
    """Insert, or change what is different. Both dialects spell it alike but share no type."""
    new = insert_into.excluded
    return insert_into.on_conflict_do_update(
        index_elements=["session_id", "name", "turn"],
        set_={"value": new.value, "status": new.status},
        where=or_(slots.c.value != new.value, slots.c.status != new.status),
    )


_KEEP_SLOTS: Final = {"sqlite": _keep_slots(sqlite.insert(slots)), "postgresql": _keep_slots(postgresql.insert(slots))}


class SqlConversations:
    """Implements `conversation.ports.Conversations`.

    `Context.private` and the answers of turns are sealed, each bound to its own row; the context's JSON has neither.
    """

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, context: Context, first: TurnRecord) -> None:
        row = {"session_id": context.session_id, "version": 1, "created_at": context.created_at}
        self._connection.execute(_ADD, {**row, **self._columns(context)})
        self._add_turn(first)
        self._add_history(context.session_id, first.turn_id, first.entries)
        self._keep_slots(context)

    def load(self, session_id: str) -> StoredConversation | None:
        """As the port says. Raises SealBroken when the private values were sealed with a key that is gone."""
        row = self._connection.execute(_LOAD, {"session_id": session_id}).first()
        if row is None:
            return None
        context = CONTEXT.validate_json(row.context)
        if row.private is not None:
            context = replace(context, private=json.loads(self._sealer.open(row.private, _private_of(session_id))))
        return StoredConversation(context, row.version)

    def save(self, context: Context, expected_version: int, turn: TurnRecord | None, entries: tuple[HistoryEntry, ...] = ()) -> int:
        """As the port says. `entries` are what no turn said; they come after the turn's own.

        The version is checked by the first statement, before anything else is written. A turn_id that was committed in
        between is a stale version too: the retry then finds the stored answer.
        """
        values = {f"new_{name}": value for name, value in self._columns(context).items()}
        keys = {"key": context.session_id, "expected": expected_version, "next": expected_version + 1}
        if self._connection.execute(_SAVE, {**keys, **values}).rowcount != 1:
            raise StaleVersion(context.session_id)
        if turn is not None:
            self._add_turn(turn)
            self._add_history(turn.session_id, turn.turn_id, turn.entries)
        self._add_history(context.session_id, None, entries)
        self._keep_slots(context)
        return expected_version + 1

    def find_turn(self, session_id: str, turn_id: str) -> TurnRecord | None:
        keys = {"session_id": session_id, "turn_id": turn_id}
        row = self._connection.execute(_FIND_TURN, keys).mappings().first()
        if row is None:
            return None
        moved = self._connection.execute(_TRANSITIONS_OF_TURN, keys)
        values = {name: row[name] for name in ("number", "fingerprint", "at", "intent", "confidence", "reference")}
        return TurnRecord(
            session_id=session_id,
            turn_id=turn_id,
            **values,
            answer=json.loads(self._sealer.open(row["answer"], _answer_of(session_id, turn_id))),
            entries=self._entries(self._connection.execute(_HISTORY_OF_TURN, keys)),
            transitions=tuple(TransitionRecord(*each) for each in moved),
            timings_ms=json.loads(row["timings_ms"]),
        )

    def history(self, session_id: str) -> tuple[HistoryEntry, ...]:
        return self._entries(self._connection.execute(_HISTORY, {"session_id": session_id}))

    def idle_since(self, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Longest idle first."""
        return tuple(self._connection.execute(_IDLE, {"before": before, "most": limit}).scalars())

    def _columns(self, context: Context) -> dict[str, Any]:
        sealed = None
        if context.private:
            sealed = self._sealer.seal(json.dumps(dict(context.private)).encode(), _private_of(context.session_id))
        return {
            "context": CONTEXT.dump_json(replace(context, private={})).decode(),
            "private": sealed,
            "status": context.status,
            "outcome": context.outcome,
            "journey": context.journey,
            "current_agent": context.current_agent,
            "updated_at": context.updated_at,
        }

    def _add_turn(self, turn: TurnRecord) -> None:
        row = {
            "session_id": turn.session_id,
            "turn_id": turn.turn_id,
            "number": turn.number,
            "fingerprint": turn.fingerprint,
            "at": turn.at,
            "answer": self._sealer.seal(json.dumps(turn.answer).encode(), _answer_of(turn.session_id, turn.turn_id)),
            "intent": turn.intent,
            "confidence": turn.confidence,
            "reference": turn.reference,
            "timings_ms": json.dumps(turn.timings_ms),
        }
        try:
            self._connection.execute(_ADD_TURN, row)
        except IntegrityError as error:
            if is_duplicate(error):
                raise StaleVersion(turn.session_id) from None
            raise
        keys = {"session_id": turn.session_id, "turn_id": turn.turn_id}
        moved = [{**keys, "from_agent": each.from_agent, "to_agent": each.to_agent, "reason": each.reason} for each in turn.transitions]
        if moved:
            self._connection.execute(_ADD_TRANSITIONS, moved)

    def _add_history(self, session_id: str, turn_id: str | None, entries: tuple[HistoryEntry, ...]) -> None:
        keys = {"session_id": session_id, "turn_id": turn_id}
        rows = [{**keys, "role": each.role, "content": clean(each.content), "agent": each.agent, "at": each.at} for each in entries]
        if rows:
            self._connection.execute(_ADD_HISTORY, rows)

    def _keep_slots(self, context: Context) -> None:
        rows = [
            {
                "session_id": context.session_id,
                "name": name,
                "turn": slot.turn,
                "value": stored_slot(name, slot.value),
                "status": slot.status,
            }
            for name, slot in context.slots.items()
            if slot.value is not None
        ]
        if rows:
            self._connection.execute(_KEEP_SLOTS[self._connection.dialect.name], rows)

    @staticmethod
    def _entries(rows: Iterable[Any]) -> tuple[HistoryEntry, ...]:
        return tuple(HistoryEntry(*row) for row in rows)


def _private_of(session_id: str) -> str:
    return f"conversation.private:{session_id}"


def _answer_of(session_id: str, turn_id: str) -> str:
    return f"turn.answer:{session_id}:{turn_id}"
