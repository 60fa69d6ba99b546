"""Deleting what is past its time, a batch at a time, so that no customer's turn waits for it.

There is no mark for "done": the greeting's turn, which every conversation has, goes with the text; a closed case whose note is
NULL has been gone through (closing writes one, if only an empty one); a token hash is replaced by a word that no hash begins with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from returnflow.conversation.forgetting import packet_without_text, without_text
from returnflow.conversation.ports import Purged
from returnflow.storage.schema import (
    HAS_TOKEN,
    IS_GREETING,
    conversations,
    feedback,
    handoff_notes,
    handoffs,
    history,
    sessions,
    turns,
    verification_attempts,
)

_NO_TOKEN: Final = literal("deleted:") + sessions.c.session_id
"""See `HAS_TOKEN`. No hash begins like this, and no two are the same."""
_REWRITE: Final = (
    update(conversations)
    .where(conversations.c.session_id == bindparam("key"))
    .values(context=bindparam("stripped"), private=None, version=conversations.c.version + 1)
)
_CLEAR_CASE: Final = update(handoffs).where(handoffs.c.reference == bindparam("key"))


class SqlRetention:
    """Implements `conversation.ports.Retention`. Rows that another process holds are skipped (PostgreSQL; SQLite has one writer)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, before: datetime, attempts_before: datetime) -> Purged:
        old = select(turns.c.session_id).where(_old_texts(before))
        return Purged(
            lines=self._count(history, history.c.at < before),
            answers=self._count(turns, turns.c.session_id.in_(old)),
            conversations=self._count(turns, _old_texts(before)),
            comments=self._count(feedback, _old_comments(before)),
            tokens=self._count(sessions, _old_tokens(before)),
            cases=self._count(handoffs, _old_cases(before)),
            attempts=self._count(verification_attempts, verification_attempts.c.at < attempts_before),
        )

    def forget_lines(self, before: datetime, most: int) -> int:
        return self._delete_oldest(history, before, most)

    def forget_attempts(self, before: datetime, most: int) -> int:
        return self._delete_oldest(verification_attempts, before, most)

    def forget_texts(self, before: datetime, most: int) -> tuple[int, int]:
        """As the port says. The version moves on, so that nobody saves a context that still had its text."""
        found = select(turns.c.session_id).where(_old_texts(before)).order_by(turns.c.at).limit(most)
        ids = self._take(found)
        self._strip(ids)
        answers = self._connection.execute(delete(turns).where(turns.c.session_id.in_(ids))).rowcount
        return len(ids), answers

    def forget_comments(self, before: datetime, most: int) -> int:
        ids = self._take(select(feedback.c.session_id).where(_old_comments(before)).limit(most))
        self._connection.execute(update(feedback).where(feedback.c.session_id.in_(ids)).values(comment=None))
        return len(ids)

    def forget_tokens(self, before: datetime, most: int) -> int:
        ids = self._take(select(sessions.c.session_id).where(_old_tokens(before)).limit(most))
        self._connection.execute(update(sessions).where(sessions.c.session_id.in_(ids)).values(token_hash=_NO_TOKEN))
        return len(ids)

    def forget_cases(self, before: datetime, most: int) -> int:
        """As the port says. The conversation holds a copy of the note for its page; that goes as well."""
        found = select(handoffs.c.reference, handoffs.c.session_id, handoffs.c.packet).where(_old_cases(before)).limit(most)
        rows = self._connection.execute(found.with_for_update(skip_locked=True)).all()
        for reference, _, packet in rows:
            stripped = json.dumps(packet_without_text(json.loads(packet)))
            self._connection.execute(_CLEAR_CASE.values(packet=stripped, contact=None, note=None), {"key": reference})
        self._connection.execute(delete(handoff_notes).where(handoff_notes.c.reference.in_([row.reference for row in rows])))
        self._strip([row.session_id for row in rows])
        return len(rows)

    def _strip(self, session_ids: Iterable[str]) -> None:
        """Rows are locked in one order, so that two processes that come from texts and from cases wait and do not deadlock."""
        wanted = select(conversations.c.session_id, conversations.c.context).where(conversations.c.session_id.in_(list(session_ids)))
        held = wanted.order_by(conversations.c.session_id).with_for_update()
        for session_id, context in self._connection.execute(held).all():
            self._connection.execute(_REWRITE, {"key": session_id, "stripped": json.dumps(without_text(json.loads(context)))})

    def _delete_oldest(self, table: Table, before: datetime, most: int) -> int:
        """Rows with a running number are as old as they are low: looking at the lowest needs no index and reads few young rows.

        After a clock that ran ahead, rows behind the ones it dated wait for those.
        """
        lowest = select(table.c.id, table.c.at).order_by(table.c.id).limit(most).with_for_update(skip_locked=True)
        ids = [number for number, at in self._connection.execute(lowest) if at < before]
        return self._connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount if ids else 0

    def _take(self, found: Any) -> list[str]:
        return list(self._connection.execute(found.with_for_update(skip_locked=True)).scalars())

    def _count(self, table: Table, condition: ColumnElement[bool]) -> int:
        return self._connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()


def _old_texts(before: datetime) -> ColumnElement[bool]:
    return and_(IS_GREETING, turns.c.at < before)


def _old_comments(before: datetime) -> ColumnElement[bool]:
    return and_(feedback.c.at < before, feedback.c.comment.is_not(None))


def _old_tokens(before: datetime) -> ColumnElement[bool]:
    return and_(HAS_TOKEN, sessions.c.expires_at < before)


def _old_cases(before: datetime) -> ColumnElement[bool]:
    return and_(handoffs.c.closed_at < before, handoffs.c.note.is_not(None))
